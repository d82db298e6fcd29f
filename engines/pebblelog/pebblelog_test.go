package pebblelog

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/ackproof/ackproof/engines"
)

func TestReadOnly(t *testing.T) {
	ctx, fs := t.Context(), vfs.NewMem()
	e := open(t, Options{FS: fs})
	must(t, e.LogStore().PersistEntries(ctx, batch(1, 9, 10)))
	must(t, e.MetaStore().SaveHardState(ctx, engines.HardState{Term: 2, Vote: 1}))
	must(t, e.Close())
	before, err := fs.List("/db")
	must(t, err)

	e = open(t, Options{FS: fs, ReadOnly: true})
	if found, err := e.LogStore().GetEntries(ctx, 1, 9); len(found) != 9 || err != nil {
		t.Errorf("got %d entries, error %v, want 9", len(found), err)
	}
	if state, _, err := e.MetaStore().LoadHardState(ctx); state.Term != 2 || err != nil {
		t.Errorf("got hard state %+v, error %v, want term 2", state, err)
	}
	if err := e.LogStore().PersistEntries(ctx, batch(10, 10, 10)); !errors.Is(err, pebble.ErrReadOnly) {
		t.Errorf("got error %v from a write, want %v", err, pebble.ErrReadOnly)
	}
	if got := e.LogStore().LastIndex(); got != 9 {
		t.Errorf("got last index %d after a refused write, want 9", got)
	}
	must(t, e.Close())
	after, err := fs.List("/db")
	must(t, err)
	slices.Sort(before)
	slices.Sort(after)
	if !slices.Equal(before, after) {
		t.Errorf("got files %v after a read-only open, want %v", after, before)
	}
}

func TestSecondOpenRefused(t *testing.T) {
	fs := vfs.NewMem()
	e := open(t, Options{FS: fs})
	defer e.Close()
	if second, err := Open(Options{FS: fs, Dir: "/db", Tune: Small}); err == nil {
		second.Close()
		t.Error("got a second engine in one directory, want an error")
	}
}

// A reader that saw an entry before its sync could lose it to a crash.
func TestReadersWaitForTheSync(t *testing.T) {
	var syncing func()
	onSync := errorfs.InjectorFunc(func(op errorfs.Op) error {
		if syncing != nil && strings.HasSuffix(op.Path, ".log") && (op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData) {
			syncing()
		}
		return nil
	})
	e := open(t, Options{FS: errorfs.Wrap(vfs.NewMem(), onSync)})
	defer e.Close()
	syncs := 0
	syncing = func() {
		syncs++
		read := make(chan uint64, 1)
		go func() { read <- e.LogStore().LastIndex() }()
		select {
		case <-read:
			t.Error("got a read during the sync of a write, want readers to wait")
		case <-time.After(20 * time.Millisecond):
		}
	}
	must(t, e.LogStore().PersistEntries(t.Context(), batch(1, 1, 10)))
	if syncs == 0 {
		t.Error("got no sync in a durable write, want one")
	}
	syncing = nil
}

func TestLostEntriesAreCorrupt(t *testing.T) {
	tests := []struct {
		name   string
		damage func(*pebble.DB) error
		// opens says that the damage shows only to a read.
		opens bool
	}{
		{"hole", func(db *pebble.DB) error { return db.Delete(entryKey(5), pebble.Sync) }, true},
		{"short value", func(db *pebble.DB) error { return db.Set(entryKey(5), []byte{1}, pebble.Sync) }, true},
		{"first entry gone", func(db *pebble.DB) error { return db.Delete(entryKey(1), pebble.Sync) }, false},
		{"short boundary", func(db *pebble.DB) error { return db.Set(boundaryKey, []byte{1}, pebble.Sync) }, false},
		{"foreign key", func(db *pebble.DB) error { return db.Set(append(entryKey(9), 0), nil, pebble.Sync) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, fs := t.Context(), vfs.NewMem()
			e := open(t, Options{FS: fs})
			must(t, e.LogStore().PersistEntries(ctx, batch(1, 9, 10)))
			must(t, e.store.DB.Read(tt.damage))
			must(t, e.Close())
			e, err := Open(Options{FS: fs, Dir: "/db", Tune: Small})
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

func TestCancelledCallChangesNothing(t *testing.T) {
	e := open(t, Options{FS: vfs.NewMem()})
	defer e.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.LogStore().PersistEntries(ctx, batch(1, 1, 10)); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
	if got := e.LogStore().LastIndex(); got != 0 {
		t.Errorf("got last index %d, want 0", got)
	}
}
