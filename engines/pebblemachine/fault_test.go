package pebblemachine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/pebblefs"
)

// Once the write-ahead log cannot be written or synced the machine refuses everything, in
// the call that met it too, and shows what was acknowledged when it is opened again in
// another process. What a fatal error stops is leaked, by design.
func TestFailedLogStopsTheMachine(t *testing.T) {
	for _, text := range []string{"write 1 path=*.log", "fdatasync 1 path=*.log"} {
		for _, buffered := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s buffered=%v", text, buffered), func(t *testing.T) {
				ctx, disk := t.Context(), faultfs.NewDisk(faultfs.Config{NoStacks: true})
				m := startOn(t, disk, buffered)
				must(t, apply(ctx, m, put("a", "1")))
				must(t, m.Flush(ctx))
				before := show(t, m)
				f, err := fault.Parse(text)
				must(t, err)
				must(t, disk.Arm(f))
				err = apply(ctx, m, put("a", "2"))
				if err == nil {
					err = m.Flush(ctx)
				}
				wantFatal(t, "the call", err)
				wantRefused(t, m)
				again := startOn(t, disk.Kill(), buffered)
				if got := show(t, again); !slices.Contains([]string{before, "a=2 at 2/1"}, got) {
					t.Errorf("got %q after another open, want %q, or what failed", got, before)
				}
				must(t, again.Close())
			})
		}
	}
}

// The manifest cannot be written: Pebble meets it in the background, and a writer that
// waits for a table must not wait forever.
func TestFailedManifestStopsTheMachine(t *testing.T) {
	disk := faultfs.NewDisk(faultfs.Config{NoStacks: true})
	m := startOn(t, disk, true)
	f, err := fault.Parse("write 1 path=MANIFEST* times=all")
	must(t, err)
	must(t, disk.Arm(f))
	for i := 0; i < 1000 && err == nil; i++ {
		err = apply(t.Context(), m, put("a", strings.Repeat("v", 2500)))
	}
	wantFatal(t, "apply", err)
	wantRefused(t, m)
}

func TestFailedOpen(t *testing.T) {
	disk := faultfs.NewDisk(faultfs.Config{NoStacks: true})
	f, err := fault.Parse("fsync-dir 1 times=all")
	must(t, err)
	must(t, disk.Arm(f))
	if m, err := Open(Options{FS: pebblefs.New(disk), Dir: testDir}, disk); !errors.Is(err, fault.ErrInjected) || m != nil {
		t.Errorf("got machine %v, error %v, want %v", m, err, fault.ErrInjected)
	}
}

func wantRefused(t *testing.T, m engines.StateMachine) {
	t.Helper()
	ctx := t.Context()
	_, _, getErr := m.Get(ctx, []byte("a"))
	_, _, multiErr := m.GetMulti(ctx, [][]byte{[]byte("a")})
	_, _, scanErr := m.ScanPrefix(ctx, nil)
	_, generateErr := m.GenerateSnapshotData(ctx, "/snapshots/one", m.LastApplied())
	for call, err := range map[string]error{
		"apply": apply(ctx, m, put("a", "3")), "get": getErr, "get multi": multiErr, "scan": scanErr,
		"generate": generateErr, "persist": m.PersistLastApplied(ctx, engines.LogID{Index: 9, Term: 9}),
		"save hard state": m.SaveHardState(ctx), "flush": m.Flush(ctx), "reset": m.Reset(ctx), "stop": m.Stop(ctx),
		"close": m.Close(),
	} {
		wantFatal(t, call, err)
	}
	if err := m.Close(); !errors.Is(err, engines.ErrClosed) {
		t.Errorf("second close: got error %v, want %v", err, engines.ErrClosed)
	}
}

func wantFatal(t *testing.T, call string, err error) {
	t.Helper()
	if !errors.Is(err, ErrFatal) {
		t.Errorf("%s: got error %v, want %v", call, err, ErrFatal)
	}
}
