package harness_test

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/afero"
	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// syncingWith are engines on a directory, by name, that make another call for every fsync.
var syncingWith = map[string]func(fd int) error{
	"syncfs": unix.Syncfs,
	"sync":   func(int) error { unix.Sync(); return nil },
	"sync_file_range": func(fd int) error {
		const all = unix.SYNC_FILE_RANGE_WAIT_BEFORE | unix.SYNC_FILE_RANGE_WRITE | unix.SYNC_FILE_RANGE_WAIT_AFTER
		return unix.SyncFileRange(fd, 0, 0, all)
	},
}

func syncsWith(call string) engines.Factory {
	file := filelog.Factory(small)
	return engines.Factory{Name: "syncs-with-" + call, Needs: engines.NeedsDir, Open: func(env engines.Env) (engines.StorageEngine, error) {
		return file.Open(engines.Env{FS: otherSyncFS{afero.NewOsFs(), syncingWith[call]}, Dir: env.Dir})
	}}
}

// otherSyncFS is the system's, with files and directories that sync by another call.
type otherSyncFS struct {
	afero.Fs
	sync func(fd int) error
}

func (o otherSyncFS) Open(name string) (afero.File, error) { return o.OpenFile(name, os.O_RDONLY, 0) }

func (o otherSyncFS) OpenFile(name string, flag int, perm fs.FileMode) (afero.File, error) {
	f, err := o.Fs.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return otherSyncFile{f.(*os.File), o.sync}, nil
}

type otherSyncFile struct {
	*os.File
	sync func(fd int) error
}

func (o otherSyncFile) Sync() error { return o.sync(int(o.Fd())) }

// TestOtherSyncs: syncfs and sync make everything durable, sync_file_range nothing, which
// the finding says.
func TestOtherSyncs(t *testing.T) {
	c := harness.Config{Profile: crash.StrictPosix(), Depth: -1, FindingsMax: 1, Until: harness.UntilRefuted, Only: []scenarios.NamedProgram{{
		Name: "short", Program: raftlog.MustParse("first-open\npersist 2\nsave-hard-state term=+1\npurge 1\nreopen\npersist 1"),
	}}}
	for call := range syncingWith {
		t.Run(call, func(t *testing.T) {
			o := verifyOnDir(t, syncsWith(call), c)
			if o.NotSeen != "" {
				t.Skip(o.NotSeen)
			}
			sound := call != "sync_file_range"
			if sound != (len(o.Findings) == 0) {
				t.Fatalf("got %s", o.Summary())
			}
			if sound {
				return
			}
			if got := o.Findings[0].Explanation.Sentence; !strings.Contains(got, "sync_file_range was called on /db/") {
				t.Errorf("got %q, want that sync_file_range was called", got)
			}
		})
	}
}

// slowSyncs are canaries whose bug shows only while an fsync runs.
var slowSyncs = []string{"dirty-flag-before-sync", "counts-during-sync"}

// canaryOnDir returns a canary that lives in a real directory.
func canaryOnDir(name string) engines.Factory {
	all := canary.All()
	i := slices.IndexFunc(all, func(c canary.Canary) bool { return c.Name == name })
	in := all[i].Factory()
	return engines.Factory{Name: name + "-on-dir", Needs: engines.NeedsDir, Open: func(env engines.Env) (engines.StorageEngine, error) {
		return in.Open(engines.Env{FS: afero.NewOsFs(), Dir: env.Dir})
	}}
}

// TestSyncsTakeTimeOverFUSE: a worker's fsync is held before it enters the kernel, so
// that what depends on its length shows.
func TestSyncsTakeTimeOverFUSE(t *testing.T) {
	var programs []scenarios.NamedProgram
	for seed := range 12 { // they draw how long an fsync takes; who goes on meanwhile is the kernel's choice
		text := fmt.Sprintf("persist 1\nconcurrently flushers=2 flushes=6 seed=%d {\npersist 1\npersist 1\npersist 1\npersist 1\n}", seed)
		programs = append(programs, scenarios.NamedProgram{Name: fmt.Sprint("overlap-", seed), Program: raftlog.MustParse(text)})
	}
	for _, name := range slowSyncs {
		t.Run(name, func(t *testing.T) {
			o := verifyOnDir(t, canaryOnDir(name), harness.Config{Depth: -1, Only: programs, Until: harness.UntilRefuted, NoShrink: true})
			if o.NotSeen != "" {
				t.Skip(o.NotSeen)
			}
			if len(o.Findings) == 0 || o.Findings[0].Property() != models.FlushedDurable {
				t.Errorf("got %s: %v, want it refuted by %s", o.Summary(), o.Findings, models.FlushedDurable)
			}
		})
	}
}
