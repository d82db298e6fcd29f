package machines

import "github.com/ackproof/ackproof/engines"

// Canary is a state machine with one planted bug, and the same machine without it. The
// zero value has neither.
type Canary struct {
	// Name says what is wrong.
	Name string
	// About describes the bug.
	About string
	// Property is the ID of the promise that it breaks.
	Property string
	// Faults says that the bug can be seen only where calls of the file system fail.
	Faults bool

	planted, twin engines.MachineFactory
}

// Factory returns the machine with the bug, named "canary/" and the Name.
func (c Canary) Factory() engines.MachineFactory {
	f := c.planted
	f.Name = "canary/" + c.Name
	return f
}

// Twin returns the machine without the bug. Canaries that differ only in what is planted
// have the same twin, and its name says so.
func (c Canary) Twin() engines.MachineFactory { return c.twin }
