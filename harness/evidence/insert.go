package evidence

import (
	"cmp"
	"slices"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// Insertion is an event that was not there, after one that was.
type Insertion struct {
	After int
	Event journal.Event
}

// With returns the life as it would have been with some more events that change
// nothing that is read. Events after an insertion move by one, and so do the times
// of calls; effects keep their numbers. The log, and where it resumed, are not kept.
func (l *Life) With(insertions []Insertion) *Life {
	at := slices.Clone(insertions)
	slices.SortStableFunc(at, func(a, b Insertion) int { return cmp.Compare(a.After, b.After) })
	moved := func(time int) int {
		n := 0
		for _, i := range at {
			if i.After < time {
				n++
			}
		}
		return time + n
	}
	out := &Life{
		Profile: l.Profile, Parent: l.Parent, Crash: l.Crash, OpenedAt: moved(l.OpenedAt), Recovered: l.Recovered,
		Steps: l.Steps, Generated: l.Generated, Start: l.Start,
	}
	for _, c := range l.Calls {
		c.Invoked = moved(c.Invoked)
		if c.Returned != models.Pending {
			c.Returned = moved(c.Returned)
		}
		out.Calls = append(out.Calls, c)
	}
	j := &journal.Journal{Base: l.Journal.Base, Stacks: l.Journal.Stacks}
	for number, e := range l.Journal.Events {
		e.During = moved(number) - moved(number-e.During)
		j.Events = append(j.Events, e)
		for _, i := range at {
			if i.After == number {
				i.Event.Call = e.Call
				j.Events = append(j.Events, i.Event)
			}
		}
	}
	out.End(l.contract, j)
	return out
}
