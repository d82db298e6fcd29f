package crash

import (
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// notePoint notes a crash point before the event at time, if anything changed since
// the last one: what is pending, what is forced, or what the history promised.
func (x *expander) notePoint(time int) {
	rank := x.rankOf(time)
	same := !x.forcedAny && !x.ended && x.seen == EffectID(len(x.effects))
	if len(x.points) > 0 && same {
		return
	}
	for x.oldest < int32(len(x.effects)) && x.effects[x.oldest].forced != never {
		x.oldest++
	}
	p := point{
		time: int32(time), rank: rank, allKey: x.allKey, forcedKey: x.forcedKey,
		count: int32(len(x.effects)), pending: x.pending, oldest: x.oldest,
	}
	p.all, p.forced = x.snapshots()
	x.points = append(x.points, p)
	x.forcedAny, x.chmods, x.ended, x.seen = false, false, false, EffectID(len(x.effects))
}

// lastPoint notes a crash point at the journal's end, though nothing may have
// changed since the last one: whoever ends a life crashes there.
func (x *expander) lastPoint() {
	end := int32(len(x.journal.Events))
	if x.notePoint(int(end)); x.points[len(x.points)-1].time == end {
		return
	}
	last := x.points[len(x.points)-1]
	last.time, last.rank = end, rankOther
	x.points = append(x.points, last)
}

// The ranks of points, best first.
const (
	rankReturned int8 = iota
	rankSynced
	rankOther
)

func (x *expander) rankOf(time int) int8 {
	if time == 0 {
		return rankSynced
	}
	switch before := x.journal.Events[time-1]; {
	case before.Kind == journal.EventReturn || before.Kind == journal.EventKill:
		return rankReturned
	case before.IsSync():
		return rankSynced
	}
	return rankOther
}

// snapshots freezes both trees, sharing those of the last point that are the
// same still.
func (x *expander) snapshots() (all, forced *tree.Tree) {
	if k := len(x.points); k > 0 && !x.chmods {
		last := x.points[k-1]
		if x.seen == EffectID(len(x.effects)) {
			all = last.all
		}
		if !x.forcedAny && len(last.forced.Nodes) == len(x.durable.Nodes) {
			forced = last.forced
		}
	}
	if all == nil {
		x.live.SumPages()
		all = x.live.Freeze()
	}
	if forced == nil {
		x.durable.RecheckPastSize()
		x.durable.SumPages()
		forced = x.durable.Freeze()
	}
	return all, forced
}
