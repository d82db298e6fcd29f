package harness_test

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// unsyncedParents is a file system on which nobody syncs the directory above the
// engine's.
type unsyncedParents struct {
	afero.Fs
	parent string
}

func (u unsyncedParents) Open(name string) (afero.File, error) {
	f, err := u.Fs.Open(name)
	if err == nil && path.Clean(name) == u.parent {
		f = neverSyncs{f}
	}
	return f, err
}

type neverSyncs struct{ afero.File }

func (neverSyncs) Sync() error { return nil }

// parentUnsynced returns the file engine, in fsys, that makes its directory and does not
// sync the one above it.
func parentUnsynced(name string, needs engines.Needs, fsys func(engines.Env) afero.Fs) engines.Factory {
	file := filelog.Factory(small)
	return engines.Factory{Name: name, Needs: needs, Open: func(env engines.Env) (engines.StorageEngine, error) {
		return file.Open(engines.Env{FS: unsyncedParents{fsys(env), path.Dir(env.Dir)}, Dir: env.Dir})
	}}
}

var (
	parentUnsyncedInMemory = parentUnsynced("parent-unsynced", engines.NeedsFS, func(env engines.Env) afero.Fs { return env.FS })
	parentUnsyncedOnDir    = parentUnsynced("parent-unsynced-on-dir", engines.NeedsDir, func(engines.Env) afero.Fs { return afero.NewOsFs() })
)

func firstDirMissing() []scenarios.NamedProgram {
	return []scenarios.NamedProgram{raftlog.Language.FirstDirMissing()}
}

// losesDir wants a finding of the directory's own name, which no other program has.
func losesDir(t *testing.T, f engines.Factory, o *evidence.Outcome) {
	t.Helper()
	if o.Verdict != evidence.Refuted || o.WantsDir != "" {
		t.Fatal(o.Summary())
	}
	found := o.Findings[0]
	text := reports.FindingText(found)
	if found.Property() != models.AckedDurable || !found.Program.DirMissing() || !strings.Contains(text, "missing fsync: fsync directory / ") {
		t.Errorf("got\n%s", text)
	}
	replayBundle(t, found, f)
}

// TestDirMissing: an engine that makes its directory and does not make its name durable is
// refuted in a default run, in the program for that; the file engine, which does, holds.
func TestDirMissing(t *testing.T) {
	c := harness.Config{Profile: crash.StrictPosix(), Programs: -1, Quick: true}
	losesDir(t, parentUnsyncedInMemory, verify(t, parentUnsyncedInMemory, c))
	c.Only = []scenarios.NamedProgram{raftlog.Language.First()}
	if o := verify(t, parentUnsyncedInMemory, c); o.Verdict != evidence.Held {
		t.Errorf("with the directory there: %s", o.Summary())
	}
	for _, p := range someProfiles() {
		o := verify(t, filelog.Factory(small), harness.Config{Profile: p, Only: firstDirMissing(), Quick: testing.Short()})
		if o.Verdict != evidence.Held || o.WantsDir != "" || o.Tally.Distinct < 10 {
			t.Errorf("%s\n%v", o.Summary(), o.Findings)
		}
	}
}

// TestDirWanted: an engine that wants its directory to be there is told so and held to
// nothing more.
func TestDirWanted(t *testing.T) {
	file := filelog.Factory(small)
	f := engines.Factory{Name: "wants-dir", Open: func(env engines.Env) (engines.StorageEngine, error) {
		if ok, err := afero.DirExists(env.FS, env.Dir); err != nil || !ok {
			return nil, &fs.PathError{Op: "open", Path: env.Dir, Err: os.ErrNotExist}
		}
		return file.Open(env)
	}}
	programs := append(firstDirMissing(), raftlog.Language.First())
	o := verify(t, f, harness.Config{Only: programs})
	if o.Verdict != evidence.Held || o.Tally.Programs != len(programs) || !strings.Contains(o.WantsDir, "open /db: file does not exist") {
		t.Errorf("%s: %q", o.Summary(), o.WantsDir)
	}
	if !strings.Contains(o.Summary(), "it does not make its directory") {
		t.Errorf("got %s", o.Summary())
	}
	if m := verify(t, memlog.Factory(), harness.Config{Only: firstDirMissing(), Depth: -1}); m.WantsDir != "" {
		t.Errorf("an engine without files: %s", m.Summary())
	}
}
