package raftlog

import "github.com/ackproof/ackproof/models"

// tornCall finds an atomic call of which part came back, though nothing needed
// to come back at all.
func (x *diagnosis) tornCall() []models.Violation {
	floor := x.floor()
	for v := x.state.log; v != floor; v = v.prev {
		if !v.atomic {
			continue
		}
		if x.tornOverwrite(v) {
			return x.torn(v)
		}
		for k := v.log.mark; k != nil; k = k.prev {
			if found, ok := x.matches(v, k, v.kept, &x.got); ok && found.last < v.log.last() {
				if x.owedToReader(v, found.last) {
					break
				}
				return x.torn(v)
			}
			if !x.undoable(k) {
				break
			}
		}
	}
	if x.RaftSafe {
		return x.tornBatch()
	}
	return nil
}

// owedToReader reports whether a log that ends at last has nothing of v, and had to reach
// further since a read had shown that before v: then this is what was lost.
func (x *diagnosis) owedToReader(v *version, last uint64) bool {
	f := x.state.forces.earliest(x.floor().seq, last, false)
	return last == v.kept && f != nil && f.op.Reads()
}

// tornOverwrite reports whether some of the entries of v came back over old ones.
func (x *diagnosis) tornOverwrite(v *version) bool {
	e, _ := x.plan(v.prev.log, v.op)
	if !e.keepsTail || len(e.entries) < 2 || v.log.top == nil {
		return false
	}
	split := x.spec
	split.AtomicBatch = false
	part := split.after(v.prev, v.prev.log, &models.Call{ID: v.call, Op: v.op}, e, v.log.top.hard)
	for part = part.prev; part != v.prev; part = part.prev {
		if _, ok := x.matches(part, part.log.mark, part.log.last(), &x.got); ok {
			return true
		}
	}
	return false
}

// tornBatch finds a raft-safe log that ends inside an atomic call.
func (x *diagnosis) tornBatch() []models.Violation {
	floor := x.floor()
	for v := x.state.log; ; v = v.prev {
		found, ok := x.matches(v, v.log.mark, x.safe, &x.got)
		if ok && !x.wholeBatch(found) {
			return x.torn(found.top().maker)
		}
		if v == floor {
			return nil
		}
	}
}

// lostVersions finds the newest version before the floor that came back, and says what
// made the first call durable that it lacks.
func (x *diagnosis) lostVersions() []models.Violation {
	floor := x.floor().seq
	var later *version
	for v := x.state.log; v != nil; later, v = v, v.prev {
		whole := v.log.last()
		lowest := whole
		if v.op != nil && v.op.writesEntries() {
			lowest = v.kept
		}
		var undone *mark
		for k := v.log.mark; k != nil; undone, k = k, k.prev {
			found, ok := x.matches(v, k, lowest, &x.got)
			switch {
			case !ok:
			case v.seq > floor && x.owedToReader(v, found.last):
				return x.lost(floor, found.last, false)
			case found.last < whole:
				out := x.lost(v.seq, found.last, false)
				if torn := v.prev.log.last() > v.kept || found.last > v.kept; torn && v.atomic && !v.hasTail {
					out = append(out, x.torn(v)...)
				}
				return out
			case v.seq < floor:
				return x.lost(later.seq, 0, false)
			case undone != nil:
				return x.lost(undone.seq, 0, true)
			}
		}
	}
	return nil
}

// lostTail finds a log that is whole but for its end.
func (x *diagnosis) lostTail() []models.Violation {
	for v := x.state.log; v != nil; v = v.prev {
		for k := v.log.mark; k != nil; k = k.prev {
			found, ok := x.matches(v, k, k.first-1, &x.got)
			if !ok {
				continue
			}
			next := found.after()
			if next != nil && next.maker.seq <= x.floor().seq {
				return x.lost(next.maker.seq, found.last, false)
			}
			return models.Broken(models.Prefix, v.cite(), "only part of the log that %s left came back after %s: %s", v, x.restart, x.came())
		}
	}
	return nil
}
