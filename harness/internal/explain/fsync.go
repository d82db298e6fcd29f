package explain

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// proposal is a sync that somebody might have forgotten.
type proposal struct {
	insertion
	// place is the event whose stack is the place in the code, -1 for none.
	place int
	// before, if not 0, is the event before which the sync belongs, though a
	// later one would do.
	before int
	// also are the same sync wherever else the same code ran.
	also []insertion
}

// all returns the syncs that the proposal puts in.
func (p proposal) all() []insertion { return append(slices.Clone(p.also), p.insertion) }

// proposalsMax bounds the syncs that are tried.
const proposalsMax = 30

// missingFsync returns the first of the proposed syncs that leaves no failing state, by
// itself or wherever the same code runs. It is nil if none does, or if that could
// not be tried to the end.
func (x *explainer) missingFsync() *evidence.MissingFsync {
	once := x.proposals()
	for _, p := range append(once, x.everywhere(once)...) {
		if x.removes(p.all()...) {
			return x.describe(p)
		}
		if x.spent() {
			return nil
		}
	}
	return nil
}

// everywhere returns the proposals whose place in the code ran more than once,
// each with a sync for every time that it did.
func (x *explainer) everywhere(once []proposal) []proposal {
	var out []proposal
	for _, p := range once {
		if p.place != p.after || len(x.Life.FramesAt(p.place)) == 0 || len(out) == proposalsMax/2 {
			continue
		}
		for i := range x.Life.Journal.Events {
			if i == p.place || !slices.Equal(x.Life.FramesAt(i), x.Life.FramesAt(p.place)) {
				continue
			}
			for _, t := range targets(x.Life.Journal.Events[i]) {
				if t.dir == p.dir {
					p.also = append(p.also, insertion{t, i})
					break
				}
			}
		}
		if len(p.also) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// removes reports whether the property holds in all states of the life with some
// more syncs.
func (x *explainer) removes(syncs ...insertion) bool {
	life := withSyncs(x.Life, syncs)
	holds := func(_ int, breaks bool) bool { return !breaks }
	return x.walk(life, x.shortPlan(), x.lost, holds) && x.walk(life, x.plan, nil, holds)
}

// proposals returns the syncs to try, the one that a developer would most likely
// put in first: of the culprits' files and directories, first in the call that
// acknowledged, right after the last event of the file there.
func (x *explainer) proposals() []proposal {
	var out []proposal
	for _, id := range x.lost {
		culprit := x.space.Effect(id).Event
		for _, t := range targets(x.Life.Journal.Events[culprit]) {
			for _, p := range x.anchors(t, culprit) {
				p.path = x.pathAt(t, culprit, p.after)
				known := slices.ContainsFunc(out, func(o proposal) bool {
					return o.after == p.after && o.ino == p.ino && o.dir == p.dir
				})
				// Behind the crash, or right before it, a sync comes too late.
				if !known && p.after >= culprit && p.after+1 < x.State.Point && len(out) < proposalsMax {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// anchors returns where a sync of t could come to save the effects of an event.
func (x *explainer) anchors(t syncTarget, culprit int) []proposal {
	var out []proposal
	propose := func(after, place, before int) {
		out = append(out, proposal{insertion: insertion{t, after}, place: place, before: before})
	}
	if ack := x.acknowledging(); ack != nil && ack.Returned > culprit {
		if last := x.lastTouch(t, ack.Invoked, ack.Returned); last >= culprit {
			if wrong := x.wrongSync(t, last, ack); wrong > 0 {
				propose(last, wrong, 0)
			}
			propose(last, last, 0)
		} else if next := x.nextFile(t, culprit, ack); next > 0 {
			propose(next-1, next, next)
		} else {
			propose(max(ack.Invoked, culprit), -1, 0)
		}
	}
	if c := x.call(x.callOf(culprit)); c != nil {
		end := x.State.Point
		if c.Returned != models.Pending {
			end = min(end, c.Returned)
		}
		if last := x.lastTouch(t, culprit, end); last >= 0 {
			propose(last, last, 0)
		}
	}
	for i, e := range x.Life.Journal.Events[:x.State.Point] {
		if i >= culprit && t.touches(e) {
			propose(i, i, 0)
		}
	}
	return out
}

// lastTouch returns the last event from one time to another that leaves effects
// of t, -1 if there is none.
func (x *explainer) lastTouch(t syncTarget, from, to int) int {
	last := -1
	for i := from; i < to; i++ {
		if t.touches(x.Life.Journal.Events[i]) {
			last = i
		}
	}
	return last
}

// wrongSync returns the event by which a call, after its last event of t, synced a
// file that it had not changed, as one does through a handle of before; 0 if there
// is none.
func (x *explainer) wrongSync(t syncTarget, last int, ack *models.Call) int {
	for i := last + 1; i < ack.Returned; i++ {
		s := x.Life.Journal.Events[i]
		other := syncTarget{ino: s.Ino}
		if s.IsSync() && !t.dir && s.Ino != t.ino && !x.isDir(s.Ino) && x.lastTouch(other, ack.Invoked, i) < 0 {
			return i
		}
	}
	return 0
}

// isDir reports whether an inode is a directory that some event was about.
func (x *explainer) isDir(ino journal.Ino) bool {
	return slices.ContainsFunc(x.Life.Journal.Events, func(e journal.Event) bool {
		return e.Dir == ino || e.ToDir == ino || e.Kind == journal.EventMkdir && e.Ino == ino
	})
}

// nextFile returns the event that made the file that the acknowledging call
// synced instead of t, 0 if there is none: an engine that goes on in
// another file forgot the one before when it did so.
func (x *explainer) nextFile(t syncTarget, culprit int, ack *models.Call) int {
	events := x.Life.Journal.Events
	for _, s := range events[ack.Invoked:ack.Returned] {
		if !s.IsSync() || s.Ino == t.ino || t.dir {
			continue
		}
		for i := culprit + 1; i < ack.Returned; i++ {
			if events[i].Kind == journal.EventCreate && events[i].Ino == s.Ino {
				return i
			}
		}
	}
	return 0
}

// pathAt returns the name of t after an event, given what it was at the
// culprit's.
func (x *explainer) pathAt(t syncTarget, culprit, after int) string {
	name := t.path
	for _, e := range x.Life.Journal.Events[culprit : after+1] {
		if !t.dir && e.Kind == journal.EventRename && e.Ino == t.ino {
			name = e.ToPath
		}
	}
	return name
}

// describe returns the missing fsync, with the last event before which it would still
// do.
func (x *explainer) describe(p proposal) *evidence.MissingFsync {
	b := &evidence.MissingFsync{Path: p.path, Dir: p.dir, After: p.after, Before: p.before, Call: x.callOf(p.after), Frames: []journal.Frame{}}
	if p.before > 0 {
		b.Call = x.callOf(p.before)
	} else {
		b.Before = x.latest(p)
	}
	if b.Call == 0 {
		if c := x.call(x.Life.Journal.Events[b.Before].Call); c != nil {
			b.Call = c.ID
		}
	}
	c := x.call(b.Call)
	switch {
	case p.place >= 0:
		b.Frames = append(b.Frames, x.Life.FramesAt(p.place)...)
	case c != nil && c.Opens():
		b.Frames = append(b.Frames, x.recoveryFrames(p.path)...)
	}
	b.Sentence = x.fsyncText(b, p)
	return b
}

// latest returns the first event after which the sync would come too late. The
// later a sync comes, the less it saves.
func (x *explainer) latest(p proposal) int {
	works, fails := p.after, x.State.Point-1
	for works+1 < fails {
		middle := (works + fails) / 2
		late := p
		late.after = middle
		if x.removes(late.all()...) {
			works = middle
		} else {
			fails = middle
		}
	}
	return fails
}

func (x *explainer) fsyncText(b *evidence.MissingFsync, p proposal) string {
	before := x.Life.Journal.Events[b.Before]
	out := fmt.Sprintf("fsync %s after %s, before ", p.syncTarget, x.eventText(b.After))
	call := x.call(b.Call)
	if c := x.call(before.Call); before.Kind == journal.EventReturn && c != nil {
		out += x.Life.CallText(c.ID) + " returns"
		call = nil
	} else {
		out += x.eventText(b.Before)
	}
	if call != nil {
		out += ", in " + x.Life.CallText(call.ID)
	}
	if p.place > b.After && p.before == 0 {
		out += fmt.Sprintf("; what that call syncs is another file, %s", x.eventText(p.place))
	}
	if len(p.also) > 0 {
		out += ", and wherever else this code runs"
	}
	if why := x.runningFsync(p.syncTarget, x.space.Effect(x.lost[0]).Event, b.Before); why != "" {
		out += "; " + why
	}
	if x.savesName(p) {
		out += fmt.Sprintf("; under %s a file's fsync saves its name too", x.Life.Profile.Name)
	}
	return out
}

// savesName reports whether the sync of a file is to save its name, which not all
// file systems promise.
func (x *explainer) savesName(p proposal) bool {
	return !p.dir && slices.ContainsFunc(x.eventsOf(x.lost), func(event int) bool {
		return targets(x.Life.Journal.Events[event])[0].dir
	})
}
