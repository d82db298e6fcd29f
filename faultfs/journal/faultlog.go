package journal

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
)

// FaultLog says which faults a disk had and how far they had counted, in the order of
// time. The zero value is that of a disk without any.
type FaultLog struct {
	// Armed are the faults; one's number is its place.
	Armed []ArmedAfter
	// Counts are what they counted: of a fault, the last one holds.
	Counts []CountAfter
	// Spaces are the limits to what could still be written.
	Spaces []SpaceAfter
}

// SpaceAfter is a limit that a disk was given after its first events, or that it lost then.
type SpaceAfter struct {
	Events int   `json:"events"`
	Bytes  int64 `json:"bytes,omitempty"`
	// Lifted says that there is no limit from here on.
	Lifted bool `json:"lifted,omitempty"`
}

// ArmedAfter is a fault that a disk was given after its first events.
type ArmedAfter struct {
	Events int         `json:"events"`
	Fault  fault.Fault `json:"fault"`
}

// CountAfter is how far a fault had counted after the first events, those of the call
// that it counted last among them.
type CountAfter struct {
	Events int32 `json:"events"`
	// Fault is its number.
	Fault   int32 `json:"fault"`
	Matched int32 `json:"matched"`
	Fired   int32 `json:"fired,omitempty"`
}

// until returns what was so after the first events.
func (l FaultLog) until(events int) FaultLog {
	armed := slices.IndexFunc(l.Armed, func(a ArmedAfter) bool { return a.Events > events })
	if armed < 0 {
		armed = len(l.Armed)
	}
	counts, _ := slices.BinarySearchFunc(l.Counts, events+1, func(c CountAfter, events int) int { return int(c.Events) - events })
	spaces, _ := slices.BinarySearchFunc(l.Spaces, events+1, func(s SpaceAfter, events int) int { return s.Events - events })
	return FaultLog{slices.Clip(l.Armed[:armed]), slices.Clip(l.Counts[:counts]), slices.Clip(l.Spaces[:spaces])}
}

// Last returns the faults in the order in which they were armed, and how far they had
// counted in the end. The slice is the caller's.
func (l FaultLog) Last() []fault.Count {
	var out []fault.Count
	for _, a := range l.Armed {
		out = append(out, fault.Count{Fault: a.Fault})
	}
	missing := len(out)
	seen := make([]bool, len(out))
	for i := len(l.Counts) - 1; i >= 0 && missing > 0; i-- {
		if c := l.Counts[i]; !seen[c.Fault] {
			seen[c.Fault] = true
			missing--
			out[c.Fault].Matched, out[c.Fault].Fired = int(c.Matched), int(c.Fired)
		}
	}
	return out
}

// Of returns the number of the fault that failed the call of an event, the one of that number
// in a journal. It reports false if that is not known, as where the disk was full.
func (l FaultLog) Of(number int, e Event) (of int, ok bool) {
	fired := make([]int32, len(l.Armed))
	for _, c := range l.Counts {
		if int(c.Events) > number+1 {
			break
		}
		if c.Fired > fired[c.Fault] && e.FailedBy(l.Armed[c.Fault].Fault) {
			of, ok = int(c.Fault), true
		}
		fired[c.Fault] = c.Fired
	}
	return of, ok
}

// count notes how far a fault had counted after the first events. What stands before
// sealed may not be changed: somebody reads it.
func (l *FaultLog) count(events, number int, c fault.Count, sealed int) {
	if k := len(l.Counts); k > 0 {
		events = max(events, int(l.Counts[k-1].Events))
	}
	now := CountAfter{int32(events), int32(number), int32(c.Matched), int32(c.Fired)}
	for i := len(l.Counts) - 1; i >= sealed && l.Counts[i].Events == now.Events; i-- {
		if l.Counts[i].Fault == now.Fault {
			l.Counts[i] = now
			return
		}
	}
	l.Counts = append(l.Counts, now)
}
