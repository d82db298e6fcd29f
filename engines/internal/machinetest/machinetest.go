// Package machinetest reports whether a state machine follows the contract of package
// engines while nothing crashes: what each call takes, refuses, changes and gives back,
// and what a clean reopen finds. What survives a crash is not its concern.
package machinetest

import (
	"slices"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/memmachine"
)

// Test runs every case on machines of f, each in an empty place of its own, as a subtest.
// Their snapshots must be those of a machine in memory, too.
func Test(t *testing.T, f engines.MachineFactory) {
	run(t, f, func(env engines.Env) (engines.StateMachine, error) { return memmachine.New(env.FS), nil })
}

// TestOwnForm is [Test] for machines whose snapshots have a form of their own.
func TestOwnForm(t *testing.T, f engines.MachineFactory) { run(t, f, f.Open) }

// run runs the cases, in which other opens the machine that snapshots come from and go to.
func run(t *testing.T, f engines.MachineFactory, other func(engines.Env) (engines.StateMachine, error)) {
	for _, c := range slices.Concat(applyCases(), readCases(), keepCases(), snapshotCases()) {
		t.Run(c.name, func(t *testing.T) {
			m := &subject{t: t, factory: f, other: other, env: newEnv(t, f.Needs)}
			m.open()
			c.run(m)
			m.succeed("close", m.Close())
		})
	}
}
