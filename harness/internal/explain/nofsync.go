package explain

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// noFsync says why no fsync removes the finding, and which event decides it.
func (x *explainer) noFsync() (string, *evidence.DecisiveEvent) {
	decisive, text := x.lastChange(), ""
	switch {
	case x.failsAlone():
		return withoutCrash, nil
	case x.failedSync() >= 0:
		decisive, text = x.failedSync(), syncFailed
	case x.failedCall() >= 0:
		decisive, text = x.failedCall(), lostByFailed
	case x.spent():
		text = "Whether one more fsync helps was not tried to the end: that takes too many recoveries."
	case len(x.lost) == 0 && x.lastFault() >= 0:
		decisive, text = x.lastFault(), callFailed
	case len(x.lost) == 0:
		text = x.nothingLost(decisive)
		if x.idle() != nil {
			decisive = -1 // what was not written has no place among the events
		}
	case len(x.midway()) > 0:
		text = x.lostMidway()
	default:
		text = x.twoSyncs()
	}
	if decisive < 0 {
		return text, nil
	}
	return text, &evidence.DecisiveEvent{
		Event: decisive, What: x.Life.Journal.Events[decisive].String(), Call: x.callOf(decisive),
		Frames: x.Life.FramesAt(decisive),
	}
}

// failsAlone reports whether the calls before the crash break a promise by
// themselves.
func (x *explainer) failsAlone() bool {
	l := x.Life
	return !l.InRecovery(x.State.Point) &&
		models.CheckHistory(l.Contract(), l.Start, l.Calls.Until(x.State.Point-1)).Outcome == models.Fail
}

// lastChange returns the last event before the crash that changed the disk, -1 for
// none.
func (x *explainer) lastChange() int {
	for i := x.State.Point - 1; i >= 0; i-- {
		if changesDisk(x.Life.Journal.Events[i]) {
			return i
		}
	}
	return -1
}

func changesDisk(e journal.Event) bool {
	return !e.IsMark() && !e.IsSync() && e.Kind != journal.EventSyncBegin
}

// nothingLost says what is wrong with a disk that kept everything.
func (x *explainer) nothingLost(last int) string {
	const start = "It shows where nothing is lost, so no fsync can help: "
	if ack := x.idle(); ack != nil {
		return start + fmt.Sprintf("%s returned at event %d and had written nothing to the disk.", x.Life.CallText(ack.ID), ack.Returned)
	}
	if x.Failure.Left() != nil {
		return start + "the close that follows the recovery leaves something behind."
	}
	if last < 0 {
		return start + "recovery makes the wrong thing of an empty disk."
	}
	if calls := x.underWay(); len(calls) == 1 && x.callOf(last) == calls[0].ID && x.onlyWithin(calls[0]) {
		out := start + fmt.Sprintf("only a crash during %s shows it, as its changes are more than one step. %s is on the disk",
			x.Life.CallText(calls[0].ID), capital(x.eventText(last)))
		if next := x.nextChanges(calls[0]); len(next) > 0 {
			out += " without " + x.eventsText(next)
		}
		return out + "."
	}
	return start + "what is written is wrong, or what recovery makes of it. The last change before the crash is " + x.eventText(last) + "."
}

// idle returns the acknowledging call if it should have written and did not.
func (x *explainer) idle() *models.Call {
	ack := x.acknowledging()
	if ack == nil || !ack.Op.MustWrite() || slices.ContainsFunc(x.Life.Journal.Events[ack.Invoked:ack.Returned], changesDisk) {
		return nil
	}
	return ack
}

// onlyWithin reports whether no crash outside of the call fails.
func (x *explainer) onlyWithin(c *models.Call) bool {
	return !slices.ContainsFunc(x.byPoint, func(v evidence.PointVerdict) bool {
		return v.Failing > 0 && (v.Point <= c.Invoked || c.Returned != models.Pending && v.Point > c.Returned)
	})
}

// nextChanges returns the events of a call after the crash that changed the disk,
// the first three of them.
func (x *explainer) nextChanges(c *models.Call) []int {
	const namedMax = 3
	var out []int
	for i := x.State.Point; i < c.Returned && len(out) < namedMax; i++ {
		if changesDisk(x.Life.Journal.Events[i]) {
			out = append(out, i)
		}
	}
	return out
}

// midway returns the calls that the crash cut off and that made what was lost.
func (x *explainer) midway() []*models.Call {
	return slices.DeleteFunc(x.underWay(), func(c *models.Call) bool {
		return !slices.ContainsFunc(x.lost, func(id crash.EffectID) bool { return x.callOf(x.space.Effect(id).Event) == c.ID })
	})
}

// lostMidway says what is wrong where a crash lost a part of what a call was
// doing: with all of that lost, or with some other parts of it lost too, the
// engine may recover well.
func (x *explainer) lostMidway() string {
	call := x.midway()[0]
	kept, lost := x.keptFor(call), x.eventsOf(x.lost)
	events := slices.Compact(slices.Sorted(slices.Values(slices.Concat(kept, lost))))
	x.mustCope = len(events) == 1 || len(kept) == 0
	if len(events) == 1 {
		return fmt.Sprintf("The crash kept only a part of %s, during %s. No fsync can prevent that: recovery has to cope with it, and this engine does not.",
			x.eventText(events[0]), x.Life.CallText(call.ID))
	}
	if len(kept) == 0 {
		return fmt.Sprintf("The crash lost %s, during %s. No fsync can prevent that: recovery has to cope with it, and this engine does not.",
			x.eventsText(lost), x.Life.CallText(call.ID))
	}
	return fmt.Sprintf("The crash kept %s and lost %s, during %s. They are more than one step, and no fsync between them makes them one.",
		x.eventsText(kept), x.eventsText(lost), x.Life.CallText(call.ID))
}

// keptFor returns the events of a call without which on the disk the loss does no
// harm.
func (x *explainer) keptFor(call *models.Call) []int {
	var out []int
	for _, id := range x.pending() {
		event := x.space.Effect(id).Event
		if x.callOf(event) != call.ID || slices.Contains(x.lost, id) || slices.Contains(out, event) {
			continue
		}
		if state, ok := x.losingToo(id); ok && !x.breaks(x.Life, state) {
			out = append(out, event)
		}
	}
	return out
}

// pending returns the effects that the crash may lose.
func (x *explainer) pending() []crash.EffectID {
	return x.space.Lost(crash.State{Point: x.State.Point, Lost: true})
}

// losingToo returns the crash state that loses one more effect, and what needs
// it.
func (x *explainer) losingToo(id crash.EffectID) (state crash.State, ok bool) {
	lost := append(slices.Clone(x.lost), id)
	for _, other := range x.pending() {
		needs := func(need crash.EffectID) bool { return slices.Contains(lost, need) }
		if !slices.Contains(lost, other) && slices.ContainsFunc(x.space.Needs(other), needs) {
			lost = append(lost, other)
		}
	}
	slices.Sort(lost)
	return x.space.Losing(x.State, lost)
}

// twoSyncs looks for two syncs where one is not enough.
func (x *explainer) twoSyncs() string {
	all := x.proposals()
	for i, first := range all {
		for _, second := range all[i+1:] {
			if x.spent() || first.ino == second.ino {
				continue
			}
			if x.removes(first.insertion, second.insertion) {
				return fmt.Sprintf("One more fsync is not enough. Two are: fsync %s after %s, and fsync %s after %s.",
					first, x.eventText(first.after), second, x.eventText(second.after))
			}
		}
	}
	return fmt.Sprintf("None of %d places for one more fsync removes every failing state: an order of writes or a step of recovery is wrong.", len(all))
}

// withoutCrash says why no fsync removes what the calls alone show.
const withoutCrash = "It shows without a crash, so no fsync can help."

// Why no fsync helps: one failed; what was lost was done by a call that failed; or nothing
// need be lost after a call failed.
const (
	syncFailed   = "An fsync of what was lost was called, and failed. To call it again does not help, as the file system may take for clean what it could not write. The engine must write it again, elsewhere, and until then acknowledge and show none of it."
	lostByFailed = "What was lost was done by a call that failed: the engine must do it again, or take no more calls, and not count on what the failed call did."
	callFailed   = "It shows where nothing is lost, so no fsync can help: it comes of the call that failed, or of what the engine made of the error."
)
