package harness_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/engines/canary/machines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/filemachine"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/engines/memmachine"
	"github.com/ackproof/ackproof/engines/pebblelog"
	"github.com/ackproof/ackproof/engines/pebblemachine"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/harness/subject/machinestore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/scenarios"
)

// compacting is Pebble's tuning of short lives, with the compactions of long ones.
func compacting(o *pebble.Options) {
	pebblelog.Small(o)
	o.DisableAutomaticCompactions = false
}

// measuring returns the programs of a language that measure.
func measuring(l scenarios.Language) (out []scenarios.NamedProgram) {
	for _, p := range l.Named() {
		if p.Program.Measures() {
			out = append(out, p)
		}
	}
	return out
}

// Our engines take no more of the disk after a hundred crashes than before, under any profile.
func TestSpaceReclaimed(t *testing.T) {
	profiles := crash.Profiles()
	if testing.Short() {
		profiles = []crash.Profile{crash.StrictPosix()}
	}
	for _, f := range []subject.Factory{
		logstore.Of(filelog.Factory(small)), logstore.Of(filelog.BufferedFactory(small)), logstore.Of(filelog.Factory(filelog.Options{})),
		logstore.Of(memlog.Factory()),
		logstore.Of(pebblelog.Factory(onPebblefs, compacting)), logstore.Of(pebblelog.BufferedFactory(onPebblefs, compacting)),
		machinestore.Of(filemachine.Factory(filemachine.Options{})), machinestore.Of(filemachine.BufferedFactory(filemachine.Options{})),
		machinestore.Of(memmachine.Factory()),
		machinestore.Of(pebblemachine.Factory(onPebblefs, compacting)), machinestore.Of(pebblemachine.BufferedFactory(onPebblefs, compacting)),
	} {
		for _, p := range profiles {
			o, err := harness.VerifySubject(t.Context(), f, harness.Config{Profile: p, Only: measuring(f.Kind.Language)})
			if err != nil {
				t.Fatal(err)
			}
			if o.Verdict != evidence.Held || o.Tally.Evidence[models.SpaceReclaimed] < 100 {
				t.Errorf("got %s, and %d crashes, want that it holds after 100", o.Summary(), o.Tally.Evidence[models.SpaceReclaimed])
			}
			for _, f := range o.Findings {
				t.Log(f.Sentence())
			}
		}
	}
}

// pilingUp are the canaries whose files pile up, each with its twin.
func pilingUp() (out [][2]subject.Factory) {
	for _, c := range canary.All() {
		if c.Property == string(models.SpaceReclaimed) {
			out = append(out, [2]subject.Factory{logstore.Of(c.Factory()), logstore.Of(c.Healthy())})
		}
	}
	for _, c := range machines.All() {
		if c.Property == string(models.SpaceReclaimed) {
			out = append(out, [2]subject.Factory{machinestore.Of(c.Factory()), machinestore.Of(c.Twin())})
		}
	}
	return out
}

// Files that pile up are found, and told with their names. The same engine without the bug
// holds.
func TestFilesThatPileUp(t *testing.T) {
	for _, pair := range pilingUp() {
		bad, good := pair[0], pair[1]
		c := harness.Config{Only: measuring(bad.Kind.Language), NoShrink: true}
		if o, err := harness.VerifySubject(t.Context(), good, c); err != nil || o.Verdict != evidence.Held || o.Tally.Evidence[models.SpaceReclaimed] < 100 {
			t.Errorf("got %v, %v, want that it holds", o.Summary(), err)
		}
		o, err := harness.VerifySubject(t.Context(), bad, c)
		if err != nil || len(o.Findings) != 1 || !o.Has(models.SpaceReclaimed) {
			t.Fatalf("%s: got %v, %v, want one finding", bad.Name, o.Findings, err)
		}
		found := o.Findings[0]
		for _, part := range []string{"over 100 measurements", "crashes the store's directory went from ", " files of ", "new since the first are "} {
			if !strings.Contains(found.Sentence(), part) {
				t.Errorf("%s: got %q, want %q in it", bad.Name, found.Sentence(), part)
			}
		}
	}
}

// A shorter program of as many measurements is found, stored with all of its lives, and seen
// again in a replay.
func TestFilesThatPileUpAreShrunk(t *testing.T) {
	pair := pilingUp()[0]
	o, err := harness.VerifySubject(t.Context(), pair[0], harness.Config{Only: measuring(pair[0].Kind.Language)})
	if err != nil || len(o.Findings) != 1 {
		t.Fatalf("got %v, %v, want one finding", o.Findings, err)
	}
	found, whole := o.Findings[0], measuring(pair[0].Kind.Language)[0].Program
	if found.Explanation == nil || found.Program.Size() >= whole.Size() || !found.Program.Measures() {
		t.Errorf("got\n%s\nwant less than\n%s", found.Program, whole)
	}
	checkComesAgain(t, pair[0], found)
}

// checkComesAgain stores a finding, and replays what was stored.
func checkComesAgain(t *testing.T, f subject.Factory, found *evidence.Case) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "case")
	if err := evidence.WriteCase(path, found); err != nil {
		t.Fatal(err)
	}
	was, err := evidence.ReadCase(path, f.Kind)
	if err != nil {
		t.Fatal(err)
	}
	if now, err := harness.ReplaySubject(f, was); err != nil || now.Sentence() != found.Sentence() {
		t.Errorf("%s: got %v, %v, want %s", f.Name, now, err, found.Sentence())
	}
	text := reports.FindingText(was)
	for _, part := range []string{"calls of life 2 of ", "\nlives 3 to ", " are in the bundle\n", "usage: "} {
		if !strings.Contains(text, part) {
			t.Errorf("%s: got\n%s\nwant %q in it", f.Name, text, part)
		}
	}
	if strings.Contains(text, "calls of life 3 of ") {
		t.Errorf("%s: got life 3 in the text, want the first and the last ones", f.Name)
	}
}
