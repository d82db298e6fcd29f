package harness_test

import (
	"slices"
	"testing"

	"github.com/ackproof/ackproof/engines/boltlog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

var (
	bolt       = boltlog.Factory(boltlog.Options{})
	boltNoSync = boltlog.NoSyncFactory(boltlog.Options{})
	boltPlain  = boltlog.PlainFactory()
)

// boltPrograms are short: that bbolt holds over hundreds of thousands of states
// is for make crash-test-long to show.
var boltPrograms = []scenarios.NamedProgram{
	{Name: "appends", Program: raftlog.MustParse("save-hard-state term=+1 vote=1\npersist 3 size=600\npersist 1\npurge 2\nkill\npersist 2 back=1")},
	{Name: "reopened", Program: raftlog.MustParse("persist 1\nreopen\npersist 1")},
}

func TestBboltHolds(t *testing.T) {
	for _, p := range someProfiles() {
		o := verifyOnDir(t, bolt, harness.Config{Profile: p, Only: boltPrograms, SecondLives: 2})
		if o.Verdict != evidence.Held || o.Tally.Distinct == 0 {
			t.Errorf("%s\n%v", o.Summary(), o.Findings)
		}
	}
}

// TestBboltAlone shows what bbolt v1.5.0 leaves to its caller: it makes its file
// in place and syncs no directory. Where a synced file's name may be lost, so is
// all that was acknowledged; and where the first write of the file may come apart,
// a crash leaves one that never opens again, though nothing was acknowledged yet. Once
// the file is there for good, it holds over one crash.
func TestBboltAlone(t *testing.T) {
	first := []scenarios.NamedProgram{raftlog.Language.First()}
	for _, p := range someProfiles() {
		o := verifyOnDir(t, boltPlain, harness.Config{Profile: p, Only: boltPrograms, Depth: -1})
		if o.Verdict != evidence.Held || o.Tally.Distinct == 0 {
			t.Errorf("on a store that was made: %s\n%v", o.Summary(), o.Findings)
		}
		o = verifyOnDir(t, boltPlain, harness.Config{Profile: p, Only: first, Depth: -1, NoShrink: true})
		found := map[models.Property]bool{}
		for _, f := range o.Findings {
			found[f.Property()] = true
			replayBundle(t, f, boltPlain)
		}
		if want := p.Name == "strict-posix"; found[models.AckedDurable] != want {
			t.Errorf("%s: acknowledged writes lost: %v, want %v", o.Summary(), found[models.AckedDurable], want)
		}
		if !found[models.OpensAfterCrash] {
			t.Errorf("%s: want a half-made file that does not open", o.Summary())
		}
	}
}

// TestBboltAloneAfterKill: bbolt opens what a killed process left in the page cache and
// syncs nothing. A newest meta page may be among that. The next transaction overwrites
// pages of the version before, to which a power failure then leads back. The engine
// syncs its file at each open, and holds.
func TestBboltAloneAfterKill(t *testing.T) {
	programs := []scenarios.NamedProgram{{Name: "two", Program: raftlog.MustParse("persist 1\npersist 1")}}
	const everyPoint = 40 // crash points, and so kills between a write of a meta page and its fsync
	for _, p := range someProfiles() {
		c := harness.Config{Profile: p, Only: programs, Depth: 2, SecondLives: everyPoint, NoShrink: true}
		if o := verifyOnDir(t, bolt, c); o.Verdict != evidence.Held || o.Tally.Lives < 3 {
			t.Errorf("%s\n%v", o.Summary(), o.Findings)
		}
		o := verifyOnDir(t, boltPlain, c)
		found := map[models.Property]bool{}
		for _, f := range o.Findings {
			found[f.Property()] = true
			if f.Life.ResumedFrom == nil {
				t.Errorf("%s: without a kill: %v", o.Summary(), f.Verdict.Violations)
			}
			replayBundle(t, f, boltPlain)
		}
		if !found[models.RecoveredDurable] || !found[models.OpensAfterCrash] {
			t.Errorf("%s: want what was shown to be lost, and a file that does not open: %v", o.Summary(), found)
		}
	}
}

// TestBboltNoSyncIsNotRecoverable: without syncs nothing keeps the meta page
// behind the pages that it points to, so a power failure at any time may leave a
// database that panics or shows what was never written, flushed or not.
func TestBboltNoSyncIsNotRecoverable(t *testing.T) {
	for _, p := range someProfiles() {
		o := verifyOnDir(t, boltNoSync, harness.Config{Profile: p, Only: boltPrograms, Depth: -1, NoShrink: true})
		if o.Verdict != evidence.Refuted {
			t.Errorf("%s, want it refuted", o.Summary())
		}
		for _, f := range o.Findings {
			t.Logf("%s: %v", p.Name, f.Verdict.Violations[0])
		}
	}
}

// TestBboltAfterFailedSync: what bbolt does not keep once an fsync has failed is found by a
// sweep over FUSE, and is all known; the file with that tells why.
func TestBboltAfterFailedSync(t *testing.T) {
	known, err := evidence.ReadKnownFile("../engines/boltlog/known.txt")
	if err != nil {
		t.Fatal(err)
	}
	c := harness.Config{
		Profile: crash.Ext4Ordered(), Faults: harness.FaultsShare, FaultsEvery: 1, Known: known, Depth: -1, NoShrink: true, Quick: true,
		Only: []scenarios.NamedProgram{{Name: "save", Program: raftlog.MustParse("save-hard-state term=+1 vote=1")}},
	}
	if testing.Short() { // the fault alone that matters
		c.Faults = harness.FaultsNone
		c.Only[0].Program = raftlog.MustParse("fail fdatasync 2\nsave-hard-state term=+1 vote=1\npersist 1\nflush\nreopen\npersist 1")
	}
	o := verifyOnDir(t, bolt, c)
	if o.Verdict != evidence.Refuted || !o.AllKnown() || o.Tally.Faults.Fired != o.Tally.Faults.Tried {
		t.Errorf("%s\n%v\nwant it refuted by known causes alone", o.Summary(), o.Findings)
	}
	for _, f := range o.Findings {
		failed := slices.ContainsFunc(f.Program, func(s scenarios.Step) bool { return s.Kind == scenarios.Fail && s.Fault.Call.IsSync() })
		if !failed || f.Property() == models.ErrorSurfaced {
			t.Errorf("got %v of\n%v\nwant it behind a sync that failed, which the engine says", f.Sentence(), f.Program)
		}
	}
}
