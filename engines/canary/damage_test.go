package canary_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// longPrograms show each of the canaries of damage, and have much that none of them needs.
var longPrograms = []scenarios.NamedProgram{
	{Name: "states", Program: raftlog.MustParse(`first-open
persist 2
save-hard-state term=+1 vote=1
truncate 1
flush-meta
save-hard-state term=+1 vote=2
read-hard-state
kill
save-hard-state term=+300 vote=3
reopen
save-hard-state term=+1 vote=1`)},
	{Name: "entries", Program: raftlog.MustParse(`persist 3 size=100
flush
purge 2
reset
save-hard-state term=+1
reopen
read-last-index
save-hard-state term=+1
persist 1
read-entry 1`)},
}

// damagedWhileOpen are those that only damage under an open engine shows, which is not shrunk.
var damagedWhileOpen = map[string]bool{"checksum-only-as-it-opens": true, "rewrite-launders-damage": true}

// TestDamageShrunk: what a canary does wrong with what a disk damaged is made small and explained,
// and its bundle replays.
func TestDamageShrunk(t *testing.T) {
	for _, c := range canary.All() {
		damage := models.SetOf(models.NoSilentCorruption, models.NoSilentTruncation).Has(models.Property(c.Property))
		if !damage || damagedWhileOpen[c.Name] {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			o, err := harness.Verify(t.Context(), c.Factory(), harness.Config{
				Only:        longPrograms,
				SecondLives: -1, Depth: -1, Faults: harness.FaultsNone, Until: c.Property,
			})
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(o.Findings, func(f *evidence.Case) bool { return f.IsAtRest() && string(f.Property()) == c.Property })
			if i < 0 {
				t.Fatalf("%s: want it refuted by %s: %v", o.Summary(), c.Property, o.Findings)
			}
			wantShrunk(t, o.Findings[i])
			wantReplay(t, c, o.Findings[i])
		})
	}
}

// wantShrunk wants no more than is needed, the place that wrote it, and what the engine makes of
// other corruptions of that.
func wantShrunk(t *testing.T, f *evidence.Case) {
	t.Helper()
	t.Logf("%s in\n%s", f.Corruption, f.Program)
	const stepsMax = 5
	if len(f.Program) > stepsMax || f.Unfinished != "" {
		t.Errorf("got %d steps, %q, want at most %d", len(f.Program), f.Unfinished, stepsMax)
	}
	if kind := f.Corruption.Kind; kind != corrupt.Flip && (kind != corrupt.Stale || !strings.Contains(f.Engine, "stale")) {
		t.Errorf("got a %s, want a bit flip, unless it is a stale sector that shows it", kind)
	}
	for _, r := range f.Damaged() {
		if frames := f.Life.FramesAt(r.Event); len(frames) == 0 || filepath.Base(frames[0].File) != "checked.go" {
			t.Errorf("event %d: got %v, want the line that wrote it", r.Event, frames)
		}
	}
	silent := func(d evidence.TriedDamage) bool { return d.Reaction.IsSilent() && d.Kind == f.Corruption.Kind }
	if f.Explanation == nil || !slices.ContainsFunc(f.Explanation.Damages, silent) {
		t.Errorf("got %v, want the finding among what was tried of the write", f.Explanation)
	}
}

// wantReplay wants that the bundle replays with the canary, and that the engine without the bug has
// no such finding.
func wantReplay(t *testing.T, c canary.Canary, f *evidence.Case) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "case.ackproof")
	if err := evidence.WriteCase(path, f); err != nil {
		t.Fatal(err)
	}
	read, err := evidence.ReadCase(path, logstore.Kind)
	if err != nil {
		t.Fatal(err)
	}
	if read.Cause().String() != f.Signature {
		t.Errorf("got cause %s from the bundle, want %s", read.Cause(), f.Signature)
	}
	for _, factory := range []engines.Factory{c.Factory(), c.Healthy()} {
		again, err := harness.Replay(factory, read)
		if err != nil {
			t.Fatal(err)
		}
		if comes, want := evidence.IsFirst(again.Verdict, f.Property()), factory.Name == c.Factory().Name; comes != want {
			t.Errorf("%s: got %v, want the finding: %v", factory.Name, again.Verdict, want)
		}
	}
}
