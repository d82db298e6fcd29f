package harness

import (
	"fmt"
	"slices"
)

// Faults says which faults a run tries.
type Faults string

const (
	// FaultsNone tries none, as the zero value does.
	FaultsNone Faults = "none"
	// FaultsShare has each kind of file-system call that an engine makes in a kind of step
	// fail in the ways that matter most, in one program; each of Config.FaultsEvery is tried.
	FaultsShare Faults = "share"
	// FaultsIO has every call of all programs fail in every way, but for lack of space.
	FaultsIO Faults = "io"
	// FaultsSpace has every call of them fail that needs space, and fills the disk at every
	// step.
	FaultsSpace Faults = "space"
	// FaultsAll tries all of that.
	FaultsAll Faults = "all"
)

// CheckFaults returns why a text is no Faults, nil if it is one.
func CheckFaults(f Faults) error {
	if all := []Faults{"", FaultsNone, FaultsShare, FaultsIO, FaultsSpace, FaultsAll}; !slices.Contains(all, f) {
		return fmt.Errorf("faults %q: want none, share, io, space or all", f)
	}
	return nil
}
