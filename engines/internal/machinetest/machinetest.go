// Package machinetest reports whether a state machine follows the contract of package
// engines while nothing crashes: what each call takes, refuses, changes and gives back,
// and what a clean reopen finds. What survives a crash is not its concern.
package machinetest

import (
	"slices"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

// Test runs every case on machines of f, each in an empty place of its own, as a subtest.
func Test(t *testing.T, f engines.MachineFactory) {
	for _, c := range slices.Concat(applyCases(), readCases(), keepCases(), snapshotCases()) {
		t.Run(c.name, func(t *testing.T) {
			m := &subject{t: t, factory: f, env: newEnv(t, f.Needs)}
			m.open()
			c.run(m)
			m.succeed("close", m.Close())
		})
	}
}
