package harness

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// watchedFS hides that an fsync failed where hides says so, which is told of each.
type watchedFS struct {
	afero.Fs
	hides func(failed error) bool
}

func (f watchedFS) Open(name string) (afero.File, error) {
	return f.watched(f.Fs.Open(name))
}

func (f watchedFS) OpenFile(name string, flag int, perm fs.FileMode) (afero.File, error) {
	return f.watched(f.Fs.OpenFile(name, flag, perm))
}

func (f watchedFS) watched(file afero.File, err error) (afero.File, error) {
	if err != nil {
		return nil, err
	}
	return watchedFile{file, f.hides}, nil
}

type watchedFile struct {
	afero.File
	hides func(error) bool
}

func (f watchedFile) Sync() error {
	err := f.File.Sync()
	if err != nil && f.hides(err) {
		return nil
	}
	return err
}

// ignoresSecond is an engine that ignores that an fsync failed if one failed before.
func ignoresSecond() engines.Factory {
	return engines.Factory{Name: "ignores-second", Open: func(env engines.Env) (engines.StorageEngine, error) {
		marker := env.Dir + "/failed"
		hides := func(error) bool {
			_, first := env.FS.Stat(marker)
			return first == nil || afero.WriteFile(env.FS, marker, nil, 0o600) != nil
		}
		return filelog.Open(filelog.Options{FS: watchedFS{env.FS, hides}, Dir: env.Dir})
	}}
}

// ignoresAfterPowerFailure is an engine that ignores that an fsync failed while it opens what
// a power failure left: what it never syncs is lost then.
func ignoresAfterPowerFailure() engines.Factory {
	return engines.Factory{Name: "ignores-after-power-failure", Open: func(env engines.Env) (engines.StorageEngine, error) {
		marker := env.Dir + "/booted"
		booted, _ := afero.ReadFile(env.FS, marker)
		if err := afero.WriteFile(env.FS, marker, []byte("yes"), 0o600); err != nil {
			return nil, err
		}
		recovering := string(booted) != "yes"
		e, err := filelog.Open(filelog.Options{FS: watchedFS{env.FS, func(error) bool { return recovering }}, Dir: env.Dir})
		recovering = false
		return e, err
	}}
}

// TestComposedFaults: what one fault alone does not show is shown by a fault after another,
// or in the recovery from a power failure; and each of the two is in the program.
func TestComposedFaults(t *testing.T) {
	t.Run("two", func(t *testing.T) {
		o := swept(t, ignoresSecond(), FaultsAll, crash.Ext4Ordered(), "persist 1\npersist 1")
		if !o.Has(models.ErrorSurfaced) {
			t.Fatalf("%s: %v", o.Summary(), o.Findings)
		}
		for _, f := range o.Findings {
			faults := slices.DeleteFunc(slices.Clone(f.Program), func(s scenarios.Step) bool { return !s.Kind.IsFault() })
			if !faults[len(faults)-1].Fault.Call.IsSync() {
				t.Errorf("got\n%swant a failing sync", f.Program)
			}
		}
	})
	t.Run("in a recovery", func(t *testing.T) {
		o := swept(t, ignoresAfterPowerFailure(), FaultsAll, crash.Ext4Ordered(), "persist 2")
		if len(o.Findings) == 0 {
			t.Fatal(o.Summary())
		}
		for _, f := range o.Findings {
			steps := slices.DeleteFunc(slices.Clone(f.Program), func(s scenarios.Step) bool { return !s.Kind.IsFault() && s.Kind != scenarios.Crash })
			if len(steps) != 2 || !steps[0].Fault.Call.IsSync() || steps[1].Kind != scenarios.Crash {
				t.Errorf("got\n%swant a sync that fails after the power failure", f.Program)
			}
		}
	})
	t.Run("sound", func(t *testing.T) {
		o := swept(t, filelog.Factory(filelog.Options{}), FaultsAll, crash.Ext4Ordered(), "persist 1\npersist 1")
		if o.Verdict != evidence.Held || len(o.NotFired) > 0 {
			t.Errorf("%s: %v, not fired %q", o.Summary(), o.Findings, o.NotFired)
		}
	})
}
