package harness_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sync"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/valuestore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
)

// counter is a number in one file: a third kind of subject, to which no package of the
// harness has anything to add.
type counter struct {
	engines.Env
	mu     sync.Mutex // a read, or a flush, may run beside a call
	n      int
	failed error
	syncs  bool
}

func counterOf(name string, syncs bool) valuestore.Subject[int] {
	open := func(env engines.Env) (valuestore.Store[int], error) {
		c := &counter{Env: env, syncs: syncs}
		text, err := afero.ReadFile(env.FS, path.Join(env.Dir, "n"))
		if err == nil {
			_, err = fmt.Sscan(string(text), &c.n)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return c, c.save() // what was read may be in the page cache alone
	}
	return valuestore.Subject[int]{Name: name, Open: open, Calls: map[string]func(int) int{"add": func(n int) int { return n + 1 }}}
}

func (c *counter) Do(_ context.Context, call string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call == "flush" || c.failed != nil {
		return c.failed
	}
	c.n++
	return c.save()
}

func (c *counter) save() error {
	_ = c.FS.Remove(path.Join(c.Dir, "new")) // a crash may leave it another name of n
	f, err := c.FS.OpenFile(path.Join(c.Dir, "new"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err == nil {
		_, err = fmt.Fprintln(f, c.n)
		err = errors.Join(err, c.sync(f), f.Close())
	}
	if err == nil {
		err = c.FS.Rename(path.Join(c.Dir, "new"), path.Join(c.Dir, "n"))
	}
	var dir afero.File
	if err == nil {
		dir, err = c.FS.Open(c.Dir)
	}
	if err == nil {
		err = errors.Join(c.sync(dir), dir.Close())
	}
	c.failed = err
	return err
}

func (c *counter) sync(f afero.File) error {
	if !c.syncs {
		return nil
	}
	return f.Sync()
}

func (c *counter) Read(context.Context) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n, c.failed
}

func (c *counter) Close() error { return nil }

// TestCounterHolds: a subject of a kind that nobody of the harness knows is explored as a
// log is, faults and further lives included.
func TestCounterHolds(t *testing.T) {
	o := verifyCounter(t, counterOf("counter", true))
	if o.Verdict != evidence.Held || o.Tally.Distinct < 10 || o.Tally.Faults.Fired == 0 {
		t.Errorf("got %s with %d distinct states and %d faults", o.Summary(), o.Tally.Distinct, o.Tally.Faults.Fired)
	}
}

// TestUnsyncedCounterIsRefuted: its finding is shrunk, stored and replayed like any.
func TestUnsyncedCounterIsRefuted(t *testing.T) {
	unsynced := counterOf("unsynced-counter", false)
	o := verifyCounter(t, unsynced)
	if !o.Has(models.AckedDurable) {
		t.Fatalf("got %s, want that a count was lost", o.Summary())
	}
	f := valuestore.Of(unsynced)
	file := path.Join(t.TempDir(), "case")
	if err := evidence.WriteCase(file, o.Findings[0]); err != nil {
		t.Fatal(err)
	}
	was, err := evidence.ReadCase(file, f.Kind)
	if err != nil {
		t.Fatal(err)
	}
	now, err := harness.ReplaySubject(f, was)
	if err != nil || now.Property() != was.Property() {
		t.Errorf("got %v, %v, want that it comes again: %s", now, err, was.Sentence())
	}
}

func verifyCounter(t *testing.T, s valuestore.Subject[int]) *evidence.Outcome {
	t.Helper()
	profile, err := crash.ParseProfile("strict-posix")
	if err != nil {
		t.Fatal(err)
	}
	o, err := harness.VerifySubject(t.Context(), valuestore.Of(s), harness.Config{
		Profile: profile, Seed: 1, Programs: 10, Quick: true, Faults: harness.FaultsShare, FindingsMax: 3,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range o.Findings {
		t.Log(reports.FindingText(f))
	}
	return o
}
