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
	"github.com/ackproof/ackproof/scenarios"
	programs "github.com/ackproof/ackproof/scenarios/machine"
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

// A machine that does the wrong thing with what a disk damaged is caught by its own property alone, and
// comes again; the same machine without the plant holds.
func TestDamagedMachines(t *testing.T) {
	config := harness.Config{
		Only:     []scenarios.NamedProgram{{Name: "damaged", Program: programs.MustParse("apply 3 size=50\napply 3 size=50\ngenerate\napply 3 size=50\nflush")}},
		NoShrink: true, SecondLives: -1, Faults: harness.FaultsNone,
	}
	tried := 0
	for _, c := range machines.All() {
		own := models.Property(c.Property)
		if own != models.NoSilentCorruption && own != models.NoSilentTruncation {
			continue
		}
		tried++
		if o := verifyMachine(t, c.Twin(), config); o.Verdict != evidence.Held || o.Tally.Evidence[own] == 0 {
			t.Errorf("got %s, want it held, with corruptions", o.Summary())
		}
		o := verifyMachine(t, c.Factory(), config)
		if !o.Has(own) {
			t.Errorf("got %s, want it refuted by %s", o.Summary(), own)
		}
		path := t.TempDir() + "/case"
		for _, found := range o.Findings {
			if err := evidence.WriteCase(path, found); err != nil {
				t.Fatal(err)
			}
			was, err := evidence.ReadCase(path, machinestore.Kind)
			if err != nil {
				t.Fatal(err)
			}
			again, err := harness.ReplaySubject(machinestore.Of(c.Factory()), was)
			if err != nil || found.Property() != own || again.Sentence() != found.Sentence() || was.Recovered.Restored != found.Recovered.Restored {
				t.Errorf("%s: got %v, and again %v, %v, want only findings of %s that come again", c.Name, found, again, err, own)
			}
		}
	}
	if tried < 3 {
		t.Errorf("got %d machines, want 3 at least", tried)
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
