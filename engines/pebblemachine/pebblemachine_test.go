package pebblemachine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
	"github.com/ackproof/ackproof/engines/internal/pebblestore"
)

func TestReadOnly(t *testing.T) {
	ctx, fs := t.Context(), vfs.NewMem()
	m := start(t, Options{FS: fs}, nil)
	must(t, apply(ctx, m, put("a", "1"), put("b", "2")))
	want := show(t, m)
	must(t, m.Close())
	before, err := fs.List(testDir)
	must(t, err)

	m = start(t, Options{FS: fs, ReadOnly: true}, nil)
	for name, err := range map[string]error{"apply": apply(ctx, m, put("a", "2")), "reset": m.Reset(ctx)} {
		if !errors.Is(err, pebble.ErrReadOnly) || !errors.Is(err, engines.ErrInvalid) {
			t.Errorf("%s: got error %v, want %v", name, err, pebble.ErrReadOnly)
		}
	}
	must(t, m.Flush(ctx))
	if got := show(t, m); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	must(t, m.Close())
	after, err := fs.List(testDir)
	must(t, err)
	slices.Sort(before)
	slices.Sort(after)
	if !slices.Equal(before, after) {
		t.Errorf("got files %v after a read-only open, want %v", after, before)
	}
}

func TestReadOnlyRefusesNoMachine(t *testing.T) {
	if m, err := Open(Options{FS: vfs.NewMem(), Dir: testDir, ReadOnly: true}, nil); err == nil {
		t.Error("got a machine where there is none, want an error")
		must(t, m.Close())
	}
}

func TestSecondOpenRefused(t *testing.T) {
	fs := vfs.NewMem()
	m := start(t, Options{FS: fs}, nil)
	if second, err := Open(Options{FS: fs, Dir: testDir}, nil); err == nil {
		t.Error("got a second machine in one directory, want an error")
		must(t, second.Close())
	}
	must(t, m.Close())
}

// Pairs of more than one part are all read, and once, whatever is flushed to tables.
func TestScanOfManyPairs(t *testing.T) {
	// Compactions go on, unlike with Small, or Pebble would stop for too many tables.
	tune := func(o *pebble.Options) { o.MemTableSize = 256 << 10 }
	m := start(t, Options{FS: vfs.NewMem(), Buffered: true, Tune: tune}, nil)
	const count = 300
	for i := range count {
		must(t, apply(t.Context(), m, put(fmt.Sprintf("k%03d", i), strings.Repeat("v", 10_000)), put(fmt.Sprintf("l%03d", i), "")))
	}
	pairs, revision, err := m.ScanPrefix(t.Context(), []byte("k"))
	must(t, err)
	if len(pairs) != count || revision != 2*count {
		t.Errorf("got %d pairs at %d, want %d at %d", len(pairs), revision, count, 2*count)
	}
	for i, pair := range pairs {
		if string(pair.Key) != fmt.Sprintf("k%03d", i) || len(pair.Value) != 10_000 {
			t.Fatalf("got pair %d with key %s and %d bytes", i, pair.Key, len(pair.Value))
		}
	}
	must(t, m.Close())
}

// Pebble panics at a batch of 4 GiB. The memory of this one is never touched.
func TestChangeTooLargeForABatch(t *testing.T) {
	db, err := pebblestore.Open(Options{FS: vfs.NewMem(), Dir: testDir, Tune: pebblestore.Small})
	must(t, err)
	s := &store{db: db, durable: true}
	must(t, s.load())
	c, value := machine.Change{Replace: true}, make([]byte, 1<<30)
	for i := range 4 {
		c.Pairs = append(c.Pairs, engines.KeyValue{Key: []byte{byte(i)}, Value: value})
	}
	if _, err := s.Write(c); !errors.Is(err, engines.ErrInvalid) {
		t.Errorf("got error %v, want %v", err, engines.ErrInvalid)
	}
	must(t, s.Close())
}

func TestLostStateIsCorrupt(t *testing.T) {
	for name, damage := range map[string]func(*pebble.DB) error{
		"none":        func(db *pebble.DB) error { return db.Delete(keptKey, pebble.Sync) },
		"short":       func(db *pebble.DB) error { return db.Set(keptKey, []byte{1}, pebble.Sync) },
		"short count": func(db *pebble.DB) error { return db.Set(keptKey, make([]byte, 9), pebble.Sync) },
	} {
		t.Run(name, func(t *testing.T) {
			fs := vfs.NewMem()
			m := start(t, Options{FS: fs}, nil)
			must(t, apply(t.Context(), m, put("a", "1")))
			must(t, m.Close())
			db, err := pebblestore.Open(Options{FS: fs, Dir: testDir, Tune: pebblestore.Small})
			must(t, err)
			must(t, db.Read(damage))
			must(t, db.Close())
			if m, err = Open(Options{FS: fs, Dir: testDir}, nil); !errors.Is(err, engines.ErrCorrupt) {
				t.Errorf("got error %v, want %v", err, engines.ErrCorrupt)
			}
			if err == nil {
				must(t, m.Close())
			}
		})
	}
}

// A version that is no longer shown is given back, or Pebble could drop nothing that
// was written over.
func TestOneVersionIsKept(t *testing.T) {
	db, err := pebblestore.Open(Options{FS: vfs.NewMem(), Dir: testDir, Tune: pebblestore.Small})
	must(t, err)
	s := &store{db: db}
	must(t, s.load())
	m := machine.Open(s, s.kept.State, machine.Config{FS: afero.NewMemMapFs()})
	must(t, m.Start(t.Context()))
	for range 10 {
		must(t, apply(t.Context(), m, put("a", "1")))
	}
	must(t, db.Read(func(db *pebble.DB) error {
		if got := db.Metrics().Snapshots.Count; got > 2 {
			t.Errorf("got %d versions, want the one shown and the one before", got)
		}
		return nil
	}))
	must(t, m.Close())
}
