package raftlog

import (
	"github.com/ackproof/ackproof/models"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// ReadBack reads the log and the hard state, and adopts them.
func (r *resolver) ReadBack(read func(scenarios.Action) (models.Result, bool)) bool {
	var v logmodel.View
	for _, kind := range []scenarios.Kind{ReadBoundary, ReadHardState, ReadLastIndex, ReadRange} {
		if !r.Offers(scenarios.Step{Kind: kind}) {
			continue
		}
		op := &logmodel.Op{Kind: operations[kind]}
		if kind == ReadRange {
			op.From, op.To = 1, max(1, v.LastIndex)
		}
		got, ok := read(scenarios.Action{Op: op})
		if !ok {
			return false
		}
		addTo(&v, op.Kind, got.Answer.(*logmodel.Answer))
	}
	r.Adopt(r.contract, &v)
	return true
}

// addTo adds to a view what a call has read.
func addTo(v *logmodel.View, kind logmodel.Kind, got *logmodel.Answer) {
	switch kind {
	case logmodel.ReadBoundary:
		v.Boundary, v.HasBoundary = got.Boundary, got.OK
	case logmodel.ReadHardState:
		v.HardState, v.HasHardState = got.HardState, got.OK
	case logmodel.ReadLastIndex:
		v.LastIndex = got.LastIndex
	case logmodel.ReadRange:
		v.Entries = got.Entries
	}
}
