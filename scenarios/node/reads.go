package node

import (
	"fmt"

	machinemodel "github.com/ackproof/ackproof/models/machine"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/machine"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// read returns the call that a step is which reads.
func (r *resolver) read(s scenarios.Step) []scenarios.Action {
	from := r.boundary + uint64(max(0, s.Position))
	switch s.Kind {
	case raftlog.ReadEntry:
		return ofLog(logmodel.Op{Kind: logmodel.ReadEntry, From: from})
	case raftlog.ReadRange:
		return ofLog(logmodel.Op{Kind: logmodel.ReadRange, From: from, To: from + uint64(max(1, s.Count)) - 1})
	case raftlog.ReadLastIndex:
		return ofLog(logmodel.Op{Kind: logmodel.ReadLastIndex})
	case raftlog.ReadHardState:
		return ofLog(logmodel.Op{Kind: logmodel.ReadHardState})
	case raftlog.ReadBoundary:
		return ofLog(logmodel.Op{Kind: logmodel.ReadBoundary})
	case machine.Get:
		return ofMachine(machinemodel.Op{Kind: machinemodel.Get, Key: string(machine.Key(s.Position))})
	case machine.Scan:
		return ofMachine(machinemodel.Op{Kind: machinemodel.Scan})
	case machine.ReadApplied:
		return ofMachine(machinemodel.Op{Kind: machinemodel.ReadApplied})
	case machine.ReadMetadata:
		return ofMachine(machinemodel.Op{Kind: machinemodel.ReadMetadata})
	}
	panic(fmt.Sprintf("node: step %v is no call", s.Kind))
}
