package raftlog

import (
	"math"
	"slices"

	"github.com/ackproof/ackproof/models"
)

// refWorlds are the reference's states where calls were refused that may have happened:
// one for each choice of those that did, and of what of each. Without any it is one.
type refWorlds struct {
	// live are those in which the engine may be, first the one in which the fewest
	// refused calls happened.
	live []refState
	// dead are those that a call contradicted which succeeded; a crash may leave them.
	dead []refState
	// number counts the writes that were not refused.
	number int
	// most is how many worlds there ever were at a time, in any order of the calls.
	most *int
}

func refBegin(c Contract) refWorlds { return refWorlds{live: []refState{refFresh(c)}, most: new(int)} }

func (s refState) number() (n int) {
	for _, w := range s.writes {
		n = max(n, w.number)
	}
	return n
}

// durable counts the writes, refused ones left out, that a crash must leave.
func (s refState) durable() (n int) {
	for _, w := range s.writes[:s.floor] {
		n = max(n, w.number)
	}
	return n
}

// left returns the worlds that a crash may leave.
func (w refWorlds) left() []refState {
	out := slices.Clone(w.live)
	for _, s := range w.dead {
		if s.number() >= w.live[0].durable() {
			out = append(out, s)
		}
	}
	refused := uint64(math.MaxUint64)
	for _, s := range out {
		refused = min(refused, s.discards())
	}
	for i := range out {
		out[i].refused = refused
	}
	return out
}

func (w refWorlds) legal(v *View, clean bool) (refWorlds, bool) {
	worlds := w.left()
	if clean && !w.live[0].c.Volatile {
		worlds = w.live
	}
	for _, s := range worlds {
		if next, ok := s.legal(v, clean); ok {
			if next.c.Volatile {
				next.past = nil
				for _, o := range w.left() {
					next.past = append(next.past, o.left()...)
				}
			}
			return refWorlds{live: []refState{next}, most: w.most}, true
		}
	}
	return w, false
}

func refUnsure(c Call) bool { return c.Faulted || c.AfterFault || c.Cancelled }

// step returns the worlds after c took effect.
func (w refWorlds) step(c Call) (refWorlds, bool) {
	pending, refused := c.Returned == models.Pending, c.Returned != models.Pending && c.Result.Err != ""
	switch kind := c.Op.Kind; {
	case kind == Reopen || kind == Crash:
		if pending || refused {
			return w, true
		}
		return w.legal(&c.Result.Recovered.View, kind == Reopen && !c.Faulted && !c.AfterFault)
	case refused && refUnsure(c):
		return w.perhaps(c), true
	case kind <= Reset:
		return w.write(c, pending, refused)
	case kind >= ReadEntry && kind <= ReadDurableIndex:
		for _, s := range w.live {
			if next, ok := s.step(c); ok && len(w.live) == 1 {
				return refWorlds{[]refState{next}, w.dead, w.number, w.most}, true
			} else if ok {
				return w, true
			}
		}
		return w, false
	}
	next := w
	next.live, next.dead = nil, nil
	all := true
	for _, s := range w.live {
		after, ok := s.step(c)
		next.live, all = append(next.live, after), all && ok
	}
	for _, s := range w.dead {
		after, _ := s.step(c)
		next.dead = append(next.dead, after)
	}
	return next, all
}

func (w refWorlds) write(c Call, pending, refused bool) (refWorlds, bool) {
	main := w.live[0]
	alone := len(w.live) == 1
	if refused {
		return w, slices.ContainsFunc(w.live, func(s refState) bool {
			_, must, may := refApply(s.c, s.log(), refWrite{call: c})
			return must || may
		})
	}
	_, must, _ := refApply(main.c, main.log(), refWrite{call: c})
	after, ok := main.step(c)
	switch nothing := !must && len(after.writes) == len(main.writes); {
	case pending && (refUnsure(c) || !alone), nothing && !alone:
		return w.perhaps(c), true
	case alone && !ok, alone && (nothing || must):
		return w, ok
	}
	return w.onAll(c)
}

// onAll makes c, which succeeded, in each world that allows it.
func (w refWorlds) onAll(c Call) (refWorlds, bool) {
	next := refWorlds{dead: slices.Clone(w.dead), number: w.number + 1, most: w.most}
	changed := false
	for _, s := range w.live {
		_, must, may := refApply(s.c, s.log(), refWrite{call: c})
		if must {
			next.dead = append(next.dead, s)
			continue
		}
		after, _ := s.step(c)
		does := len(after.writes) > len(s.writes)
		if !does {
			after.writes = append(after.writes, refDone(c, s.log(), 0, may))
		}
		if changed = changed || len(next.live) == 0 && does; changed && after.floor < len(after.writes) && s.makesDurable(c) {
			after.floor, after.shown = len(after.writes), 0
			if s.c.MutationsDurable {
				after.purgeFloor = after.floor
			}
		}
		if !changed {
			after.floor, after.purgeFloor = s.floor, s.purgeFloor
		}
		after.writes[len(after.writes)-1].number = next.number
		next.live = append(next.live, after)
	}
	return next, len(next.live) > 0
}

func (s refState) makesDurable(c Call) bool {
	writes := c.Op.Kind <= Replace && len(c.Op.Entries) > 0
	return c.Returned != models.Pending && !s.c.Volatile && (writes && s.c.WriteDurable || !writes && s.c.MutationsDurable)
}

// perhaps adds the worlds in which c, which promises nothing, happened or a part of it.
func (w refWorlds) perhaps(c Call) refWorlds {
	c.Returned, c.Result = models.Pending, Result{}
	next := refWorlds{number: w.number, most: w.most}
	for _, s := range w.live {
		next.live = append(next.live, s.perhapsSaved(c))
	}
	for _, s := range w.dead {
		next.dead = append(next.dead, s.perhapsSaved(c))
	}
	if c.Op.Kind > Reset {
		return next
	}
	for _, s := range w.live {
		after, _ := s.step(c)
		if len(after.writes) == len(s.writes) {
			continue
		}
		parts, begun := after.parts(len(after.writes))
		for _, writes := range parts {
			part := s.clone()
			part.writes = writes
			next.live = append(next.live, part)
		}
		if begun.first > 0 {
			part := s.clone()
			part.base, part.writes, part.floor, part.purgeFloor = begun, nil, 0, 0
			next.live = append(next.live, part)
		}
		next.live = append(next.live, after)
	}
	*w.most = max(*w.most, len(next.live))
	return next
}

func (s refState) perhapsSaved(c Call) refState {
	if c.Op.Kind == SaveHardState {
		s = s.clone()
		s.hards = append(s.hards, refHard{c.Op.HardState, true, c, true})
	}
	return s
}

// orders calls yield with the worlds that every order of calls ends in; a pending call
// may be left out.
func (w refWorlds) orders(calls []Call, yield func(refWorlds)) {
	if len(calls) == 0 {
		yield(w)
		return
	}
	for i, c := range calls {
		first := !slices.ContainsFunc(calls, func(o Call) bool { return refReturned(o, c.Invoked) })
		if !first {
			continue
		}
		rest := slices.Delete(slices.Clone(calls), i, i+1)
		if next, ok := w.step(c); ok {
			next.orders(rest, yield)
		}
		if c.Returned == models.Pending {
			w.orders(rest, yield)
		}
	}
}

// refCheck reports whether r may come of a crash after calls, and whether there were more worlds on the
// way than the checker follows: then that need not know.
func refCheck(c Contract, calls History, r *Recovered) (legal, crowded bool) {
	begin := refBegin(c)
	begin.orders(calls, func(w refWorlds) {
		if !legal {
			_, legal = w.legal(&r.View, false)
		}
	})
	const followed = 64
	return legal, *begin.most > followed
}
