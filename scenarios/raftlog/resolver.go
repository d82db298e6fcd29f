package raftlog

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// resolver keeps the shape of the log. The Input of its actions is a write's entries,
// []engines.Entry.
type resolver struct {
	contract logmodel.Contract
	shape    shape
	// payloads are those of all entries ever made: an index and a term name one
	// for good, though the log may have lost it since.
	payloads map[engines.LogID]payload
	// written are the positions of the entries that a step wrote last.
	written []engines.LogID
}

// payload is what the payload of an entry is, by its position.
type payload struct {
	sizeBytes int
	fill      scenarios.Fill
}

// NewResolver returns a resolver for an engine that is fresh and held to
// nothing. The Input of its actions is the entries that a call writes, []engines.Entry.
func NewResolver() scenarios.Resolver { return &resolver{payloads: map[engines.LogID]payload{}} }

// operations are the calls that steps are.
var operations = map[scenarios.Kind]logmodel.Kind{
	Persist: logmodel.Persist, Replace: logmodel.Replace, Truncate: logmodel.Truncate, Purge: logmodel.Purge,
	Reset: logmodel.Reset, Flush: logmodel.Flush, SaveHardState: logmodel.SaveHardState, FlushMeta: logmodel.FlushMeta,
	ReadEntry: logmodel.ReadEntry, ReadRange: logmodel.ReadRange, ReadLastIndex: logmodel.ReadLastIndex,
	ReadHardState: logmodel.ReadHardState, ReadBoundary: logmodel.ReadBoundary,
	ReadDurableIndex: logmodel.ReadDurableIndex,
}

// Adopt takes what the engine is held to, and the shape of the log from what it showed.
func (r *resolver) Adopt(c models.Contract, v models.View) {
	r.contract = c.(logmodel.Contract)
	r.shape = shapeOf(*v.(*logmodel.View), r.contract.AcceptsGaps)
}

// Offers reports whether the engine has the operations for s.
func (r *resolver) Offers(s scenarios.Step) bool {
	without := r.contract.Without
	switch s.Kind {
	case Replace: // it may be a truncate, and a persist then
		return !without.Truncate || s.Count > 0 && !r.contract.OverwriteKeepsTail
	case Truncate:
		return !without.Truncate
	case Purge, ReadBoundary:
		return !without.Purge
	case Reset:
		return !without.Reset
	case ReadDurableIndex:
		return r.contract.DurableIndex
	case SaveHardState, FlushMeta, ReadHardState:
		return !without.HardState
	}
	return true
}
