package node

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/engines"
	machinemodel "github.com/ackproof/ackproof/models/machine"
	model "github.com/ackproof/ackproof/models/node"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// commandBytes is what a command has beside its value, at most.
const commandBytes = 64

// persist writes the next committed entries, in batches that the log takes.
func (r *resolver) persist(s scenarios.Step) (out []scenarios.Action) {
	limits := r.contract.Log.Limits
	if most := limits.PayloadMaxBytes(); most > 0 {
		s = scenarios.Program{s}.Lighter(max(0, most-commandBytes))[0]
	}
	left := r.committed.Chunk(r.last+1, max(0, s.Count), r.hard.Term, s)
	for len(left) > 0 {
		n := limits.Fitting(left)
		batch := left[:n:n]
		op := &logmodel.Op{Kind: logmodel.Persist, Entries: logmodel.EntriesOf(batch)}
		out = append(out, scenarios.Action{Op: &model.Op{Log: op}, Input: batch})
		left = left[n:]
	}
	r.last += uint64(max(0, s.Count))
	return out
}

// apply applies what the log holds. Where that begins after the machine's position, a crash
// has left the machine behind the snapshot that the log was purged for.
func (r *resolver) apply(s scenarios.Step) (out []scenarios.Action) {
	if r.applied < r.boundary {
		out = r.restore()
	}
	count := min(uint64(max(0, s.Count)), r.last-min(r.applied, r.last))
	if count == 0 || r.applied < r.boundary {
		return out
	}
	chunk := r.committed.Chunk(r.applied+1, int(count), 0, s)
	r.applied += count
	return append(out, scenarios.Action{Op: &model.Op{Machine: machinemodel.ApplyOf(chunk)}, Input: chunk})
}

// snapshot makes a snapshot and then its metadata durable: metadata without the file would
// take the place of those of a snapshot that is there. A machine that a crash left behind the
// last one is restored first, or else the new one would be older. There is no snapshot of an
// empty machine.
func (r *resolver) snapshot() (out []scenarios.Action) {
	if len(r.snapshots) > 0 && r.applied < r.newest().at.Index {
		out = r.restore()
	}
	if r.applied == 0 || r.applied < r.boundary || r.isSaved() {
		return out
	}
	r.made++
	made := snapshot{fmt.Sprintf(snapshotName, r.made), r.committed.ID(r.applied), true}
	r.snapshots = append(slices.Clone(r.snapshots), made)
	flushed := r.flushedUnless(!r.contract.Machine.PersistNeedsFlush)
	return slices.Concat(
		out, ofMachine(machinemodel.Op{Kind: machinemodel.Generate, Name: made.name, Position: made.at}), flushed,
		ofMachine(machinemodel.Op{
			Kind: machinemodel.PersistMetadata, Name: made.name, Metadata: engines.SnapshotMetadata{LastIncluded: made.at},
		}), flushed,
	)
}

// isSaved reports whether there is a durable snapshot of what the machine stands at.
func (r *resolver) isSaved() bool {
	return len(r.snapshots) > 0 && r.newest().durable && r.newest().at.Index == r.applied
}

func (r *resolver) newest() snapshot { return r.snapshots[len(r.snapshots)-1] }

// compact purges the log up to a durable snapshot.
func (r *resolver) compact() []scenarios.Action {
	out := r.snapshot()
	if !r.isSaved() {
		return out
	}
	return append(out, r.purge()...)
}

// purge purges the log up to the machine's position, which is durable.
func (r *resolver) purge() []scenarios.Action {
	if r.applied <= r.boundary {
		return nil
	}
	r.boundary, r.last = r.applied, max(r.last, r.applied)
	return ofLog(logmodel.Op{Kind: logmodel.Purge, Cutoff: r.committed.ID(r.applied)})
}

// restore restores the newest snapshot and makes that durable. A machine that is ahead would
// refuse it.
func (r *resolver) restore() []scenarios.Action {
	if len(r.snapshots) == 0 || r.newest().at.Index < r.applied {
		return nil
	}
	from := r.newest()
	r.applied = from.at.Index
	op := machinemodel.Op{Kind: machinemodel.Restore, Name: from.name, Metadata: engines.SnapshotMetadata{LastIncluded: from.at}}
	return append(ofMachine(op), r.flushedUnless(r.contract.Machine.RestoreDurable)...)
}

// install starts over from the newest snapshot. The log is empty for good before the machine
// is emptied, and is purged when the machine is restored for good: in between nothing was
// purged that is missed.
func (r *resolver) install() []scenarios.Action {
	if len(r.snapshots) == 0 {
		return nil
	}
	out := ofLog(logmodel.Op{Kind: logmodel.Reset})
	if !r.contract.Log.MutationsDurable {
		out = append(out, ofLog(logmodel.Op{Kind: logmodel.Flush})...)
	}
	r.boundary, r.last, r.applied = 0, 0, 0
	out = append(out, ofMachine(machinemodel.Op{Kind: machinemodel.Reset})...)
	return slices.Concat(out, r.restore(), r.purge())
}

// flushedUnless returns a flush of the machine, unless what came before is durable.
func (r *resolver) flushedUnless(durable bool) []scenarios.Action {
	if durable {
		return nil
	}
	return ofMachine(machinemodel.Op{Kind: machinemodel.Flush})
}

func flushes() []scenarios.Action {
	return append(ofLog(logmodel.Op{Kind: logmodel.Flush}), ofMachine(machinemodel.Op{Kind: machinemodel.Flush})...)
}
