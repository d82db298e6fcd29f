package enginetest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/engines"
)

// op is one call of a random program. Its numbers are relative to the log as it
// is then, so that what is left of a program after shrinking still makes sense.
type op struct {
	Kind string
	// Offset moves the index that the call is about away from the usual one.
	Offset int
	// Count is the number of entries to write.
	Count int
	// SizeBytes is the length of their payloads.
	SizeBytes int
}

// programs generates programs. Zero is the plainest value of every draw.
func programs() *rapid.Generator[[]op] {
	kinds := []string{
		"persist", "persist", "persist", "replace", "truncate", "purge", "save", "flush", "reopen", "range", "hole", "reset", "again",
	}
	calls := rapid.Custom(func(t *rapid.T) op {
		return op{
			Kind:      rapid.SampledFrom(kinds).Draw(t, "kind"),
			Offset:    rapid.IntRange(-4, 2).Draw(t, "offset"),
			Count:     rapid.IntRange(0, 4).Draw(t, "count"),
			SizeBytes: rapid.SampledFrom([]int{20, 0, 1, 500, 5000}).Draw(t, "size"),
		}
	})
	return rapid.SliceOfN(calls, 1, 40)
}

// modelCase returns the case that runs program on the engine and on the model,
// and compares all that they show after each call.
func modelCase(program []op) Case {
	return Case{"model", "the sentences of the contract hold together, in any order of calls", func(ctx context.Context, place *Place) error {
		m, trace := newModel(), []string{}
		m.claims = place.claims()
		for i, o := range program {
			term := uint64(i) + 1
			if !applies(o, m, term, place) {
				continue
			}
			call, rule, refusal := o.apply(m, term)
			trace = append(trace, call.name)
			place.progress.Note("the program: " + strings.Join(trace, "; "))
			if err := agree(ctx, place, call, refusal, m.view()); err != nil {
				return fmt.Errorf("%s: %w (%s)\n\tthe program: %s", call.name, err, rule, strings.Join(trace, "; "))
			}
		}
		return nil
	}}
}

// agree does call and wants its refusal, if any, and then the view.
func agree(ctx context.Context, place *Place, call step, refusal error, want view) error {
	err := call.do(ctx, place)
	if refusal == nil && err != nil {
		return err
	}
	if !errors.Is(err, refusal) {
		return fmt.Errorf("got error %v, want %v", errors.Unwrap(err), refusal)
	}
	got, err := see(ctx, place)
	if err != nil {
		return err
	}
	if !place.keepsBoundary() {
		want.boundary, want.hasBoundary = engines.LogID{}, false
		if len(want.entries) == 0 && got.last == 0 {
			want.last = 0 // allowed after a reopen
		}
	}
	return compare(got, want)
}

// applies reports whether the engine has the ability for o and takes a batch of that size,
// and whether it and the model are bound to agree: where an engine that keeps no boundary
// may have forgotten it, they are not.
func applies(o op, m *model, term uint64, place *Place) bool {
	if !place.factory.Limits.Allows(o.batch(m, term)) {
		return false
	}
	switch o.Kind {
	case "reopen":
		return place.survives()
	case "replace":
		if _, ok := place.engine.LogStore().(engines.RangeReplacer); !ok || o.Count == 0 && place.without().Truncate {
			return false
		}
	}
	if without := place.without(); o.Kind == "truncate" && without.Truncate || o.Kind == "purge" && without.Purge ||
		o.Kind == "reset" && without.Reset || o.Kind == "save" && without.HardState {
		return false
	}
	if place.keepsBoundary() {
		return true
	}
	empty := len(m.entries) == 0
	switch o.Kind {
	case "persist", "replace", "hole":
		return o.from(m) > m.boundary.Index && !(empty && o.from(m) != m.last+1)
	case "truncate":
		return max(o.from(m), 1) > m.boundary.Index
	case "purge":
		return !(empty && o.cutoff(m) <= m.boundary.Index)
	}
	return true
}

// from is the first index that o writes or cuts: by default the one after the
// last.
func (o op) from(m *model) uint64 { return moved(m.last+1, o.Offset) }

// cutoff is the index that o purges to: by default some above the boundary.
func (o op) cutoff(m *model) uint64 { return moved(m.boundary.Index+uint64(o.Count), o.Offset) }

// moved returns index+offset, or 0 where that would lie below.
func moved(index uint64, offset int) uint64 {
	if offset < 0 && uint64(-offset) > index {
		return 0
	}
	return index + uint64(offset)
}

// apply does o to the model, and returns it as a step on an engine, with the
// sentence that it is under and the refusal that it must meet.
func (o op) apply(m *model, term uint64) (call step, rule string, refusal error) {
	from, batch := o.from(m), o.batch(m, term)
	switch o.Kind {
	case "persist", "again", "hole":
		rule, refusal = m.persist(batch)
		return persist(batch...), rule, refusal
	case "replace":
		rule, refusal = m.replace(from, batch)
		return replace(from, batch...), rule, refusal
	case "truncate":
		rule, refusal = m.truncate(from)
		return truncate(from), rule, refusal
	case "purge":
		cutoff := o.cutoff(m)
		return purge(cutoff, term), m.purge(engines.LogID{Index: cutoff, Term: term}), nil
	case "reset":
		m.reset()
		return reset(), ruleReset, nil
	case "save":
		m.save(engines.HardState{Term: term, Vote: uint64(o.Count)})
		return save(term, uint64(o.Count)), ruleHardState, nil
	case "flush":
		return flush(), ruleFlush, nil
	case "reopen":
		return reopen(), ruleReopen, nil
	case "range":
		first, last := from, moved(from, o.Count)
		return ranges(first, last, m.slice(first, last)...), ruleRange, nil
	}
	panic("enginetest: unknown kind " + o.Kind)
}

// batch returns the entries that o writes, if it writes any.
func (o op) batch(m *model, term uint64) []engines.Entry {
	switch o.Kind {
	case "persist", "replace":
		return o.entries(o.from(m), term)
	case "again":
		return m.slice(moved(m.last+1, -o.Count), m.last)
	case "hole":
		return []engines.Entry{entry(m.last+1, term), entry(m.last+3, term)}
	}
	return nil
}

// entries returns the new entries that o writes from index first on.
func (o op) entries(first, term uint64) []engines.Entry {
	var out []engines.Entry
	for i := range o.Count {
		out = append(out, sized(first+uint64(i), term, o.SizeBytes))
	}
	return out
}
