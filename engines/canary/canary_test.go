package canary_test

import (
	"slices"
	"testing"
	"time"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// Each canary is refuted by a run with default settings, by the promise that it breaks,
// on each file system where the bug shows. Where it does not show, the engine holds. It
// tries a sixth of them: "ackproof run canary/all --expect", of make crash-test, tries all.
func TestCaught(t *testing.T) {
	for _, profile := range []crash.Profile{crash.Ext4Ordered(), crash.StrictPosix()} {
		for i, c := range canary.All() {
			shows := c.Profile == "" || c.Profile == profile.Name
			if i%6 != 0 || testing.Short() && (!shows || c.Profile == "" && profile != crash.Ext4Ordered()) {
				continue
			}
			t.Run(c.Name+"/"+profile.Name, func(t *testing.T) {
				o := verify(t, c.Factory(), harness.Config{Profile: profile, HangAfter: hangAfter(c), Faults: faultsOf(c), Until: c.Property})
				if !shows {
					if o.Verdict != evidence.Held {
						t.Errorf("got %v, want held where the bug does not show: %v", o.Verdict, o.Findings)
					}
					return
				}
				i := slices.IndexFunc(o.Findings, func(f *evidence.Case) bool { return string(f.Property()) == c.Property })
				if i < 0 || !o.Findings[i].Confirmed {
					t.Fatalf("%s: want it refuted by %s: %v", o.Summary(), c.Property, o.Findings)
				}
				t.Logf("by %s, after %d states", o.Findings[i].Found, o.Findings[i].After)
			})
		}
	}
}

// faultsOf returns which faults a canary needs.
func faultsOf(c canary.Canary) harness.Faults {
	if c.Faults {
		return harness.FaultsShare
	}
	return harness.FaultsNone
}

// The bugs in what an engine does about a call that fails are not seen where none does.
func TestFaultsNeeded(t *testing.T) {
	tried := 0
	for _, c := range canary.All() {
		if !c.Faults || testing.Short() && tried > 0 {
			continue // left to the tests in full
		}
		tried++
		t.Run(c.Name, func(t *testing.T) {
			if o := verify(t, c.Factory(), harness.Config{Quick: true, SecondLives: 1}); o.Verdict != evidence.Held {
				t.Errorf("without faults: got %s, want it held: %v", o.Summary(), o.Findings)
			}
		})
	}
}

// The healthy engines hold whatever call fails, of the share of them that a run tries.
func TestHealthyHoldsWithFaults(t *testing.T) {
	profiles := crash.Profiles()
	config := harness.Config{Faults: harness.FaultsShare, Only: []scenarios.NamedProgram{raftlog.Language.EveryCall()}, Quick: true}
	if testing.Short() {
		profiles, config.SecondLives = []crash.Profile{crash.StrictPosix()}, -1
	}
	for _, f := range healthyEngines() {
		for _, profile := range profiles {
			t.Run(f.Name+"/"+profile.Name, func(t *testing.T) {
				config.Profile = profile
				o := verify(t, f, config)
				if o.Verdict != evidence.Held || o.Tally.Faults.Fired == 0 {
					t.Errorf("got %s, want held, with faults: %v", o.Summary(), o.Findings)
				}
			})
		}
	}
}

// hangAfter keeps the wait for an engine that hangs short. Others get the
// default, for a busy machine must not make them hang.
func hangAfter(c canary.Canary) time.Duration {
	if c.Name == "hangs-on-torn-tail" {
		return 200 * time.Millisecond
	}
	return 0
}

func verify(t *testing.T, f engines.Factory, config harness.Config) *evidence.Outcome {
	t.Helper()
	config.NoShrink = true
	o, err := harness.Verify(t.Context(), f, config)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// A canary breaks its property. The one of reads breaks nothing else, as nothing else
// says what a read may show.
func TestReadsDurableAlone(t *testing.T) {
	for _, c := range canary.All() {
		if c.Property != string(models.ReadsDurable) {
			continue
		}
		for _, f := range verify(t, c.Factory(), harness.Config{Quick: testing.Short()}).Findings {
			if f.Property() != models.ReadsDurable {
				t.Errorf("%s: got %v", c.Name, f)
			}
		}
	}
}

func TestHealthyHolds(t *testing.T) {
	profiles, secondLives := crash.Profiles(), 2
	if testing.Short() {
		profiles, secondLives = []crash.Profile{crash.StrictPosix()}, -1
	}
	for i, f := range healthyEngines() {
		if testing.Short() && i%6 != 0 {
			continue // left to the tests in full
		}
		for _, profile := range profiles {
			t.Run(f.Name+"/"+profile.Name, func(t *testing.T) {
				plan := crash.DefaultPlan()
				for i := range plan.Max {
					plan.Max[i] /= fraction(profile)
				}
				o := verify(t, f, harness.Config{Profile: profile, Programs: 2, Plan: plan, SecondLives: secondLives, Quick: testing.Short()})
				if o.Verdict != evidence.Held {
					t.Errorf("got %v, want held: %v", o.Verdict, o.Findings)
				}
			})
		}
	}
}

// fraction is which part of the usual states is tried: fewer where no canary is caught.
func fraction(p crash.Profile) int {
	if p == crash.StrictPosix() || p == crash.Ext4Ordered() {
		return 8
	}
	return 32
}

// healthyEngines returns the engines that the canaries are without their plants,
// each once.
func healthyEngines() []engines.Factory {
	var out []engines.Factory
	seen := map[string]bool{}
	for _, c := range canary.All() {
		if f := c.Healthy(); !seen[f.Name] {
			seen[f.Name] = true
			out = append(out, f)
		}
	}
	return out
}

func TestHealthyConforms(t *testing.T) {
	for _, f := range healthyEngines() {
		t.Run(f.Name, func(t *testing.T) { enginetest.TestEngine(t, f) })
	}
}

// shownWithoutCrash are the canaries that a clean reopen or a read gives away.
var shownWithoutCrash = map[string]bool{
	"boundary-lost": true, "boundary-with-wrong-term": true, "last-index-of-entries-only": true,
	"stale-range": true, "reset-loses-hard-state": true, "tail-cut-by-recovery": true, "record-beyond-buffer": true,
}

// The other bugs take a crash: as long as nothing crashes, these engines conform.
func TestPlantsNeedCrash(t *testing.T) {
	for _, c := range canary.All() {
		t.Run(c.Name, func(t *testing.T) {
			err := enginetest.Check(t.Context(), c.Factory(), t.TempDir())
			if shows := err != nil; shows != shownWithoutCrash[c.Name] {
				t.Errorf("got %v from the conformance suite, want a failure: %v", err, shownWithoutCrash[c.Name])
			}
		})
	}
}

func TestEveryPropertyHasCanary(t *testing.T) {
	broken := models.SetOf()
	names := map[string]bool{}
	for _, c := range canary.All() {
		p := models.Property(c.Property)
		if models.SetOf(p) == models.SetOf() {
			t.Errorf("%s breaks %q, which is no property", c.Name, p)
		}
		broken = broken.With(p)
		if names[c.Name] || c.Name == "" || c.About == "" {
			t.Errorf("canary %q has no name and description of its own", c.Name)
		}
		names[c.Name] = true
		if got, want := c.Factory().Name, "canary/"+c.Name; got != want {
			t.Errorf("got engine %q, want %q", got, want)
		}
	}
	for p := range (logmodel.Contract{}).Properties().All() {
		if !broken.Has(p) {
			t.Errorf("no canary breaks %s", p)
		}
	}
}

// A plant changes what an engine does, never what it promises.
func TestPlantsKeepClaims(t *testing.T) {
	for _, c := range canary.All() {
		got, want := contractOf(t, c.Factory()), contractOf(t, c.Healthy())
		if got != want {
			t.Errorf("%s: got %+v, want %+v", c.Name, got, want)
		}
		if !got.Claimed().Has(models.Property(c.Property)) {
			t.Errorf("%s does not claim %s, which it is to break", c.Name, c.Property)
		}
	}
}

func contractOf(t *testing.T, f engines.Factory) logmodel.Contract {
	t.Helper()
	files := afero.NewMemMapFs()
	if err := files.MkdirAll("/db", 0o755); err != nil {
		t.Fatal(err)
	}
	e, err := f.Open(engines.Env{FS: files, Dir: "/db"})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	return logmodel.ContractOf(e, f.Without)
}
