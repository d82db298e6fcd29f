//go:build linux

// Package pythonmachine_test tests machine.py: that it holds through crashes, and that it
// does not without its syncs. That it follows the contract is tested in engines/hosted.
package pythonmachine_test

import (
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/machine"
)

func TestMain(m *testing.M) { harness.Main(m) }

func pythonMachine(t *testing.T, arguments ...string) engines.MachineFactory {
	t.Helper()
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil && harness.Required("python") {
		t.Fatalf("python3: %v", err)
	}
	if err != nil {
		t.Skipf("NOTHING WAS TESTED: python3: %v\nACKPROOF_REQUIRE=python makes this a failure", err)
	}
	return engines.MachineFactory{
		Name: "python-machine", Needs: engines.NeedsDir,
		Program: append([]string{strings.TrimSpace(string(out)), "machine.py"}, arguments...),
	}
}

// TestCrash explores each program a little, as a process in Python takes longer to
// recover than a machine in Go.
func TestCrash(t *testing.T) {
	c := harness.Config{Programs: 4, SecondLives: 2, PayloadMaxBytes: 4096, Quick: true}
	if testing.Short() {
		c.Programs, c.SecondLives = -1, 1
	}
	harness.RunMachine(t, pythonMachine(t), harness.WithConfig(c), harness.WithProfiles(crash.Ext4Ordered()))
}

// TestUnsynced: without the syncs of applies the machine loses what it acknowledged.
func TestUnsynced(t *testing.T) {
	o, err := harness.VerifyMachine(t.Context(), pythonMachine(t, "--unsynced"), harness.Config{
		Profile: crash.Ext4Ordered(), Depth: -1,
		Only: []scenarios.NamedProgram{{Name: "apply", Program: machine.MustParse("apply 1\n")}},
	})
	if errors.Is(err, harness.ErrNotRun) && !harness.Required("fuse") {
		t.Skipf("NOTHING WAS TESTED: %v\nACKPROOF_REQUIRE=fuse makes this a failure", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Findings) != 1 || o.Findings[0].Property() != models.AckedDurable {
		t.Errorf("%s\n%v\nwant it refuted by %s alone", o.Summary(), o.Findings, models.AckedDurable)
	}
}
