package bufferedlog

import (
	"context"
	"math"
	"slices"
)

// change is a call that is to be made below.
type change struct {
	// from is the lowest index whose entry it changes.
	from uint64
	// bytes is the size of its payloads.
	bytes int
	call  func(context.Context) error
}

// queue is the changes that wait, in the order in which they were shown.
type queue struct {
	changes []change
	bytes   int
}

func (q *queue) add(c change) {
	q.changes = append(q.changes, c)
	q.bytes += c.bytes
}

// remove removes the first count changes, and returns the lowest index that the others
// change.
func (q *queue) remove(count int) (from uint64) {
	for _, c := range q.changes[:count] {
		q.bytes -= c.bytes
	}
	q.changes = slices.Clone(q.changes[count:]) // lets go of what the others hold
	from = math.MaxUint64
	for _, c := range q.changes {
		from = min(from, c.from)
	}
	return from
}
