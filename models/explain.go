package models

import (
	"fmt"
	"slices"
)

// explain returns what is wrong with r, an illegal recovery of s, the violation
// closest to the cause first: of the log, of the hard state, of the order of the
// two, and of what was tried after reading.
func (m spec) explain(s *state, r *Recovered, kind Kind) []Violation {
	if f := r.Failure; f != nil && (f.Phase == PhaseOpen || f.Phase == PhaseRead) {
		return []Violation{violation(OpensAfterCrash, nil, "%s after %s failed: %s", f.Phase, end(kind), f)}
	}
	x := inquest{search: m.search(s, &r.View, kind), end: end(kind)}
	out := x.log()
	out = append(out, x.hardState()...)
	if len(out) == 0 || out[0].Property == HardStateDurable {
		out = append(out, x.order()...)
	}
	out = append(out, m.afterwards(r)...)
	if len(out) == 0 {
		panic("models: explaining a legal recovery")
	}
	return out
}

func end(k Kind) string {
	if k == Reopen {
		return "the clean reopen"
	}
	return "the crash"
}

// String returns the manner and text of f.
func (f *Failure) String() string { return fmt.Sprintf("%s: %s", f.Manner, f.Text) }

// afterwards judges what came after the first read.
func (m spec) afterwards(r *Recovered) []Violation {
	if f := r.Failure; f != nil {
		p := LiveAfterRecovery
		if f.Phase == PhaseReopen || f.Phase == PhaseReread {
			p = RecoveryIdempotent
		}
		return []Violation{violation(p, nil, "%s failed, after a recovery that read well: %s", f.Phase, f)}
	}
	if m.repeats(r) {
		return nil
	}
	probe := ""
	if r.Probe != nil {
		probe = fmt.Sprintf(" and entry %d (term %d) was appended", r.Probe.Index, r.Probe.Term)
	}
	return []Violation{violation(RecoveryIdempotent, nil, "the first open showed %s%s, yet the second showed %s",
		&r.View, probe, r.Again)}
}

// inquest finds the cause of an illegal recovery.
type inquest struct {
	search
	end string
}

// log judges the log by itself. The order of the questions is from the most to
// the least specific; the first that applies is the answer.
func (x *inquest) log() []Violation {
	for _, ask := range []func() []Violation{
		x.shape, x.none, x.beginning, x.partial, x.older, x.tail, x.splice,
	} {
		if found := ask(); len(found) > 0 {
			return slices.DeleteFunc(found, func(v Violation) bool { return v.Property == "" })
		}
	}
	return []Violation{x.invented()}
}

// none ends the questions if the log is legal.
func (x *inquest) none() []Violation {
	for range x.each {
		return []Violation{{}}
	}
	return nil
}

// shape judges what can be said of a log without its history.
func (x *inquest) shape() []Violation {
	v := x.got.view
	for i := 1; i < len(v.Entries); i++ {
		got, want := v.Entries[i].Index, v.Entries[i-1].Index+1
		switch {
		case got > want:
			return one(NoHole, nil, "entry %d is missing between %d and %d after %s", want, want-1, got, x.end)
		case got < want:
			return one(ReadsLinearizable, nil, "entry %d was read after entry %d, after %s", got, want-1, x.end)
		}
	}
	if found := x.head(); found != nil {
		return found
	}
	last := x.got.last
	if x.got.empty() {
		last = v.Boundary.Index
		if !x.KeepsBoundary {
			last = x.knownEnd(v.LastIndex)
		}
	}
	switch {
	case v.LastIndex > last:
		return one(NoHole, nil, "the last index is %d after %s, yet no entry beyond %d can be read", v.LastIndex, x.end, last)
	case v.LastIndex < last:
		return one(ReadsLinearizable, nil, "the last index is %d after %s, yet %s", v.LastIndex, x.end, v)
	}
	return nil
}

// made returns the version numbered seq.
func (x *inquest) made(seq int) *version {
	v := x.state.log
	for v != nil && v.seq > seq {
		v = v.prev
	}
	return v
}

// partial finds an atomic call of which part came back, though nothing needed
// to come back at all.
func (x *inquest) partial() []Violation {
	floor := x.floor()
	for v := x.state.log; v != floor; v = v.prev {
		if v.op == nil || !v.op.writesEntries() {
			continue
		}
		for k := v.log.mark; k != nil; k = k.prev {
			if found, ok := x.matches(v, k, v.kept, &x.got); ok && found.last < v.log.last() {
				return []Violation{x.torn(v)}
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

// tornBatch finds a raft-safe log that ends amid an atomic call.
func (x *inquest) tornBatch() []Violation {
	floor := x.floor()
	for v := x.state.log; ; v = v.prev {
		found, ok := x.matches(v, v.log.mark, x.safe, &x.got)
		if ok && !x.wholeBatch(found) {
			return []Violation{x.torn(found.top().maker)}
		}
		if v == floor {
			return nil
		}
	}
}

func (x *inquest) torn(v *version) Violation {
	p := AtomicBatch
	if v.op.Kind == Replace {
		p = AtomicReplace
	}
	return violation(p, v.cite(), "%s is atomic, yet after %s %s", v, x.end, x.came())
}

// older finds the newest version before the floor that came back, and says what
// made the first call durable that it lacks.
func (x *inquest) older() []Violation {
	floor := x.floor().seq
	for v := x.state.log; v != nil; v = v.prev {
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
			case found.last < whole:
				out := x.lost(v.seq, false)
				if torn := v.prev.log.last() > v.kept || found.last > v.kept; torn && !x.allowsPartial(v.op) {
					out = append(out, x.torn(v))
				}
				return out
			case v.seq < floor:
				return x.lost(v.seq+1, false)
			case undone != nil:
				return x.lost(undone.seq, true)
			}
		}
	}
	return nil
}

// tail finds a log that is whole but for its end.
func (x *inquest) tail() []Violation {
	for v := x.state.log; v != nil; v = v.prev {
		for k := v.log.mark; k != nil; k = k.prev {
			found, ok := x.matches(v, k, k.first-1, &x.got)
			if !ok {
				continue
			}
			next := v.log.top.at(found.last + 1)
			if next != nil && next.maker.seq <= x.floor().seq {
				return x.lost(next.maker.seq, false)
			}
			return one(Prefix, v.cite(), "no call ever left the log as it came back after %s, part of that after %s: %s", x.end, v, x.came())
		}
	}
	return nil
}

// lost says that version seq was durable and did not come back.
func (x *inquest) lost(seq int, purge bool) []Violation {
	v := x.made(seq)
	if x.exactly {
		return one(ReadsLinearizable, v.cite(), "%s returned before %s, yet %s", v, x.end, x.cameFor(v))
	}
	f := x.state.forces.earliest(seq, purge)
	if f == nil {
		return one(Prefix, v.cite(), "%s did not come back after %s, yet something later did: %s", v, x.end, x.cameFor(v))
	}
	p, calls := durabilityOf(f.op), v.cite()
	by := ""
	switch {
	case p == RecoveredDurable:
		by, calls = "was part of what "+f.String()+" showed", append(calls, f.cite()...)
	case f.call == v.call:
		by = "returned before " + x.end
	default:
		by = "was made durable by " + f.String() + ", which returned before " + x.end
		calls = append(calls, f.cite()...)
	}
	if p == RecoveredDurable && f.seq == seq {
		return one(p, f.cite(), "%s showed the log %s, yet after %s %s", f, logText(v.log), x.end, x.cameFor(v))
	}
	return one(p, calls, "%s %s, yet %s", v, by, x.cameFor(v))
}
