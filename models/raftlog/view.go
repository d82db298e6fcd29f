package raftlog

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// View is everything that an engine shows of its log and hard state.
type View struct {
	// Boundary is the purge boundary, if HasBoundary.
	Boundary    engines.LogID
	HasBoundary bool
	LastIndex   uint64
	// Entries are all that the log returned, in the order in which it did.
	Entries []Entry
	// HardState is the saved one, if HasHardState.
	HardState    engines.HardState
	HasHardState bool
}

// Probe is the entry that is appended after a recovery.
type Probe struct{ Entry }

// viewOf returns v, the zero value for nil.
func viewOf(v models.View) *View {
	if v, ok := v.(*View); ok {
		return v
	}
	return &View{}
}
