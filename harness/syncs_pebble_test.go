package harness_test

import (
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/pebblelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// leavesOutFS is a file system of Pebble's whose files and directories leave out the syncs of
// one place.
type leavesOutFS struct {
	vfs.FS
	place string
}

type leavesOutVFSFile struct {
	vfs.File
	place string
}

func (f leavesOutVFSFile) Sync() error {
	if calledAt() == f.place {
		return nil
	}
	return f.File.Sync()
}

func (f leavesOutVFSFile) SyncData() error {
	if calledAt() == f.place {
		return nil
	}
	return f.File.SyncData()
}

func (l leavesOutFS) wrap(f vfs.File, err error) (vfs.File, error) {
	if err != nil {
		return nil, err
	}
	return leavesOutVFSFile{f, l.place}, nil
}

func (l leavesOutFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return l.wrap(l.FS.Create(name, c))
}

func (l leavesOutFS) ReuseForWrite(from, to string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return l.wrap(l.FS.ReuseForWrite(from, to, c))
}

func (l leavesOutFS) OpenReadWrite(name string, c vfs.DiskWriteCategory, o ...vfs.OpenOption) (vfs.File, error) {
	return l.wrap(l.FS.OpenReadWrite(name, c, o...))
}

func (l leavesOutFS) OpenDir(name string) (vfs.File, error) { return l.wrap(l.FS.OpenDir(name)) }

// TestSyncsOfPebbleMutants is TestSyncsOfMutants for Pebble.
func TestSyncsOfPebbleMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("explores Pebble once for each of its places")
	}
	c := harness.Config{Quick: true, SecondLives: 2, NoShrink: true, Only: []scenarios.NamedProgram{
		{Name: "reopened", Program: raftlog.MustParse("persist 1\nreopen\npersist 1\nreopen")},
	}}
	profiles := []crash.Profile{crash.StrictPosix(), crash.Ext4Ordered()}
	m, err := harness.Syncs(t.Context(), pebblelog.Factory(onPebblefs, pebblelog.Small), c, profiles...)
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, p := range m.Places {
		without := pebblelog.Factory(func(env engines.Env) (vfs.FS, error) {
			fs, err := onPebblefs(env)
			return leavesOutFS{fs, p.Name()}, err
		}, pebblelog.Small)
		for i, u := range p.Under {
			c.Profile, c.Until = profiles[i], harness.UntilRefuted
			o, err := harness.VerifyWithOpeningKills(t.Context(), without, c)
			if err != nil {
				t.Fatal(err)
			}
			tried++
			if refuted := o.Verdict == evidence.Refuted; refuted != (u.Broken != "") || u.Cut != "" {
				t.Errorf("%s under %s: the map says %q (%s), the mutant's run: %s", p.Name(), u.Profile, u.Broken, u.Cut, o.Summary())
			}
		}
		t.Logf("%s: %s", p.Name(), p.Need())
	}
	const want = 16
	if t.Logf("%d mutants", tried); tried < want {
		t.Errorf("got %d mutants, want %d or more", tried, want)
	}
}
