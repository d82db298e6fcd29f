package harness_test

import (
	"errors"
	"path"
	"slices"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
)

// TestCrashesInRecovery: an engine that makes its log anew when it opens one with entries,
// and removes the old one first, loses everything in a power failure meanwhile. Its
// programs never open such a log, so only a crash during the recovery from another shows it.
func TestCrashesInRecovery(t *testing.T) {
	removesFirst := func(e *slotted) error {
		if len(e.entries) == 0 {
			return clearsAll(e)
		}
		data, err := afero.ReadFile(e.fs, e.name)
		return errors.Join(err, e.fs.Remove(e.name), syncDir(e.fs, path.Dir(e.name)), afero.WriteFile(e.fs, e.name+".new", data, 0o644), e.replace(e.entries))
	}
	c := harness.Config{Only: one("persist 3"), NoShrink: true}
	o := verify(t, slottedOn("removes-first", removesFirst), c)
	inRecovery := func(f *evidence.Case) bool { return !f.Live && f.Life.InRecovery(f.State.Point) }
	if !slices.ContainsFunc(o.Findings, inRecovery) || o.Tally.InRecovery == 0 {
		t.Errorf("%s\n%v\nwant a crash during a recovery among them", o.Summary(), o.Findings)
	}
	c.Depth = -1
	if o := verify(t, slottedOn("removes-first", removesFirst), c); o.Verdict != evidence.Held {
		t.Errorf("after one crash: %s\n%v", o.Summary(), o.Findings)
	}
}
