package enginetest

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/internal/machines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

// MachineCase is one thing to try on a new state machine, as [Case] is for a log.
type MachineCase = machines.Case

// MachineCases returns all cases for state machines with a fixed course, in the order in
// which they run.
func MachineCases() []MachineCase { return machines.Cases() }

// TestMachine does for state machines what [TestEngine] does for logs. Snapshots are to have
// the form that our machines write; for one with a form of its own see
// [TestMachineOfOwnForm].
func TestMachine(t *testing.T, f engines.MachineFactory) {
	testMachine(t, trial.NewGuard(0), machineSuite(f, usual(f.Needs, t.TempDir()), false, 0))
}

// TestMachineOfOwnForm is [TestMachine] for a machine whose snapshots no other kind of machine
// reads.
func TestMachineOfOwnForm(t *testing.T, f engines.MachineFactory) {
	testMachine(t, trial.NewGuard(0), machineSuite(f, usual(f.Needs, t.TempDir()), true, 0))
}

func testMachine(t *testing.T, g *trial.Guard, s trial.Suite[*machines.Place]) {
	tests(t, g, s)
	testModel(t, g, s.New, func(t *rapid.T) trial.Case[*machines.Place] {
		return trial.Case[*machines.Place](machines.ModelCase(machines.Programs().Draw(t, "program")))
	})
}

// ExamineMachine does for state machines what [Examine] does for logs.
func ExamineMachine(ctx context.Context, f engines.MachineFactory, o Options) (Report, error) {
	return machineSuite(f, o.newEnv(f.Needs), o.OwnForm, o.programs()).Run(ctx, trial.NewGuard(o.HangAfter), o.told())
}

// CheckMachine does for state machines what [Check] does for logs.
func CheckMachine(ctx context.Context, f engines.MachineFactory, tempDir string) error {
	report, err := ExamineMachine(ctx, f, Options{TempDir: tempDir})
	return errors.Join(report.Err(), err)
}

// machineSuite returns what is tried of a state machine.
func machineSuite(f engines.MachineFactory, newEnv NewEnv, ownForm bool, programCount int) trial.Suite[*machines.Place] {
	s := trial.Suite[*machines.Place]{Declinations: machines.Declinations()}
	s.New = func() (*machines.Place, error) {
		env, err := newEnv()
		return machines.NewPlace(f, env, ownForm), err
	}
	for _, c := range MachineCases() {
		s.Cases = append(s.Cases, trial.Case[*machines.Place](c))
	}
	for seed := range programCount {
		s.Random = append(s.Random, trial.Case[*machines.Place](machines.ModelCase(machines.Programs().Example(seed))))
	}
	return s
}
