package node

import (
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

// Together returns what the clients do for s: a writer, then flushers and readers.
func (r *resolver) Together(s scenarios.Step) (out scenarios.Concurrent) {
	if s.Kind != scenarios.Concurrently {
		panic(fmt.Sprintf("node: step %v is no block", s.Kind))
	}
	first, last := r.boundary, r.last
	for _, inner := range s.Body {
		if inner.Kind.IsFault() || r.Offers(inner) {
			out.Writer = append(out.Writer, r.Resolve(inner)...)
		}
		first, last = min(first, r.boundary), max(last, r.last)
	}
	for range s.Flushers {
		out.Others = append(out.Others, slices.Repeat(flushes(), max(1, s.Flushes)))
	}
	for reader := range s.Readers {
		var reads []scenarios.Action
		for i := range max(1, s.Reads) {
			draw := scenarios.Mix(uint64(reader+1), uint64(i+1))
			op := model.Op{Machine: machine.Read(draw)}
			if draw>>40%2 == 0 {
				op = model.Op{Log: raftlog.Read(draw, first, last)}
			}
			reads = append(reads, scenarios.Action{Op: &op})
		}
		out.Others = append(out.Others, reads)
	}
	return out
}

// ReadBack reads how far the log and the machine are, and which snapshot there is, and
// adopts that.
func (r *resolver) ReadBack(read func(scenarios.Action) (models.Result, bool)) bool {
	var log logmodel.Answer
	for _, s := range []scenarios.Kind{raftlog.ReadBoundary, raftlog.ReadHardState, raftlog.ReadLastIndex} {
		if !r.Offers(scenarios.Step{Kind: s}) {
			continue
		}
		got, ok := read(r.read(scenarios.Step{Kind: s})[0])
		if !ok {
			return false
		}
		switch a := got.Answer.(*model.Answer).Log; s {
		case raftlog.ReadBoundary:
			log.Boundary = a.Boundary
		case raftlog.ReadHardState:
			log.HardState = a.HardState
		default:
			log.LastIndex = a.LastIndex
		}
	}
	applied, ok := read(ofMachine(machinemodel.Op{Kind: machinemodel.ReadApplied})[0])
	if !ok {
		return false
	}
	metadata, ok := read(ofMachine(machinemodel.Op{Kind: machinemodel.ReadMetadata})[0])
	if !ok {
		return false
	}
	r.hard, r.last, r.applied = log.HardState, log.LastIndex, applied.Answer.(*model.Answer).Machine.Applied.Index
	if r.boundary = min(r.boundary, r.last); r.contract.Log.KeepsBoundary {
		r.boundary = log.Boundary.Index
	}
	r.keep(metadata.Answer.(*model.Answer).Machine.Metadata)
	return true
}

// keep keeps the snapshot that the metadata name, nil for none: the first at that position,
// as a later one may have been refused.
func (r *resolver) keep(metadata *engines.SnapshotMetadata) {
	i := slices.IndexFunc(r.snapshots, func(s snapshot) bool { return metadata != nil && s.at == metadata.LastIncluded })
	if i < 0 {
		r.snapshots = nil
		return
	}
	r.snapshots = []snapshot{{name: r.snapshots[i].name, at: r.snapshots[i].at}}
}
