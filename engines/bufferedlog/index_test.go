package bufferedlog

import (
	"context"
	"errors"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

var errDisk = errors.New("the disk failed")

// What was there is durable once Open has flushed it, and what is written once a flush has
// returned.
func TestIndexAdvancesWithFlush(t *testing.T) {
	each(t, func(t *testing.T, s Strategy) {
		l := open(t, newBelow(t, 4), Options{Strategy: s})
		if l.under.flushCount != 1 {
			t.Errorf("got %d flushes in Open, want 1", l.under.flushCount)
		}
		l.wants(4, "after Open")
		l.persist(5, 7, 1)
		l.wants(4, "after a write")
		l.flush()
		l.wants(7, "after a flush")
		must(t, l.log.Purge(t.Context(), engines.LogID{Index: 5, Term: 1}))
		l.wants(7, "after a purge")
		must(t, l.log.Reset(t.Context()))
		l.wants(0, "after a reset")
		l.persist(1, 2, 2)
		l.flush()
		l.wants(2, "after a reset, a write and a flush")
	})
}

// Where the log below is durable on return, a write advances the index: memory-first when
// it comes to be written.
func TestIndexAdvancesWithDurableWrite(t *testing.T) {
	each(t, func(t *testing.T, s Strategy) {
		b := newBelow(t, 0)
		b.log.durable = true
		l := open(t, b, Options{Strategy: s, BufferBytes: 6})
		l.persist(1, 2, 1)
		l.wants(map[Strategy]uint64{DiskFirst: 2, MemoryFirst: 0}[s], "after a write")
		l.persist(3, 3, 1)
		l.wants(3, "after a write that fills the buffer")
	})
}

// The index is below the entries that a call discards, before it is made below.
func TestIndexLoweredBeforeCut(t *testing.T) {
	each(t, func(t *testing.T, s Strategy) {
		for name, cut := range map[string]func(l layer) error{
			"persist":  func(l layer) error { return l.log.PersistEntries(t.Context(), span(5, 6, 2)) },
			"replace":  func(l layer) error { return l.log.ReplaceRange(t.Context(), 5, span(5, 9, 2)) },
			"truncate": func(l layer) error { return l.log.Truncate(t.Context(), 5) },
		} {
			l := open(t, newBelow(t, 8), Options{Strategy: s})
			l.under.onWrite = func() error {
				l.wants(4, "while "+name+" is made below")
				return nil
			}
			must(t, cut(l))
			l.wants(4, "after "+name)
			l.persist(l.log.LastIndex()+1, 12, 2)
			l.wants(4, "after a write behind "+name)
			l.flush()
			l.wants(12, "after a flush behind "+name)
		}
	})
}

// A flush counts what was written when it began, and nothing if the log was cut since.
func TestIndexOfOvertakenFlush(t *testing.T) {
	each(t, func(t *testing.T, s Strategy) {
		for _, c := range []struct {
			name        string
			first, want uint64
		}{{"written", 5, 4}, {"replaced", 3, 2}} {
			l := open(t, newBelow(t, 2), Options{Strategy: s, BufferBytes: 1})
			l.persist(3, 4, 1)
			l.under.onFlush = func() error {
				l.persist(c.first, 6, 2)
				return nil
			}
			l.flush()
			l.wants(c.want, "after a flush beside which entries were "+c.name)
			l.under.onFlush = nil
			l.flush()
			l.wants(6, "after another flush")
		}
	})
}

// After a flush or a write that failed the index stays, whatever succeeds later.
func TestIndexStaysAfterFailure(t *testing.T) {
	each(t, func(t *testing.T, s Strategy) {
		l := open(t, newBelow(t, 3), Options{Strategy: s})
		l.persist(4, 5, 1)
		l.under.onFlush = func() error { return errDisk }
		if err := l.log.Flush(t.Context()); !errors.Is(err, errDisk) {
			t.Errorf("got error %v from a flush, want %v", err, errDisk)
		}
		l.under.onFlush = nil
		l.flush()
		l.wants(3, "after a flush behind one that failed")

		l = open(t, newBelow(t, 3), Options{Strategy: s, BufferBytes: 1})
		l.under.onWrite = func() error { return errDisk }
		if err := l.log.PersistEntries(t.Context(), span(3, 5, 1)); !errors.Is(err, errDisk) {
			t.Errorf("got error %v from a write, want %v", err, errDisk)
		}
		l.under.onWrite = nil
		_ = l.log.PersistEntries(t.Context(), span(3, 5, 1))
		_ = l.log.Flush(t.Context())
		l.wants(2, "after a write that failed")
	})
}

// Calls that are refused, or whose contexts ended, are no failures.
func TestIndexAfterRefusal(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	each(t, func(t *testing.T, s Strategy) {
		l := open(t, newBelow(t, 9), Options{Strategy: s})
		must(t, l.log.Purge(t.Context(), engines.LogID{Index: 4, Term: 1}))
		for want, err := range map[error]error{
			engines.ErrCompacted: l.log.Truncate(t.Context(), 3),
			engines.ErrGap:       l.log.PersistEntries(t.Context(), span(12, 12, 1)),
			engines.ErrInvalid:   l.log.ReplaceRange(t.Context(), 6, span(7, 7, 1)),
			context.Canceled:     l.log.Flush(ended),
		} {
			if !errors.Is(err, want) {
				t.Errorf("got error %v, want %v", err, want)
			}
		}
		l.wants(9, "after refused calls")
		l.persist(10, 10, 1)
		l.flush()
		l.wants(10, "after a write and a flush behind them")
		if _, err := l.log.DurableIndex(ended); !errors.Is(err, context.Canceled) {
			t.Errorf("got error %v, want %v", err, context.Canceled)
		}
	})
}

// Nothing is durable above a log that keeps nothing.
func TestIndexOfVolatileLog(t *testing.T) {
	each(t, func(t *testing.T, s Strategy) {
		b := newBelow(t, 4)
		b.claims = engines.Claims{Volatile: true}
		l := open(t, b, Options{Strategy: s})
		l.persist(5, 5, 1)
		l.flush()
		l.wants(0, "after a flush")
	})
}
