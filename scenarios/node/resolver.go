package node

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
	machinemodel "github.com/ackproof/ackproof/models/machine"
	model "github.com/ackproof/ackproof/models/node"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/machine"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// resolver keeps what the log holds, how far the machine is, and which snapshots there are.
type resolver struct {
	contract model.Contract
	// committed are the entries, whether or not the log holds them.
	committed machine.Committed
	// boundary is the last index that was purged, last the log's last.
	boundary, last uint64
	hard           engines.HardState
	applied        uint64
	// snapshots are in the order of their making, made counts their names.
	snapshots []snapshot
	made      int
}

// snapshot is a file that was generated, at a position. It is durable, and its metadata are,
// if the step that made it returned in this process: of what is only shown nobody knows.
type snapshot struct {
	name    string
	at      engines.LogID
	durable bool
}

// snapshotName is the form of names; no name comes twice, as the metadata still tell of the
// old file while a new one is written.
const snapshotName = "snapshot-%d"

// NewResolver returns a resolver for a node that is fresh. The Input of its actions is the
// entries that a call writes or applies, []engines.Entry.
func NewResolver() scenarios.Resolver { return &resolver{} }

// Adopt takes what the node is held to, and what it has from what it showed. Of the
// snapshots there is the one that the metadata name.
func (r *resolver) Adopt(c models.Contract, v models.View) {
	r.contract = c.(model.Contract)
	log, machine := &v.(*model.View).Log, &v.(*model.View).Machine
	r.boundary, r.last, r.hard, r.applied = log.LastIndex, log.LastIndex, log.HardState, machine.LastApplied.Index
	if len(log.Entries) > 0 {
		r.boundary = max(1, log.Entries[0].Index) - 1
	}
	r.learn(log, machine)
	r.snapshots = nil
	for _, f := range machine.Files {
		var number int
		if _, err := fmt.Sscanf(f.Name, snapshotName, &number); err == nil {
			r.made = max(r.made, number)
		}
		if machine.HasMetadata && f.Checksum == machine.Metadata.Checksum {
			r.snapshots = []snapshot{{name: f.Name, at: machine.Metadata.LastIncluded}}
		}
	}
}

// learn takes the terms of entries that were made before the program.
func (r *resolver) learn(log *logmodel.View, machine *machinemodel.View) {
	const believedMax = 1 << 20 // a node that shows more is refuted, and needs no entries
	known := []engines.LogID{log.Boundary, machine.LastApplied, machine.Metadata.LastIncluded, {Index: r.last}}
	for _, e := range log.Entries {
		known = append(known, engines.LogID{Index: e.Index, Term: e.Term})
	}
	slices.SortFunc(known, func(a, b engines.LogID) int {
		return cmp.Or(cmp.Compare(a.Index, b.Index), cmp.Compare(b.Term, a.Term))
	})
	for _, id := range known {
		if id.Index <= believedMax {
			r.committed.Learn(engines.LogID{Index: id.Index, Term: max(id.Term, r.committed.LastTerm(), 1)})
		}
	}
	r.last, r.applied = min(r.last, believedMax), min(r.applied, believedMax)
}

// Offers reports whether the log has the operations for s.
func (r *resolver) Offers(s scenarios.Step) bool {
	without := r.contract.Log.Without
	switch s.Kind {
	case Compact, raftlog.ReadBoundary:
		return !without.Purge
	case Install:
		return !without.Purge && !without.Reset
	case raftlog.SaveHardState, raftlog.ReadHardState:
		return !without.HardState
	}
	return true
}

func ofLog(op logmodel.Op) []scenarios.Action {
	return []scenarios.Action{{Op: &model.Op{Log: &op}}}
}

func ofMachine(op machinemodel.Op) []scenarios.Action {
	return []scenarios.Action{{Op: &model.Op{Machine: &op}}}
}
