package scenarios

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/models"
)

// Concurrent is a Concurrently made concrete: what each goroutine calls, in
// order.
type Concurrent struct {
	// Writer has the block's faults too, in their places.
	Writer []Action
	// Flushers and Readers have a list for each goroutine.
	Flushers, Readers [][]models.Op
	// Purger purges, if there is one.
	Purger []models.Op
}

// ResolveConcurrently returns the calls that s is, and takes them to succeed. It
// panics if s is no Concurrently, or if a step in its block is neither one call nor a
// fault.
func (r *Resolver) ResolveConcurrently(s Step) Concurrent {
	if s.Kind != Concurrently {
		panic(fmt.Sprintf("scenarios: step %v is one call", s.Kind))
	}
	first, last := r.shape.boundary.Index, r.shape.last().Index
	before := r.shape
	before.terms = slices.Clone(before.terms)
	var out Concurrent
	for _, inner := range s.Body {
		if inner.Kind.EndsLife() {
			panic(fmt.Sprintf("scenarios: step %v in a block", inner.Kind))
		}
		if !r.Offers(inner) {
			continue
		}
		out.Writer = append(out.Writer, r.Resolve(inner))
		first, last = min(first, r.shape.boundary.Index), max(last, r.shape.last().Index)
	}
	if s.Purges > 0 {
		out.Purger = r.purges(s.Purges, before, out.Writer)
	}
	for range s.Flushers {
		out.Flushers = append(out.Flushers, flushes(max(1, s.Flushes)))
	}
	for reader := range s.Readers {
		out.Readers = append(out.Readers, reads(reader, max(1, s.Reads), first, last))
	}
	return out
}

// purges returns purges that each take one more of the oldest entries. All of these were
// in the log before the block, and the writer touches none: in whatever order the calls
// run, each is valid and the log is the same in the end.
func (r *Resolver) purges(count int, before shape, writer []Action) []models.Op {
	if r.Contract.PurgeAlone || !r.Offers(Step{Kind: Purge}) {
		return nil
	}
	free := before.last().Index - before.boundary.Index
	for _, a := range writer {
		switch from := a.Op.From; a.Op.Kind {
		case models.Purge, models.Reset:
			return nil
		case models.Persist, models.Replace, models.Truncate:
			if a.Op.Kind == models.Persist && len(a.Op.Entries) > 0 {
				from = a.Op.Entries[0].Index
			}
			free = min(free, max(from, before.boundary.Index+1)-before.boundary.Index-1)
		}
	}
	var ops []models.Op
	for n := range min(uint64(count), free) {
		cutoff := before.cutoff(int(n + 1))
		r.shape.discard(cutoff)
		ops = append(ops, models.Op{Kind: models.Purge, Cutoff: cutoff})
	}
	return ops
}

func flushes(count int) []models.Op {
	ops := make([]models.Op, count)
	for i := range ops {
		ops[i].Kind = models.Flush
	}
	return ops
}

// reads returns count reads of positions from first to one past last, which are
// all that the writer can make while they run.
func reads(reader, count int, first, last uint64) []models.Op {
	span := max(1, last-first+2)
	ops := make([]models.Op, count)
	for i := range ops {
		draw := mix(uint64(reader+1)*indexFactor, uint64(i+1)*termFactor)
		from := first + draw%span
		switch draw >> 61 {
		case 0, 1:
			ops[i] = models.Op{Kind: models.ReadLastIndex}
		case 2, 3, 4:
			ops[i] = models.Op{Kind: models.ReadRange, From: from, To: from + draw>>32%8}
		default:
			ops[i] = models.Op{Kind: models.ReadEntry, From: from}
		}
	}
	return ops
}
