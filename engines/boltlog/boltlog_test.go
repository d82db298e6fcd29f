package boltlog

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/ackproof/ackproof/engines"
)

func TestLostEntriesAreCorrupt(t *testing.T) {
	inLog := func(do func(*bbolt.Bucket) error) func(*bbolt.Tx) error {
		return func(tx *bbolt.Tx) error { return do(tx.Bucket(logBucket)) }
	}
	tests := []struct {
		name   string
		damage func(*bbolt.Tx) error
		// opens says that the damage shows only to a read.
		opens bool
	}{
		{"hole", inLog(func(b *bbolt.Bucket) error { return b.Delete(entryKey(5)) }), true},
		{"short value", inLog(func(b *bbolt.Bucket) error { return b.Put(entryKey(5), []byte{1}) }), true},
		{"long key", inLog(func(b *bbolt.Bucket) error { return b.Put(append(entryKey(5), 0), make([]byte, 20)) }), true},
		{"first entry gone", inLog(func(b *bbolt.Bucket) error { return b.Delete(entryKey(3)) }), false},
		{"foreign key", inLog(func(b *bbolt.Bucket) error { return b.Put(append(entryKey(9), 0), nil) }), false},
		{"no boundary", func(tx *bbolt.Tx) error { return putMeta(tx, boundaryKey, nil) }, false},
		{"short boundary", func(tx *bbolt.Tx) error { return tx.Bucket(metaBucket).Put(boundaryKey, []byte{1}) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir, ctx := t.TempDir(), t.Context()
			e := open(t, Options{Dir: dir})
			must(t, e.LogStore().PersistEntries(ctx, batch(1, 9, 10)))
			must(t, e.LogStore().Purge(ctx, engines.LogID{Index: 2, Term: 1}))
			must(t, e.store.db.Update(tt.damage))
			must(t, e.Close())
			e, err := Open(Options{Dir: dir})
			if err == nil {
				defer e.Close()
			}
			if tt.opens && err == nil {
				_, err = e.LogStore().GetEntries(ctx, 1, 9)
			}
			if !errors.Is(err, engines.ErrCorrupt) {
				t.Errorf("got error %v, want %v", err, engines.ErrCorrupt)
			}
		})
	}
}

// After a failed commit nobody knows what the file holds, so the engine says
// nothing any more, and what it said before is there when it is opened anew.
func TestFailedCommitStops(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	e := open(t, Options{Dir: dir})
	must(t, e.LogStore().PersistEntries(ctx, batch(1, 3, 10)))
	want := show(t, e)
	e.store.db.MaxSize = 1 // from here on the file cannot grow
	_, _, entryErr := e.LogStore().Entry(ctx, 1)
	must(t, entryErr)
	errs := map[string]error{"persist": e.LogStore().PersistEntries(ctx, batch(4, 4, 100_000))}
	_, errs["get entries"] = e.LogStore().GetEntries(ctx, 1, 3)
	_, _, errs["load hard state"] = e.MetaStore().LoadHardState(ctx)
	errs["save hard state"] = e.MetaStore().SaveHardState(ctx, engines.HardState{Term: 1})
	errs["truncate"] = e.LogStore().Truncate(ctx, 2)
	errs["flush"] = e.LogStore().Flush(ctx)
	for name, err := range errs {
		if !errors.Is(err, berrors.ErrMaxSizeReached) {
			t.Errorf("%s: got error %v, want %v", name, err, berrors.ErrMaxSizeReached)
		}
	}
	must(t, e.Close())
	e = open(t, Options{Dir: dir})
	defer e.Close()
	if got := show(t, e); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v after a new open, want %+v", got, want)
	}
}

func TestClosedEngineRefuses(t *testing.T) {
	e, ctx := open(t, Options{Dir: t.TempDir()}), t.Context()
	must(t, e.Close())
	_, getErr := e.LogStore().GetEntries(ctx, 1, 1)
	_, _, boundaryErr := e.LogStore().(engines.PurgeBoundaryLoader).LoadPurgeBoundary(ctx)
	_, _, loadErr := e.MetaStore().LoadHardState(ctx)
	for name, err := range map[string]error{
		"persist": e.LogStore().PersistEntries(ctx, nil), "get entries": getErr, "load purge boundary": boundaryErr,
		"load hard state": loadErr, "save hard state": e.MetaStore().SaveHardState(ctx, engines.HardState{}),
		"flush": e.MetaStore().Flush(ctx), "close": e.Close(),
	} {
		if !errors.Is(err, engines.ErrClosed) {
			t.Errorf("%s: got error %v, want %v", name, err, engines.ErrClosed)
		}
	}
}

func TestCancelledCallChangesNothing(t *testing.T) {
	e := open(t, Options{Dir: t.TempDir()})
	defer e.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.LogStore().PersistEntries(ctx, batch(1, 1, 10)); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
	if got := show(t, e); got.last != 0 {
		t.Errorf("got last index %d, want 0", got.last)
	}
}

// A call that changes nothing costs no transaction.
func TestNothingToDoWritesNothing(t *testing.T) {
	e, ctx := open(t, Options{Dir: t.TempDir()}), t.Context()
	defer e.Close()
	must(t, e.LogStore().Reset(ctx))
	must(t, e.LogStore().PersistEntries(ctx, batch(1, 3, 10)))
	before := lastTx(t, e)
	must(t, e.LogStore().PersistEntries(ctx, nil))
	must(t, e.LogStore().Truncate(ctx, 4))
	must(t, e.LogStore().Purge(ctx, engines.LogID{}))
	must(t, e.LogStore().Flush(ctx))
	if after := lastTx(t, e); after != before {
		t.Errorf("got transaction %d, want %d as before", after, before)
	}
}

// Every call is one transaction, however much it does: that is what makes it
// atomic.
func TestOneTransactionPerCall(t *testing.T) {
	e, ctx := open(t, Options{Dir: t.TempDir()}), t.Context()
	defer e.Close()
	calls := []struct {
		name string
		do   func() error
	}{
		{"persist", func() error { return e.LogStore().PersistEntries(ctx, batch(1, 100, 100)) }},
		{"overlap", func() error { return e.LogStore().PersistEntries(ctx, batch(50, 60, 100)) }},
		{"replace", func() error {
			return e.LogStore().(engines.RangeReplacer).ReplaceRange(ctx, 40, batch(40, 90, 300))
		}},
		{"truncate", func() error { return e.LogStore().Truncate(ctx, 80) }},
		{"save", func() error { return e.MetaStore().SaveHardState(ctx, engines.HardState{Term: 1}) }},
		{"purge", func() error { return e.LogStore().Purge(ctx, engines.LogID{Index: 30, Term: 1}) }},
		{"reset", func() error { return e.LogStore().Reset(ctx) }},
	}
	for _, call := range calls {
		before := lastTx(t, e)
		must(t, call.do())
		if after := lastTx(t, e); after != before+1 {
			t.Errorf("%s: got transaction %d after %d, want one more", call.name, after, before)
		}
	}
}

func lastTx(t *testing.T, e *Engine) (id int) {
	t.Helper()
	must(t, e.store.db.View(func(tx *bbolt.Tx) error { id = tx.ID(); return nil }))
	return id
}
