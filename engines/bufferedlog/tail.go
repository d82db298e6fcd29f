package bufferedlog

import (
	"bytes"
	"slices"

	"github.com/ackproof/ackproof/engines"
)

// tail is the end of a log that is not, or not all, in the log below.
type tail struct {
	// after is the index before the first entry, or before the next to come.
	after   uint64
	entries []engines.Entry
}

// cut discards the entries at and after from, which may lie before the tail: it then
// begins there.
func (t *tail) cut(from uint64) {
	t.entries = t.entries[:max(from-1, t.after)-t.after]
	t.after = min(t.after, from-1)
}

// drop discards the entries up to last. They are in the log below.
func (t *tail) drop(last uint64) {
	if last <= t.after {
		return
	}
	count := min(last-t.after, uint64(len(t.entries)))
	t.entries = slices.Clone(t.entries[count:])
	t.after += count
}

// between returns copies of the entries from first to last that the tail has.
func (t *tail) between(first, last uint64) []engines.Entry {
	if last <= t.after {
		return nil
	}
	return clone(t.entries[max(first-1, t.after)-t.after : last-t.after])
}

func clone(entries []engines.Entry) []engines.Entry {
	out := make([]engines.Entry, len(entries))
	for i, e := range entries {
		e.Payload = bytes.Clone(e.Payload)
		out[i] = e
	}
	return out
}
