package bufferedlog

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

// Entries wait in memory until a flush, a full buffer or a close; readers see them.
func TestWritesBehind(t *testing.T) {
	for name, write := range map[string]func(l layer) error{
		"flush":  func(l layer) error { return l.log.Flush(t.Context()) },
		"buffer": func(l layer) error { return l.log.PersistEntries(t.Context(), span(6, 9, 1)) },
		"close":  func(l layer) error { return l.log.close() },
	} {
		l := open(t, newBelow(t, 2), Options{Strategy: MemoryFirst, BufferBytes: 10})
		l.under.writes = 0
		l.persist(3, 4, 1)
		l.persist(4, 5, 2)
		want := append(span(1, 3, 1), span(4, 5, 2)...)
		if got, err := l.log.GetEntries(t.Context(), 1, 9); err != nil || !reflect.DeepEqual(got, want) || l.under.writes != 0 {
			t.Errorf("%s: got %v, %v, and %d writes below, want %v and none", name, got, err, l.under.writes, want)
		}
		must(t, write(l))
		if got, err := l.under.GetEntries(t.Context(), 1, 5); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, %v below, want %v", name, got, err, want)
		}
	}
}

// Readers see the log as it is while what waits is written, which takes others' places.
func TestReadsWhileWriting(t *testing.T) {
	l := open(t, newBelow(t, 9), Options{Strategy: MemoryFirst})
	must(t, l.log.Truncate(t.Context(), 5))
	l.persist(5, 6, 2)
	l.persist(6, 7, 3)
	must(t, l.log.Purge(t.Context(), engines.LogID{Index: 2, Term: 1}))
	want := append(append(span(3, 4, 1), span(5, 5, 2)...), span(6, 7, 3)...)
	read := func() error {
		if got, err := l.log.GetEntries(t.Context(), 0, 99); err != nil || !reflect.DeepEqual(got, want) || l.log.LastIndex() != 7 {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
		return nil
	}
	l.under.onWrite = read
	must(t, read())
	l.flush()
	must(t, read())
	if l.under.writes == 0 {
		t.Error("got no write below, want some")
	}
}

// A write behind that failed stops the log: what waits after it must not be written
// without it. Readers see what they saw.
func TestStopsAfterFailedWriteBehind(t *testing.T) {
	l := open(t, newBelow(t, 0), Options{Strategy: MemoryFirst})
	l.persist(1, 2, 1)
	l.under.onWrite = func() error { return errDisk }
	for range 2 {
		if err := l.log.Flush(t.Context()); !errors.Is(err, errDisk) {
			t.Errorf("got error %v from a flush, want %v", err, errDisk)
		}
		l.under.onWrite = nil
	}
	if err := l.log.PersistEntries(t.Context(), span(3, 3, 1)); !errors.Is(err, errDisk) {
		t.Errorf("got error %v from a write, want %v", err, errDisk)
	}
	if got, err := l.log.GetEntries(t.Context(), 1, 9); err != nil || !reflect.DeepEqual(got, span(1, 2, 1)) {
		t.Errorf("got %v, %v, want both entries", got, err)
	}
	if err := l.Close(); !errors.Is(err, errDisk) || l.under.LastIndex() != 0 {
		t.Errorf("got error %v from a close and %d below, want %v and nothing", err, l.under.LastIndex(), errDisk)
	}
}

// A caller's context that has ended does not undo what others were promised.
func TestWritesBehindWithoutContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	l := open(t, newBelow(t, 0), Options{Strategy: MemoryFirst, BufferBytes: 1 << 10})
	l.under.onWrite = func() error {
		cancel()
		return nil
	}
	must(t, l.log.PersistEntries(ctx, span(1, 1, 1)))
	must(t, l.log.PersistEntries(ctx, span(2, 2, 1)))
	if err := l.log.Flush(ctx); !errors.Is(err, context.Canceled) || l.under.LastIndex() != 2 {
		t.Errorf("got error %v and last index %d below, want %v and 2", err, l.under.LastIndex(), context.Canceled)
	}
	l.flush()
	l.wants(2, "after a flush")
}

// Above a log that cannot replace a range it is replaced in two steps, or refused as a
// whole.
func TestReplacesInTwo(t *testing.T) {
	each(t, func(t *testing.T, s Strategy) {
		b := newBelow(t, 5)
		whole := b.log
		e, err := Open(unreplacing{b}, Options{Strategy: s})
		must(t, err)
		if e.Claims().AtomicReplace {
			t.Error("got a claim AtomicReplace, want none")
		}
		for _, entries := range [][]engines.Entry{span(4, 5, 2), append(span(3, 3, 2), span(5, 5, 2)...)} {
			if err := e.log.ReplaceRange(t.Context(), 3, entries); !errors.Is(err, engines.ErrInvalid) || e.log.LastIndex() != 5 {
				t.Errorf("got error %v and last index %d, want %v and 5", err, e.log.LastIndex(), engines.ErrInvalid)
			}
		}
		must(t, e.log.ReplaceRange(t.Context(), 3, span(3, 4, 2)))
		must(t, e.log.Flush(t.Context()))
		if got, err := whole.GetEntries(t.Context(), 1, 9); err != nil || !reflect.DeepEqual(got, append(span(1, 2, 1), span(3, 4, 2)...)) {
			t.Errorf("got %v, %v, want 1-2 and then 3-4", got, err)
		}
	})
}

// Where the second step is refused, the first is made: the index is not beyond the log.
func TestReplacesHalf(t *testing.T) {
	each(t, func(t *testing.T, s Strategy) {
		b := newBelow(t, 5)
		e, err := Open(unreplacing{b}, Options{Strategy: s, BufferBytes: 1})
		must(t, err)
		l := layer{t, e, b.log}
		l.under.onWrite = func() error { return engines.ErrInvalid }
		if err := l.log.ReplaceRange(t.Context(), 3, span(3, 4, 2)); !errors.Is(err, engines.ErrInvalid) || b.log.LastIndex() != 2 {
			t.Errorf("got error %v and last index %d below, want %v and 2", err, b.log.LastIndex(), engines.ErrInvalid)
		}
		l.wants(2, "after half of a replacement")
		l.under.onWrite = nil
		_ = l.log.PersistEntries(t.Context(), span(3, 4, 2)) // memory-first has stopped
		_ = l.log.Flush(t.Context())
		l.wants(b.log.LastIndex(), "after a write and a flush behind it")
	})
}

// unreplacing is an engine whose log cannot replace a range.
type unreplacing struct{ *below }

func (u unreplacing) Claims() engines.Claims { return engines.Claims{AtomicReplace: true} }

func (u unreplacing) LogStore() engines.LogStore {
	return struct {
		engines.LogStore
		engines.PurgeBoundaryLoader
	}{u.log, u.log}
}

// A layer promises what the engine below does, but for what waits in memory.
func TestClaims(t *testing.T) {
	b := newBelow(t, 0)
	b.log.durable = true
	b.claims = engines.Claims{
		WriteDurable: true, AtomicBatch: true, AtomicReplace: true, MutationsDurable: true, HardStateDurable: true,
		CloseDurable: true, ReadsDurable: true,
	}
	if got := engines.ClaimsOf(open(t, b, Options{})); got != b.claims {
		t.Errorf("disk-first: got %+v, want %+v", got, b.claims)
	}
	want := engines.Claims{AtomicBatch: true, AtomicReplace: true, HardStateDurable: true, CloseDurable: true}
	if got := engines.ClaimsOf(open(t, b, Options{Strategy: MemoryFirst})); got != want {
		t.Errorf("memory-first: got %+v, want %+v", got, want)
	}
}

// Open refuses what it cannot hold, and leaves it open.
func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		o      Options
		change func(b *below) engines.StorageEngine
		want   error
	}{
		"a strategy":     {Options{Strategy: 7}, func(b *below) engines.StorageEngine { return b }, engines.ErrInvalid},
		"a buffer":       {Options{BufferBytes: -1}, func(b *below) engines.StorageEngine { return b }, engines.ErrInvalid},
		"no boundary":    {Options{}, func(b *below) engines.StorageEngine { return boundless{b} }, engines.ErrInvalid},
		"gaps":           {Options{}, func(b *below) engines.StorageEngine { b.claims.AcceptsGaps = true; return b }, engines.ErrInvalid},
		"tails":          {Options{}, func(b *below) engines.StorageEngine { b.claims.OverwriteKeepsTail = true; return b }, engines.ErrInvalid},
		"a failed flush": {Options{}, func(b *below) engines.StorageEngine { b.log.onFlush = func() error { return errDisk }; return b }, errDisk},
	} {
		b := newBelow(t, 3)
		if _, err := Open(c.change(b), c.o); !errors.Is(err, c.want) {
			t.Errorf("%s: got error %v, want %v", name, err, c.want)
		}
		if _, err := b.log.GetEntries(t.Context(), 1, 3); err != nil {
			t.Errorf("%s: got error %v from the engine below, want it open", name, err)
		}
	}
}

// boundless is an engine whose log loads no boundary.
type boundless struct{ *below }

func (b boundless) LogStore() engines.LogStore { return struct{ engines.LogStore }{b.log} }
