package enginetest

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machinetest"
)

// TestMachine runs every case for state machines as a subtest: what one must do while nothing
// crashes. Snapshots are to have the form that our machines write; for one with a form of its
// own see [TestMachineOfOwnForm].
func TestMachine(t *testing.T, f engines.MachineFactory) { machinetest.Test(t, f) }

// TestMachineOfOwnForm is [TestMachine] for a machine whose snapshots no other kind of machine
// reads.
func TestMachineOfOwnForm(t *testing.T, f engines.MachineFactory) { machinetest.TestOwnForm(t, f) }
