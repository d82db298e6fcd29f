package harness_test

import (
	"errors"
	"os"
	"path"
	"slices"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// oneJournal has an engine's log in a directory wal, and never syncs that directory.
// A name made after it in the directory above is synced instead: a file system with one
// journal makes older names durable with it.
type oneJournal struct {
	afero.Fs
	above string
}

func (f *oneJournal) Open(name string) (afero.File, error) {
	file, err := f.Fs.Open(name)
	if err == nil && path.Base(name) == "wal" {
		return &syncedAbove{file, f}, nil
	}
	return file, err
}

type syncedAbove struct {
	afero.File
	fs *oneJournal
}

func (d *syncedAbove) Sync() error {
	mark := path.Join(d.fs.above, "mark")
	if err := d.fs.Remove(mark); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := d.fs.Create(mark)
	if err != nil {
		return err
	}
	above, err := d.fs.Fs.Open(d.fs.above)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(f.Close(), above.Sync(), above.Close())
}

// TestTwoDisks: an engine that leaves the names of its log to the journal that it shares
// with another directory holds on one disk, and not where its log has a disk of its own.
func TestTwoDisks(t *testing.T) {
	all := canary.All()
	i := slices.IndexFunc(all, func(c canary.Canary) bool { return c.Name == "rename-without-directory-sync" })
	plain := all[i].Healthy()
	sharing := engines.Factory{Name: "shares-a-journal", Open: func(env engines.Env) (engines.StorageEngine, error) {
		env.FS = &oneJournal{env.FS, env.Dir}
		env.Dir = path.Join(env.Dir, "wal")
		if err := env.FS.MkdirAll(env.Dir, 0o755); err != nil {
			return nil, err
		}
		return plain.Open(env)
	}}
	c := harness.Config{Depth: -1, NoShrink: true, Only: []scenarios.NamedProgram{
		{Name: "reopened", Program: raftlog.MustParse("persist 1\nreopen\npersist 2")},
	}}
	for text, want := range map[string]evidence.Verdict{
		"ext4-ordered": evidence.Held, "ext4-ordered,disks=wal": evidence.Refuted, "ext4-ordered,disks=elsewhere": evidence.Held,
	} {
		p, err := crash.ParseProfile(text)
		if err != nil {
			t.Fatal(err)
		}
		c.Profile = p
		o := verify(t, sharing, c)
		if o.Verdict != want || want == evidence.Refuted && o.Findings[0].Property() != models.AckedDurable {
			t.Errorf("%s; want %v\n%v", o.Summary(), want, o.Findings)
		}
		for _, f := range o.Findings {
			replayBundle(t, f, sharing)
		}
		if o := verify(t, plain, c); o.Verdict != evidence.Held {
			t.Errorf("%s\n%v", o.Summary(), o.Findings)
		}
	}
}
