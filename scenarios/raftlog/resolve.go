package raftlog

import (
	"fmt"

	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// Resolve returns the calls that s is, or its fault.
func (r *resolver) Resolve(s scenarios.Step) []scenarios.Action {
	if s.Kind.IsFault() {
		return []scenarios.Action{{Fault: &s}}
	}
	return r.split(r.call(s))
}

// call returns the call that s is.
func (r *resolver) call(s scenarios.Step) call {
	kind, ok := operations[s.Kind]
	if !ok {
		panic(fmt.Sprintf("raftlog: step %v is not one call", s.Kind))
	}
	op := logmodel.Op{Kind: kind}
	switch s.Kind {
	case Persist, Replace:
		if s.Again {
			return r.writeAgain(s)
		}
		return r.write(s)
	case Truncate:
		op.From = r.shape.cut(s.Count)
	case Purge:
		op.Cutoff = r.shape.purge(s)
	case Reset:
		r.shape.reset()
	case SaveHardState:
		op.HardState = r.shape.elect(s)
	case ReadEntry:
		op.From = r.shape.at(s.Position)
	case ReadRange:
		op.From = r.shape.at(s.Position)
		op.To = op.From + uint64(max(1, s.Count)) - 1
	}
	return call{op: op, cancelAfter: s.CancelAfter}
}
