//go:build linux

// Package pythonlog_test tests log.py: that it follows the contract, that it holds
// through crashes and failed calls, and that it does not without its syncs, or where it
// ignores that one failed.
package pythonlog_test

import (
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/engines/hosted/workers"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

func TestMain(m *testing.M) { harness.Main(m) }

// python returns the path of Python itself, past whatever starts it.
func python(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil && harness.Required("python") {
		t.Fatalf("python3: %v", err)
	}
	if err != nil {
		t.Skipf("NOTHING WAS TESTED: python3: %v\nACKPROOF_REQUIRE=python makes this a failure", err)
	}
	return strings.TrimSpace(string(out))
}

func pythonLog(t *testing.T, arguments ...string) engines.Factory {
	t.Helper()
	return engines.Factory{
		Name: "python-log", Needs: engines.NeedsDir,
		Program: append([]string{python(t), "log.py"}, arguments...),
	}
}

func TestConformance(t *testing.T) {
	pool := workers.New(pythonLog(t).Program, 0)
	t.Cleanup(func() {
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	})
	f, err := pool.Log(pythonLog(t))
	if err != nil {
		t.Fatal(err)
	}
	enginetest.TestEngine(t, f)
}

// TestCrash explores each program a little, as a process in Python takes longer to
// recover than an engine in Go.
func TestCrash(t *testing.T) {
	c := harness.Config{Programs: 4, SecondLives: 2, PayloadMaxBytes: 4096}
	for stage := range c.Plan.Max {
		c.Plan.Max[stage] = 40
	}
	if testing.Short() {
		c.Programs, c.SecondLives = -1, 1
	}
	harness.Run(t, pythonLog(t), harness.WithConfig(c))
}

// TestUnsafe: without its syncs the store loses what it acknowledged, under every
// profile.
func TestUnsafe(t *testing.T) {
	f := pythonLog(t, "--unsafe")
	for _, profile := range crash.Profiles() {
		t.Run(profile.Name, func(t *testing.T) {
			o, err := harness.Verify(t.Context(), f, harness.Config{
				Profile: profile,
				Only:    []scenarios.NamedProgram{{Name: "persist", Program: raftlog.MustParse("persist 1\n")}},
				Depth:   -1,
			})
			if errors.Is(err, harness.ErrNotRun) && !harness.Required("fuse") {
				t.Skipf("NOTHING WAS TESTED: %v\nACKPROOF_REQUIRE=fuse makes this a failure", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			others := slices.ContainsFunc(o.Findings, func(f *evidence.Case) bool { return f.Property() != models.AckedDurable })
			if len(o.Findings) == 0 || others {
				t.Errorf("%s\nwant it refuted by %s alone", o.Summary(), models.AckedDurable)
				for _, f := range o.Findings {
					t.Log(f.Signature, f.Sentence())
				}
			}
		})
	}
}

// TestIgnoresFailedSync: a store that ignores a failed fsync falls over FUSE, by the property
// for that, under each profile. The one that does not holds through the same faults.
func TestIgnoresFailedSync(t *testing.T) {
	c := harness.Config{
		Faults: harness.FaultsShare, Depth: -1, NoShrink: true, Quick: true,
		Only: []scenarios.NamedProgram{{Name: "persist", Program: raftlog.MustParse("persist 1\npersist 1\n")}},
	}
	profiles := crash.Profiles()
	if testing.Short() {
		profiles = []crash.Profile{crash.Ext4Ordered()}
	}
	for _, c.Profile = range profiles {
		t.Run(c.Profile.Name, func(t *testing.T) {
			for arguments, refuted := range map[string]bool{"": false, "--ignores-failed-sync": true} {
				f := pythonLog(t, strings.Fields(arguments)...)
				o, err := harness.Verify(t.Context(), f, c)
				if errors.Is(err, harness.ErrNotRun) && !harness.Required("fuse") {
					t.Skipf("NOTHING WAS TESTED: %v\nACKPROOF_REQUIRE=fuse makes this a failure", err)
				}
				if err != nil {
					t.Fatal(err)
				}
				if o.Has(models.ErrorSurfaced) != refuted || !refuted && o.Verdict != evidence.Held || o.Tally.Faults.Fired == 0 {
					t.Errorf("%q: %s\n%v", arguments, o.Summary(), o.Findings)
				}
			}
		})
	}
}
