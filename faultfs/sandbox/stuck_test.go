//go:build linux

package sandbox_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/fusefs"
)

// beginStuck begins an fsync of a file, and returns once it is stuck.
func beginStuck(t *testing.T, w *watched) {
	t.Helper()
	if err := w.disk.Arm(fault.Fault{Call: fault.Fsync, Nth: 1, Error: fault.Stuck, Times: 1}); err != nil {
		t.Fatal(err)
	}
	stuck := make(chan struct{})
	w.server.HoldSyncs(w.name, func(s fusefs.PendingSync) func() {
		if s.Released != nil {
			close(stuck)
			select {
			case <-s.Released:
			case <-s.Gone:
			}
		}
		return nil
	})
	w.ask(t, "begin fsync "+w.dir)
	<-stuck
	if n := w.disk.StuckSyncs(); n != 1 {
		t.Errorf("%d syncs are stuck, want one", n)
	}
}

// TestStuckSync: an fsync that is stuck has not entered the kernel: others write to its file.
// It covers what was written before it began.
func TestStuckSync(t *testing.T) {
	w := watch(t)
	beginStuck(t, w)
	if got := w.ask(t, "write "+filepath.Join(w.dir, "a")); got != "<nil>" {
		t.Errorf("write while the sync is stuck: %s", got)
	}
	w.disk.Release()
	if got := w.ask(t, "end"); got != "<nil>" {
		t.Errorf("the sync that was stuck: %s", got)
	}
	want := []string{
		made, wrote, "sync-begin /a", "fault fsync /a: stuck", "resize /a to 0", "write /a 6 bytes at 0", "sync /a since 2",
	}
	if got := lines(w.disk); !slices.Equal(got, want) {
		t.Errorf("got the events %q, want %q", got, want)
	}
	if n := w.disk.StuckSyncs(); n != 0 {
		t.Errorf("%d syncs are stuck, want none", n)
	}
}

// TestKilledWhileStuck: a process whose fsync is stuck can be killed at once, and nothing of
// it stays.
func TestKilledWhileStuck(t *testing.T) {
	w := watch(t)
	beginStuck(t, w)
	w.kill()
	w.syncs.Close()
	if n := w.disk.StuckSyncs(); n != 0 {
		t.Errorf("%d syncs are stuck, want none", n)
	}
	if err := w.server.Close(); err != nil {
		t.Error(err)
	}
	if open := listeners(t); open > 0 {
		t.Errorf("%d listeners are left open", open)
	}
}
