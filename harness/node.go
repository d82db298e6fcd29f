package harness

import (
	"context"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/nodestore"
	"github.com/ackproof/ackproof/scenarios"
)

// The front door for a log and a state machine together, under one name: each function is
// that for any subject.

// RunNode is [RunSubject] for the storage of a node.
func RunNode(t *testing.T, name string, log engines.Factory, machine engines.MachineFactory, options ...Option) {
	t.Helper()
	RunSubject(t, nodestore.Of(name, log, machine), options...)
}

// VerifyNode is [VerifySubject] for the storage of a node.
func VerifyNode(ctx context.Context, name string, log engines.Factory, machine engines.MachineFactory, c Config) (*evidence.Outcome, error) {
	return VerifySubject(ctx, nodestore.Of(name, log, machine), c)
}

// RecordNode is [RecordSubject] for the storage of a node.
func RecordNode(name string, log engines.Factory, machine engines.MachineFactory, c Config, program scenarios.Program) (*Recording, error) {
	return RecordSubject(nodestore.Of(name, log, machine), c, program)
}
