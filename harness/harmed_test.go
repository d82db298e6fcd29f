package harness_test

import (
	"path/filepath"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// inventsBesideEmpty returns file, with a log that never was where a file is empty: no byte of it is
// wrong, only its size, as where a flush lied.
func inventsBesideEmpty() subject.Factory {
	return meetingCorruption(func(env engines.Env, err error) (engines.StorageEngine, error) {
		files, _ := afero.ReadDir(env.FS, env.Dir)
		for _, f := range files {
			if f.Size() == 0 {
				return inventing(env, err)
			}
		}
		return nil, err
	})
}

// damagedCanary returns the canary of a name and its healthy twin.
func damagedCanary(t *testing.T, name string) (planted, healthy subject.Factory) {
	t.Helper()
	for _, c := range canary.All() {
		if c.Name == name {
			return logstore.Of(c.Factory()), logstore.Of(c.Healthy())
		}
	}
	t.Fatalf("no canary %s", name)
	return planted, healthy
}

// TestCorruptionBesideRest: what goes wrong while an engine is open is found, and so is what flushes
// that lie leave; the bundle of each replays, and the sound engine passes it.
func TestCorruptionBesideRest(t *testing.T) {
	unchecked, checked := damagedCanary(t, "checksum-only-as-it-opens")
	launders, copies := damagedCanary(t, "rewrite-launders-damage")
	for name, c := range map[string]struct {
		engine, sound subject.Factory
		is            func(*evidence.Case) bool
	}{
		"served":    {unchecked, checked, func(c *evidence.Case) bool { return c.Live && c.Life.Harm != nil }},
		"laundered": {launders, copies, func(c *evidence.Case) bool { return !c.Live && c.Life.Harm != nil }},
		"lying": {inventsBesideEmpty(), logstore.Of(filelog.Factory(filelog.Options{SegmentBytes: 512})), func(c *evidence.Case) bool {
			return c.Corruption != nil && c.Corruption.Kind == corrupt.Lying
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := harness.Config{
				Only:        []scenarios.NamedProgram{{Name: "some", Program: raftlog.MustParse("save-hard-state term=+1\npersist 1\npersist 2\npersist 1\npersist 1")}},
				SecondLives: -1, Faults: harness.FaultsNone,
			}
			if o, err := harness.VerifySubject(t.Context(), c.sound, config); err != nil || len(o.Findings) > 0 {
				t.Fatalf("%s: got %v and %v, want no finding", c.sound.Name, o.Findings, err)
			}
			o, err := harness.VerifySubject(t.Context(), c.engine, config)
			if err != nil {
				t.Fatal(err)
			}
			if len(o.Findings) == 0 || !c.is(o.Findings[0]) || !o.Findings[0].Confirmed || o.Findings[0].Property() != models.NoSilentCorruption {
				t.Fatalf("got %s", o.Summary())
			}
			if got := o.Findings[0]; len(got.Program) > 3 || got.Unfinished != "" {
				t.Errorf("got %d steps, %q, want it shrunk to 3 at most", len(got.Program), got.Unfinished)
			}
			replays(t, o.Findings[0], c.engine, c.sound)
		})
	}
}

// replays checks that the bundle of a finding comes again with the engine, and not with a sound one.
func replays(t *testing.T, found *evidence.Case, engine, sound subject.Factory) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "case.ackproof")
	if err := evidence.WriteCase(path, found); err != nil {
		t.Fatal(err)
	}
	read, err := evidence.ReadCase(path, engine.Kind)
	if err != nil {
		t.Fatal(err)
	}
	for of, f := range map[string]subject.Factory{"it": engine, "the sound one": sound} {
		again, err := harness.ReplaySubject(f, read)
		if err != nil {
			t.Fatal(err)
		}
		if comes := again.Verdict.Outcome == models.Fail; comes != (of == "it") {
			t.Errorf("%s: got %v", of, again.Verdict)
		}
	}
}
