package boltlog

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"math"
	"reflect"
	"testing"

	berrors "go.etcd.io/bbolt/errors"
	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/engines"
)

// shown is all that an engine shows.
type shown struct {
	last        uint64
	boundary    engines.LogID
	hasBoundary bool
	entries     []engines.Entry
	hardState   engines.HardState
	hasHard     bool
}

func show(t rapid.TB, e *Engine) (s shown) {
	t.Helper()
	ctx := context.Background()
	var errs [3]error
	s.last = e.LogStore().LastIndex()
	s.boundary, s.hasBoundary, errs[0] = e.LogStore().(engines.PurgeBoundaryLoader).LoadPurgeBoundary(ctx)
	s.entries, errs[1] = e.LogStore().GetEntries(ctx, 0, math.MaxUint64)
	s.hardState, s.hasHard, errs[2] = e.MetaStore().LoadHardState(ctx)
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	return s
}

// Whatever was done, a read-only open shows what the engine showed before its
// close and what the next open shows, and leaves no trace. Programs are long
// enough for trees of several pages.
func TestReadOnlyShowsWhatOpenShows(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o := Options{Dir: memoryDir(t), NoSync: rapid.Bool().Draw(r, "no sync")}
		readOnly := o
		readOnly.ReadOnly = true
		for range rapid.IntRange(1, 4).Draw(r, "opens") {
			e := open(r, o)
			for range rapid.IntRange(0, 8).Draw(r, "calls") {
				randomCall(r, e)
			}
			want := show(r, e)
			must(r, e.Close())
			before := filesIn(r, o.Dir)
			for _, again := range []Options{readOnly, o} {
				e := open(r, again)
				if got := show(r, e); !reflect.DeepEqual(got, want) {
					r.Fatalf("got %+v from %+v, want %+v", got, again, want)
				}
				must(r, e.Close())
				if !maps.Equal(before, filesIn(r, o.Dir)) {
					r.Fatalf("got other files after an open with %+v, want them as before", again)
				}
			}
		}
	})
}

func TestReadOnlyRefusesChanges(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	e := open(t, Options{Dir: dir})
	must(t, e.LogStore().PersistEntries(ctx, batch(1, 3, 10)))
	must(t, e.Close())
	e = open(t, Options{Dir: dir, ReadOnly: true})
	defer e.Close()
	for name, err := range map[string]error{
		"persist": e.LogStore().PersistEntries(ctx, batch(4, 4, 10)),
		"save":    e.MetaStore().SaveHardState(ctx, engines.HardState{Term: 1}),
	} {
		if !errors.Is(err, berrors.ErrDatabaseReadOnly) {
			t.Errorf("%s: got error %v, want %v", name, err, berrors.ErrDatabaseReadOnly)
		}
	}
	if got := show(t, e); got.last != 3 || len(got.entries) != 3 {
		t.Errorf("got %+v after refused changes, want the entries 1 to 3", got)
	}
}

func TestReadOnlyRefusesNoEngine(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(Options{Dir: dir, ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got error %v from an empty directory, want %v", err, fs.ErrNotExist)
	}
	if files := filesIn(t, dir); len(files) != 0 {
		t.Errorf("got %d files after it, want none", len(files))
	}
}
