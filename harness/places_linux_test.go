package harness_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// needing returns the file engine on a real directory that first needs something of
// the file system.
func needing(name string, need func(dir string) error) engines.Factory {
	f := onDir()
	open := f.Open
	f.Name = "needs-" + name
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		if err := need(env.Dir); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return open(env)
	}
	return f
}

func statfs(dir string) (st unix.Statfs_t, err error) {
	err = unix.Statfs(dir, &st)
	return st, err
}

// onScratch opens a file beside the log and makes a call on it.
func onScratch(call func(fd int) error) func(dir string) error {
	return func(dir string) error {
		f, err := os.OpenFile(filepath.Join(dir, "scratch"), os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return err
		}
		return errors.Join(f.Truncate(1<<20), call(int(f.Fd())), f.Close())
	}
}

func allocates(mode uint32, length int64) func(dir string) error {
	return onScratch(func(fd int) error { return unix.Fallocate(fd, mode, 4096, length) })
}

// needy are sound engines: what they need a local file system has.
var needy = []engines.Factory{
	needing("zero-range", allocates(unix.FALLOC_FL_ZERO_RANGE, 4096)),
	needing("zero-range-keep-size", allocates(unix.FALLOC_FL_ZERO_RANGE|unix.FALLOC_FL_KEEP_SIZE, 4096)),
	needing("punch-hole", allocates(unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, 4096)),
	needing("space", func(dir string) error {
		st, err := statfs(dir)
		if free := int64(st.Bavail) * st.Bsize; free < 2<<30 {
			err = fmt.Errorf("%d MiB are free", free>>20)
		}
		return err
	}),
	needing("files", func(dir string) error {
		st, err := statfs(dir)
		if st.Ffree < 1<<19 {
			err = fmt.Errorf("%d files may be made", st.Ffree)
		}
		return err
	}),
	// Whatever else differs shows in this.
	needing("same-file-system", func(dir string) error {
		st, err := statfs(dir)
		if st.Type != unix.FUSE_SUPER_MAGIC {
			err = fmt.Errorf("got file system %x", st.Type)
		}
		return err
	}),
}

// needless are engines that need what no file system here has.
var needless = []engines.Factory{
	needing("collapse-range", allocates(unix.FALLOC_FL_COLLAPSE_RANGE, 4096)),
	needing("insert-range", allocates(unix.FALLOC_FL_INSERT_RANGE, 4096)),
	needing("too-much", allocates(unix.FALLOC_FL_KEEP_SIZE, 8<<30)),
}

var shortly = []scenarios.NamedProgram{{Name: "short", Program: raftlog.MustParse("save-hard-state term=+1\npersist 2\nreopen\npersist 1")}}

// TestRecoveredAsRecorded: an engine that uses what the file system of recordings does,
// and the memory of recoveries does not, is refuted for no such thing.
func TestRecoveredAsRecorded(t *testing.T) {
	for _, f := range needy {
		t.Run(f.Name, func(t *testing.T) {
			o := verifyOnDir(t, f, harness.Config{Only: shortly, Depth: -1})
			if o.Verdict != evidence.Held || o.Tally.Distinct == 0 {
				t.Errorf("%s\n%v", o.Summary(), o.Findings)
			}
		})
	}
}

// TestRefusedAlike: what the memory of recoveries refuses, a recording's file system
// refuses before.
func TestRefusedAlike(t *testing.T) {
	for _, f := range needless {
		t.Run(f.Name, func(t *testing.T) {
			o, err := harness.Verify(t.Context(), f, harness.Config{Only: shortly, Depth: -1})
			if err == nil {
				t.Fatalf("%s, want an error of the environment", o.Summary())
			}
			if !strings.Contains(err.Error(), "does not open on an empty disk") {
				orNotRun(t, err)
			}
		})
	}
}

// tiring returns the file engine that fails at every fifth open of a process, wherever.
func tiring() engines.Factory {
	opens := 0
	return needing("patience", func(string) error {
		if opens++; opens > 10 && opens%5 == 0 {
			return errors.New("not now")
		}
		return nil
	})
}

// TestRefusedNowAndThen: an engine that fails now and then fails.
func TestRefusedNowAndThen(t *testing.T) {
	o := verifyOnDir(t, tiring(), harness.Config{Profile: crash.StrictPosix(), Only: shortly, Depth: -1, NoShrink: true})
	if o.Verdict != evidence.Refuted || o.Findings[0].Property() != models.OpensAfterCrash {
		t.Errorf("%s\n%v", o.Summary(), o.Findings)
	}
}
