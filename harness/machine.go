package harness

import (
	"context"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/machinestore"
	"github.com/ackproof/ackproof/scenarios"
)

// The front door for state machines: each function is that for any subject.

// RunMachine is [RunSubject] for a state machine.
func RunMachine(t *testing.T, f engines.MachineFactory, options ...Option) {
	t.Helper()
	RunSubject(t, machinestore.Of(f), options...)
}

// VerifyMachine is [VerifySubject] for a state machine.
func VerifyMachine(ctx context.Context, f engines.MachineFactory, c Config) (*evidence.Outcome, error) {
	return VerifySubject(ctx, machinestore.Of(f), c)
}

// SyncsMachine is [SyncsSubject] for a state machine.
func SyncsMachine(ctx context.Context, f engines.MachineFactory, c Config, profiles ...crash.Profile) (*evidence.SyncMap, error) {
	return SyncsSubject(ctx, machinestore.Of(f), c, profiles...)
}

// RecordMachine is [RecordSubject] for a state machine.
func RecordMachine(f engines.MachineFactory, c Config, program scenarios.Program) (*Recording, error) {
	return RecordSubject(machinestore.Of(f), c, program)
}
