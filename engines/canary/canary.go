package canary

import "github.com/ackproof/ackproof/engines"

// Canary is an engine with one planted bug, and the same engine without it. The
// zero value has neither.
type Canary struct {
	// Name says what is wrong.
	Name string
	// About describes the bug, and where it was met.
	About string
	// Property is the ID of the promise that it breaks, as models names it.
	Property string
	// Profile is the only file system among ext4-ordered and strict-posix on
	// which the bug can be seen; "" means both.
	Profile string
	// Faults says that the bug can be seen only where calls of the file system fail.
	Faults bool

	planted, healthy engines.Factory
}

// Factory returns the engine with the bug, named "canary/" and the Name.
func (c Canary) Factory() engines.Factory {
	f := c.planted
	f.Name = "canary/" + c.Name
	return f
}

// Healthy returns the engine without the bug. Canaries that differ only in what
// is planted have the same healthy engine, and its name says so.
func (c Canary) Healthy() engines.Factory { return c.healthy }
