package pebblelog

import (
	"errors"
	"os"
	"os/exec"
	"path"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/ackproof/ackproof/engines"
)

// inChild runs the calling test again in a process of its own, where what a
// fatal error leaks does no harm, and reports whether this is that process.
func inChild(t *testing.T) bool {
	const childEnv = "PEBBLELOG_TEST_CHILD"
	if os.Getenv(childEnv) != "" {
		return true
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.timeout=60s")
	child.Env = append(os.Environ(), childEnv+"=1")
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("got %v from the child, want success\n%s", err, out)
	}
	return false
}

// failing is a file system whose writes and syncs fail, once armed, of files and
// directories that have a name, begin with it or end with it.
type failing struct {
	vfs.FS
	armed atomic.Bool
	fired atomic.Int64
}

func newFailing(name string) *failing {
	f := &failing{}
	f.FS = errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		writes := op.Kind == errorfs.OpFileWrite || op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData
		if !f.armed.Load() || !writes || !strings.HasPrefix(path.Base(op.Path), name) && path.Ext(op.Path) != name {
			return nil
		}
		f.fired.Add(1)
		return errorfs.ErrInjected
	}))
	return f
}

// The write-ahead log cannot be written: the caller's own goroutine meets it.
func TestFatalInCall(t *testing.T) {
	if !inChild(t) {
		return
	}
	fs := newFailing(".log")
	e := open(t, Options{FS: fs})
	must(t, e.LogStore().PersistEntries(t.Context(), batch(1, 1, 10)))
	fs.armed.Store(true)
	wantFatal(t, "persist", e.LogStore().PersistEntries(t.Context(), batch(2, 2, 10)))
	wantPoisoned(t, e)
}

// The manifest cannot be written: the background flush of a memtable meets it,
// and a writer that waits for that flush must not wait forever.
func TestFatalInBackground(t *testing.T) {
	if !inChild(t) {
		return
	}
	fs := newFailing("MANIFEST")
	e := open(t, Options{FS: fs, Buffered: true})
	fs.armed.Store(true)
	var err error
	for index := uint64(1); index < 10_000 && err == nil; index++ {
		err = e.LogStore().PersistEntries(t.Context(), batch(index, index, 1000))
	}
	wantFatal(t, "persist", err)
	if fs.fired.Load() == 0 {
		t.Error("got no failed write of the manifest, want one")
	}
	wantPoisoned(t, e)
}

// The directory cannot be synced once the manifest's marker has moved: the background
// flush of a memtable meets it, where Pebble panics.
func TestFailedMarkerIsFatal(t *testing.T) {
	if !inChild(t) {
		return
	}
	fs := newFailing("db")
	tune := func(o *pebble.Options) { Small(o); o.MaxManifestFileSize = 1 }
	e, err := Open(Options{FS: fs, Dir: "/db", Buffered: true, NamesInOrder: true, Tune: tune})
	must(t, err)
	fs.armed.Store(true)
	for index := uint64(1); index < 10_000 && err == nil; index++ {
		err = e.LogStore().PersistEntries(t.Context(), batch(index, index, 1000))
	}
	wantFatal(t, "persist", err)
	wantPoisoned(t, e)
}

func TestFatalInOpen(t *testing.T) {
	if !inChild(t) {
		return
	}
	fs := newFailing("MANIFEST")
	fs.armed.Store(true)
	_, err := Open(Options{FS: fs, Dir: "/db", Tune: Small})
	if err == nil || fs.fired.Load() == 0 {
		t.Errorf("got error %v after %d failed writes, want both", err, fs.fired.Load())
	}
}

// A table cannot be opened, once, as an opening looks for the first entry.
func TestUnreadableTableIsNoEmptyLog(t *testing.T) {
	var armed atomic.Bool
	fs := errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind == errorfs.OpOpen && path.Ext(op.Path) == ".sst" && armed.Swap(false) {
			return errorfs.ErrInjected
		}
		return nil
	}))
	for range 2 { // the second opening makes a table
		e := open(t, Options{FS: fs})
		must(t, e.LogStore().PersistEntries(t.Context(), batch(e.LogStore().LastIndex()+1, e.LogStore().LastIndex()+1, 10)))
		must(t, e.Close())
	}
	armed.Store(true)
	if _, err := Open(Options{FS: fs, Dir: "/db", Tune: Small}); !errors.Is(err, errorfs.ErrInjected) {
		t.Errorf("got %v, want %v; fired: %v", err, errorfs.ErrInjected, !armed.Load())
	}
}

func wantPoisoned(t *testing.T, e *Engine) {
	t.Helper()
	ctx := t.Context()
	_, rangeErr := e.LogStore().GetEntries(ctx, 1, 1)
	_, _, loadErr := e.MetaStore().LoadHardState(ctx)
	wantFatal(t, "get entries", rangeErr)
	wantFatal(t, "load hard state", loadErr)
	wantFatal(t, "save hard state", e.MetaStore().SaveHardState(ctx, engines.HardState{Term: 1}))
	wantFatal(t, "flush", e.LogStore().Flush(ctx))
	wantFatal(t, "close", e.Close())
	if err := e.Close(); !errors.Is(err, engines.ErrClosed) {
		t.Errorf("second close: got error %v, want %v", err, engines.ErrClosed)
	}
}

func wantFatal(t *testing.T, name string, err error) {
	t.Helper()
	if !errors.Is(err, ErrFatal) {
		t.Errorf("%s: got error %v, want %v", name, err, ErrFatal)
	}
}
