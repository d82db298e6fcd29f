package dengine_test

import (
	"slices"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/dengine"
	"github.com/ackproof/ackproof/engines/pebblelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/pebblefs"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// Each weakness must be refuted by a finding of its own, which breaks its property.
func TestFileWeaknesses(t *testing.T) { checkAll(t, dengine.FileSubjects(), harness.Config{}) }

func TestRocksWeaknesses(t *testing.T) {
	files := func(env engines.Env) (vfs.FS, error) { return pebblefs.Of(env.FS) }
	caches := pebblelog.NewCaches()
	t.Cleanup(caches.Close)
	plan := crash.DefaultPlan()
	for i := range plan.Max {
		plan.Max[i] = max(1, plan.Max[i]/192)
	}
	checkAll(t, dengine.RocksSubjects(files, caches.Small), harness.Config{
		Plan: plan, SecondLives: 1,
		// Pebble takes long to see that a large record is torn.
		PayloadMaxBytes: 32, Limits: engines.Limits{BatchMaxEntries: 128},
	})
}

func checkAll(t *testing.T, subjects []dengine.Subject, c harness.Config) {
	c.Only, c.FindingsMax, c.NoShrink = programs(), 64, true
	profiles := []crash.Profile{crash.StrictPosix(), crash.Ext4Ordered()}
	if testing.Short() {
		profiles = profiles[:1]
		t.Log("-short: strict-posix alone; make crash-test has both")
	}
	for _, s := range subjects {
		for _, c.Profile = range profiles {
			t.Run(s.Name+"/"+c.Profile.Name, func(t *testing.T) { check(t, s, c) })
		}
	}
}

func check(t *testing.T, s dengine.Subject, c harness.Config) {
	var wanted []dengine.Weakness
	for _, w := range s.Weaknesses {
		if w.Profile == "" || w.Profile == c.Profile.Name {
			wanted = append(wanted, w)
			c.UntilAll = append(c.UntilAll, evidence.Weakness{Sentence: w.Sentence, Signature: w.Signature()})
		}
	}
	o, err := harness.Verify(t.Context(), s.Factory, c)
	if err != nil {
		t.Fatal(err)
	}
	if o.Cut == "" {
		t.Error("the run went on though all weaknesses were found")
	}
	by := map[int]string{}
	for i, w := range wanted {
		at := c.UntilAll[i].In(o.Findings)
		switch {
		case at < 0:
			t.Errorf("no finding shows %q: want a signature that begins with %q", w.Sentence, w.Signature())
		case by[at] != "":
			t.Errorf("one finding shows %q and %q, want one for each", by[at], w.Sentence)
		case string(o.Findings[at].Property()) != w.Property:
			t.Errorf("%q: got %s refuted, want %s", w.Sentence, o.Findings[at].Property(), w.Property)
		}
		by[at] = w.Sentence
	}
}

// programs returns those of a default run that show the weaknesses.
func programs() []scenarios.NamedProgram {
	names := []string{
		"append_after_torn_tail", "big_entry", "first_entries", "hard_state_in_place", "hole_after_conflict",
		"last_index_after_purge_all", "purge_in_place", "replace_in_two_writes", "sector_borders",
	}
	all := slices.Concat([]scenarios.NamedProgram{raftlog.Language.First()}, raftlog.Language.Corpus(), raftlog.Language.Named())
	return slices.DeleteFunc(all, func(p scenarios.NamedProgram) bool {
		return p.Name != raftlog.Language.First().Name && !slices.Contains(names, p.Name)
	})
}
