package pebblemachine

import (
	"fmt"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/ackproof/ackproof/engines"
)

// onSyncs is a file system that calls something during each fsync.
type onSyncs struct {
	vfs.FS
	mu sync.RWMutex
	do func(file string)
}

func newOnSyncs() *onSyncs {
	f := &onSyncs{}
	f.FS = errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind != errorfs.OpFileSync && op.Kind != errorfs.OpFileSyncData {
			return nil
		}
		f.mu.RLock()
		defer f.mu.RUnlock()
		if f.do != nil {
			f.do(path.Base(op.Path))
		}
		return nil
	}))
	return f
}

// set has do called from now on, nil nothing. What was called before has returned.
func (f *onSyncs) set(do func(file string)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.do = do
}

// Readers go on during every fsync: that of a call, and those by which Pebble begins
// another file of its log and writes tables, which writers wait for in the end.
func TestReadersDoNotWaitForFsyncs(t *testing.T) {
	for _, buffered := range []bool{false, true} {
		fs := newOnSyncs()
		m := start(t, Options{FS: fs, Buffered: buffered}, nil)
		var logs, others atomic.Int64
		fs.set(func(file string) {
			wantRead(t, m)
			if path.Ext(file) == ".log" {
				logs.Add(1)
			} else {
				others.Add(1)
			}
		})
		for i := range 60 {
			must(t, apply(t.Context(), m, put(fmt.Sprint(i), strings.Repeat("v", 5000))))
		}
		must(t, m.Flush(t.Context()))
		fs.set(nil)
		must(t, m.Close())
		if logs.Load() == 0 || others.Load() == 0 {
			t.Errorf("buffered %v: got %d fsyncs of logs and %d others, want both", buffered, logs.Load(), others.Load())
		}
	}
}

// wantRead wants reads to return.
func wantRead(t *testing.T, m engines.StateMachine) {
	const soon = 20 * time.Second // against a wait, not against a slow machine
	read := make(chan error, 1)
	go func() {
		_, _, err := m.Get(t.Context(), []byte("0"))
		if err == nil {
			_, _, err = m.ScanPrefix(t.Context(), nil)
		}
		m.Len()
		read <- err
	}()
	select {
	case err := <-read:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(soon):
		t.Error("a read waits for an fsync")
	}
}

// What a durable machine shows is durable: who read it before its fsync could lose it to a
// crash.
func TestDurableChangesShowAfterTheirFsync(t *testing.T) {
	fs := newOnSyncs()
	m := start(t, Options{FS: fs}, nil)
	must(t, apply(t.Context(), m, put("a", "1")))
	want, syncs := show(t, m), 0
	fs.set(func(string) {
		syncs++
		if got := show(t, m); got != want {
			t.Errorf("got %q during the fsync, want %q", got, want)
		}
	})
	must(t, apply(t.Context(), m, put("a", "2")))
	fs.set(nil)
	if got := show(t, m); syncs == 0 || got != "a=2 at 2/1" {
		t.Errorf("got %q after %d fsyncs, want the change after one", got, syncs)
	}
	must(t, m.Close())
}
