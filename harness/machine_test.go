package harness_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary/machines"
	"github.com/ackproof/ackproof/engines/filemachine"
	"github.com/ackproof/ackproof/engines/memmachine"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/machinestore"
	"github.com/ackproof/ackproof/models"
)

// Our state machines hold, with faults and second lives.
func TestMachinesHold(t *testing.T) {
	for _, f := range []engines.MachineFactory{
		filemachine.Factory(filemachine.Options{}), filemachine.BufferedFactory(filemachine.Options{}), memmachine.Factory(),
	} {
		o := verifyMachine(t, f, harness.Config{Programs: 5, Faults: harness.FaultsShare})
		if o.Verdict != evidence.Held || o.Tally.Faults.Fired == 0 {
			t.Errorf("got %s, want it held", o.Summary())
		}
		for _, f := range o.Findings {
			t.Log(f.Sentence())
		}
	}
}

// Each planted bug is caught by its own property, and the same machine without it holds.
func TestPlantedMachines(t *testing.T) {
	tested := map[string]bool{}
	for i, c := range machines.All() {
		if testing.Short() && i%6 != 0 {
			continue // left to the tests in full
		}
		planted := harness.Config{Until: c.Property, NoShrink: true, Faults: harness.FaultsNone}
		if c.Faults {
			planted.Faults, planted.FaultsEvery = harness.FaultsShare, 1
		}
		if o := verifyMachine(t, c.Factory(), planted); !o.Has(models.Property(c.Property)) {
			t.Errorf("got %s, want it refuted by %s", o.Summary(), c.Property)
		}
		twin := c.Twin()
		if tested[twin.Name] {
			continue
		}
		tested[twin.Name] = true
		if o := verifyMachine(t, twin, harness.Config{Programs: 3, Faults: harness.FaultsShare, Quick: testing.Short()}); o.Verdict != evidence.Held {
			t.Errorf("got %s, want it held", o.Summary())
		}
	}
}

// A finding of a state machine is shrunk, explained, stored and replayed.
func TestMachineFindingComesAgain(t *testing.T) {
	f := machines.All()[0].Factory()
	o := verifyMachine(t, f, harness.Config{Until: harness.UntilRefuted, Faults: harness.FaultsNone})
	if len(o.Findings) == 0 {
		t.Fatal("got no finding")
	}
	found := o.Findings[0]
	if found.Explanation == nil || len(found.Program) != 1 {
		t.Errorf("got %v, want one step that is explained", found.Program)
	}
	path := t.TempDir() + "/case"
	if err := evidence.WriteCase(path, found); err != nil {
		t.Fatal(err)
	}
	was, err := evidence.ReadCase(path, machinestore.Kind)
	if err != nil {
		t.Fatal(err)
	}
	if now, err := harness.ReplaySubject(machinestore.Of(f), was); err != nil || now.Sentence() != found.Sentence() {
		t.Errorf("got %v, %v, want %s", now, err, found.Sentence())
	}
}

func verifyMachine(t *testing.T, f engines.MachineFactory, c harness.Config) *evidence.Outcome {
	t.Helper()
	c.Profile, c.Seed, c.Quick = crash.StrictPosix(), 1, true
	o, err := harness.VerifyMachine(t.Context(), f, c)
	if err != nil {
		t.Fatal(err)
	}
	return o
}
