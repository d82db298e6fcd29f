package harness

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
)

// sabotage is one of a run's, and where it can be done.
type sabotage struct {
	evidence.Sabotage
	chances []chance
}

// chance is a life in which a sabotage can be done.
type chance struct {
	life *evidence.Life
	// event is the last one that is sabotaged, and matters from when on what it did was
	// promised to stay, if it ever was.
	event, matters int
	// call is the one whose error is swallowed, 0 for another sabotage.
	call int
}

// chancesMax is in how many lives a sabotage is tried, the shortest first.
const chancesMax = 6

// sabotages are those that lives allow, by kind and place.
type sabotages map[evidence.Sabotage]*sabotage

func (all sabotages) add(kind evidence.SabotageKind, at string, c chance) {
	key := evidence.Sabotage{Kind: kind, At: at}
	s := all[key]
	if s == nil {
		s = &sabotage{Sabotage: key}
		all[key] = s
	}
	if n := len(s.chances); n > 0 && s.chances[n-1].life == c.life {
		s.chances[n-1] = c // the last of a life is the likeliest to matter still
		return
	}
	s.chances = append(s.chances, c)
}

// meet adds the sabotages that a life allows.
func (all sabotages) meet(l *evidence.Life) {
	succeeded := succeededCalls(l)
	synced := nextSyncs(l.Journal)
	for i, e := range l.Journal.Events {
		c := chance{life: l, event: i, matters: i}
		switch {
		case e.IsSync() && !e.FailsLate():
			all.add(evidence.SyncElided, l.SyncPlaceOf(i).Lines(), c)
		case e.Kind == journal.EventRename:
			all.add(evidence.RenameSplit, l.FileKind(i), c)
		case e.Kind == journal.EventWrite && succeeded[e.Call] && synced[i] > 0:
			c.matters = synced[i]
			all.add(evidence.WriteDropped, l.FileKind(i), c)
			if len(e.Data) > 1 {
				all.add(evidence.WriteTorn, l.FileKind(i), c)
			}
		}
	}
	all.meetFaulted(l)
}

// nextSyncs returns for each write which event is the next sync of its file, 0 for none.
func nextSyncs(j *journal.Journal) []int {
	out, next := make([]int, len(j.Events)), map[journal.Ino]int{}
	for i, e := range slices.Backward(j.Events) {
		switch {
		case e.IsSync():
			next[e.Ino] = i
		case e.Kind == journal.EventWrite:
			out[i] = next[e.Ino]
		}
	}
	return out
}

// meetFaulted adds that the errors are swallowed for which calls that write or flush were
// refused.
func (all sabotages) meetFaulted(l *evidence.Life) {
	for _, c := range l.Calls {
		if !c.Faulted || !c.Refused() || !(c.Op.MustWrite() || c.Op.Forces()) || c.Result.Failure != nil {
			continue
		}
		for i := c.Invoked; i < c.Returned; i++ {
			if e := l.Journal.Events[i]; e.IsFault() && !e.Lands {
				all.add(evidence.ErrorSwallowed, e.Failed.String(), chance{life: l, matters: c.Returned, call: c.ID})
			}
		}
	}
}

// succeededCalls are the numbers of the calls that succeeded.
func succeededCalls(l *evidence.Life) map[int]bool {
	out := map[int]bool{}
	for _, c := range l.Calls {
		out[c.ID] = c.Succeeded()
	}
	return out
}

// ordered returns the sabotages, each kind in its turn, so that a limit on time leaves some
// of all.
func (all sabotages) ordered() []*sabotage {
	byKind := map[evidence.SabotageKind][]*sabotage{}
	for _, key := range slices.SortedFunc(maps.Keys(all), func(a, b evidence.Sabotage) int { return cmp.Compare(a.At, b.At) }) {
		s := all[key]
		slices.SortStableFunc(s.chances, func(a, b chance) int {
			return len(a.life.Journal.Events) - len(b.life.Journal.Events)
		})
		s.chances = s.chances[:min(len(s.chances), chancesMax)]
		byKind[key.Kind] = append(byKind[key.Kind], s)
	}
	var out []*sabotage
	for turn := 0; len(out) < len(all); turn++ {
		for _, kind := range evidence.SabotageKinds {
			if turn < len(byKind[kind]) {
				out = append(out, byKind[kind][turn])
			}
		}
	}
	return out
}

// sabotaged returns a chance's life as the sabotage makes it.
func (s *sabotage) sabotaged(c chance) *evidence.Life {
	switch s.Kind {
	case evidence.SyncElided:
		return c.life.Without(func(event int) bool { return c.life.SyncPlaceOf(event).Lines() == s.At })
	case evidence.ErrorSwallowed:
		return c.life.Swallowed(c.call)
	}
	return c.life.Sabotaged(s.Kind, c.event)
}

// states returns the crash states of a sabotaged life that show it, the likeliest first: as the
// next calls return, and at the end. What was left out shows where all that is pending is
// lost, and what was harmed where all is kept.
func (s *sabotage) states(l *evidence.Life, c chance) (out []crash.State) {
	points := pointsAfter(l, c.matters)
	if s.Kind == evidence.ErrorSwallowed {
		points = points[:min(len(points), 1)] // the next calls may write it again
	}
	for _, time := range points {
		switch s.Kind {
		case evidence.SyncElided:
			out = append(out, crash.State{Point: time, Lost: true})
		case evidence.ErrorSwallowed:
			out = append(out, crash.State{Point: time, Lost: true}, crash.State{Point: time})
		default:
			out = append(out, crash.State{Point: time})
		}
	}
	return out
}

// pointsAfter returns crash points after an event: those behind the next three calls that return,
// the one behind the event, and the last.
func pointsAfter(l *evidence.Life, event int) (out []int) {
	const returnsMax = 3
	all := l.Crashes().Points()
	behind := func(event int) {
		if i, _ := slices.BinarySearch(all, event+1); i < len(all) && !slices.Contains(out, all[i]) {
			out = append(out, all[i])
		}
	}
	for i := event; i < len(l.Journal.Events) && len(out) < returnsMax; i++ {
		if l.Journal.Events[i].Kind == journal.EventReturn {
			behind(i)
		}
	}
	behind(event)
	behind(len(l.Journal.Events) - 1)
	return out
}

// swallows returns the call of the file system that a fault of a program has fail, and that does
// nothing then, so that its error must not be swallowed: "" if there is none.
func swallows(p scenarios.Program) string {
	for _, s := range p {
		if s.Kind == scenarios.Fail && s.Fault.Error == fault.EIO && !s.Fault.Lands {
			return s.Fault.Call.String()
		}
	}
	return ""
}
