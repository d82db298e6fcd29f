package explain

import (
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
)

// faultsMax bounds the faults that are told.
const faultsMax = 8

// faults returns the faults that fired before the failure shows, one for each fault of a
// life's disk.
func (x *explainer) faults() (out []evidence.FiredFault) {
	lives := x.Life.Lives()
	for i, l := range lives {
		fired := firedIn{life: l, number: i + 1, lives: len(lives), end: len(l.Journal.Events)}
		switch {
		case i+1 < len(lives):
			fired.end = lives[i+1].Crash.Point
		case !x.Live:
			fired.end = x.State.Point
		}
		if l == x.Life {
			fired.cited = x.Verdict.Violations[0].Calls
		}
		for _, told := range fired.faults() {
			told.Sentence = fired.sentence(&told)
			out = append(out, told)
		}
	}
	return out[:min(len(out), faultsMax)]
}

// failedSync returns the fsync that failed and was to make something durable that was lost,
// -1 if there is none.
func (x *explainer) failedSync() int {
	for _, culprit := range x.eventsOf(x.lost) {
		for _, t := range targets(x.Life.Journal.Events[culprit]) {
			for i, e := range x.Life.Journal.Events[:x.State.Point] {
				if i > culprit && e.Failed.IsSync() && e.Ino == t.ino {
					return i
				}
			}
		}
	}
	return -1
}

// failedCall returns the event of a fault that failed the call which made what was lost, -1 if
// there is none.
func (x *explainer) failedCall() int {
	for _, culprit := range x.eventsOf(x.lost) {
		if culprit+1 >= x.State.Point {
			continue
		}
		made, next := x.Life.Journal.Events[culprit], x.Life.Journal.Events[culprit+1]
		if next.Kind == journal.EventFault && (next.Lands || next.Error == fault.ShortWrite) && next.Path == made.Path {
			return culprit + 1
		}
	}
	return -1
}

// lastFault returns the last event of the failing life, before the crash, that a fault made,
// -1 if there is none.
func (x *explainer) lastFault() int {
	for i := x.State.Point - 1; i >= 0; i-- {
		if x.Life.Journal.Events[i].IsFault() {
			return i
		}
	}
	return -1
}
