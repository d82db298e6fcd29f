package filemachine

import (
	"errors"
	"testing"
	"time"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
)

func TestContract(t *testing.T) {
	for _, f := range []engines.MachineFactory{Factory(Options{}), BufferedFactory(Options{}), Factory(Options{CompactBytes: 1})} {
		t.Run(f.Name, func(t *testing.T) { enginetest.TestMachine(t, f) })
	}
	t.Run("directory", func(t *testing.T) {
		f := Factory(Options{})
		f.Needs = engines.NeedsDir // and Env has no FS
		enginetest.TestMachine(t, f)
	})
}

func TestClaims(t *testing.T) {
	for _, f := range []engines.MachineFactory{Factory(Options{}), BufferedFactory(Options{})} {
		m, err := f.Open(engines.Env{FS: afero.NewMemMapFs(), Dir: testDir})
		must(t, err)
		want := engines.MachineClaims{
			ApplyDurable:   f.Name == "file-machine",
			RestoreDurable: true, ResetDurable: true, ShutdownDurable: true, ReadersNotBlocked: true,
			SpaceReclaimed: true, CloseReleases: true, CorruptionDetected: f.Name == "file-machine",
		}
		if got := engines.MachineClaimsOf(m); got != want {
			t.Errorf("%s: got claims %+v, want %+v", f.Name, got, want)
		}
	}
}

// TestCalls counts what an open asks of the file system, and a close.
func TestCalls(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	must(t, d.Mkdir(testDir, 0o755))
	calls := 0
	d.SetObserver(func() { calls++ })
	count := func(what string, want int, do func()) {
		t.Helper()
		calls = 0
		if do(); calls != want {
			t.Errorf("%s: got %d calls, want %d", what, calls, want)
		}
	}
	var m engines.StateMachine
	open := func() { m = openOn(t, Options{FS: d}) }
	open()
	count("first apply", 10, func() { applyTo(t, m, puts(1, 10, "a")) }) // in a new file
	count("apply", 2, func() { applyTo(t, m, puts(2, 10, "a")) })
	count("open in doubt", 12, open)
	count("close", 2, func() { must(t, m.Close()) })
	count("open", 4, open)
	count("close of what was only read", 0, func() { must(t, m.Close()) })
}

// An fsync that does not return keeps nobody from reading.
func TestReadersNotBlocked(t *testing.T) {
	for _, s := range []struct {
		name string
		do   func(l *life) error
		call fault.Call
	}{
		{"apply", apply(puts(9, 10, "a")...).do, fault.Fsync},
		{"flush", flush.do, fault.Fsync},
		{"compaction", func(l *life) error {
			return errors.Join(apply(puts(9, 950, "a")...).do(l), apply(puts(10, 10, "a")...).do(l))
		}, fault.FsyncDir},
		{"reset", reset.do, fault.FsyncDir},
		{"restore", restore.do, fault.Fsync},
		{"generate", generate.do, fault.Fsync},
	} {
		t.Run(s.name, func(t *testing.T) {
			l := run(t, Options{CompactBytes: 900, Buffered: s.name == "flush"}, faultfs.NewDisk(faultfs.Config{}), []step{
				apply(puts(1, 10, "a", "b")...), generate, apply(puts(3, 10, "b")...), reset, apply(puts(1, 10, "c")...),
			})
			must(t, l.failed)
			l.UpdateLastApplied(engines.LogID{Index: 2, Term: 1})
			if s.name != "restore" {
				l.UpdateLastApplied(engines.LogID{Index: 8, Term: 1})
			}
			must(t, l.disk.Arm(fault.Fault{Call: s.call, Nth: 1, Error: fault.Stuck, Times: 1}))
			done := make(chan error)
			go func() { done <- s.do(l) }()
			for l.disk.StuckSyncs() == 0 {
				select {
				case err := <-done:
					t.Fatalf("returned %v, and no fsync was stuck", err)
				case <-time.After(time.Millisecond):
				}
			}
			if values, _, err := l.GetMulti(ctx, [][]byte{[]byte("c")}); err != nil || len(values) != 1 {
				t.Errorf("got %q, %v", values, err)
			}
			show(t, l)
			l.disk.Release()
			must(t, <-done)
		})
	}
}

// A machine that was opened to be read only shows what is there and changes nothing.
func TestOpenReadOnly(t *testing.T) {
	l := run(t, Options{}, faultfs.NewDisk(faultfs.Config{}), []step{apply(puts(1, 10, "a", "b")...), generate})
	must(t, l.failed)
	hash := l.disk.Image().Hash()
	m, err := Factory(Options{}).OpenReadOnly(engines.Env{FS: l.disk, Dir: testDir})
	must(t, err)
	if got, want := show(t, m), show(t, l); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	_, applying := m.ApplyChunk(ctx, puts(3, 10, "a"))
	restoring := m.ApplySnapshotFromFile(ctx, l.metadata, "/snapshots/s")
	for call, err := range map[string]error{"apply": applying, "restore": restoring, "reset": m.Reset(ctx)} {
		if !errors.Is(err, engines.ErrInvalid) {
			t.Errorf("%s: got %v, want %v", call, err, engines.ErrInvalid)
		}
	}
	if got, want := show(t, m), show(t, l); got != want {
		t.Errorf("got %q after refused calls, want %q", got, want)
	}
	must(t, m.Flush(ctx))
	must(t, m.Close())
	if l.disk.Image().Hash() != hash {
		t.Error("the disk was changed")
	}
	m, err = OpenReadOnly(Options{FS: faultfs.NewDisk(faultfs.Config{}), Dir: testDir})
	must(t, err)
	if got := show(t, m); got != "at 0/0" {
		t.Errorf("got %q where nothing is, want nothing", got)
	}
}
