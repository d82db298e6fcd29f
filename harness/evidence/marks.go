package evidence

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// markFaulted says of each call of a life whether a fault fired in it, or before it since
// the engine was opened last, as the journal has it. A sync that is stuck fails nothing: it
// counts as before, and so does harm. At first the engine was opened at a time.
func markFaulted(calls models.History, openedAt int, j *journal.Journal, harm *Harm) {
	defer markHarmed(calls, harm)
	isStuck := func(e journal.Event) bool { return e.IsFault() && e.Error == fault.Stuck }
	all := timesOf(j, journal.Event.IsFault)
	if len(all) == 0 {
		return
	}
	stuck := timesOf(j, isStuck)
	faults := timesOf(j, func(e journal.Event) bool { return e.IsFault() && !isStuck(e) })
	kills := timesOf(j, func(e journal.Event) bool { return e.Kind == journal.EventKill })
	opened := 0
	if before := within(kills, 0, openedAt); len(before) > 0 {
		opened = before[len(before)-1]
	}
	for i := range calls {
		c := &calls[i]
		end := c.Returned
		if end == models.Pending {
			end = len(j.Events)
			if later := within(kills, c.Invoked, end); len(later) > 0 {
				end = later[0]
			}
		}
		c.Faulted = len(within(faults, c.Invoked, end)) > 0
		c.AfterFault = len(within(all, opened, c.Invoked))+len(within(stuck, c.Invoked, end)) > 0
		if r := c.Result.Recovered; r != nil && r.Failure == nil {
			opened = c.Invoked
		}
	}
}

func markHarmed(calls models.History, harm *Harm) {
	for i := range calls {
		calls[i].AfterFault = calls[i].AfterFault || harm != nil && calls[i].ID >= harm.Before
	}
}

// timesOf returns the times of a journal's events of a kind.
func timesOf(j *journal.Journal, is func(journal.Event) bool) (times []int) {
	for time, e := range j.Events {
		if is(e) {
			times = append(times, time)
		}
	}
	return times
}

// within returns those of sorted times that are from one time on and before another.
func within(times []int, from, to int) []int {
	first, _ := slices.BinarySearch(times, from)
	end, _ := slices.BinarySearch(times, to)
	return times[first:max(first, end)]
}
