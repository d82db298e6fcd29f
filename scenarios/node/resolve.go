package node

import (
	"github.com/ackproof/ackproof/engines"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// Resolve returns the calls that s is, in the order in which they keep what they rely on.
func (r *resolver) Resolve(s scenarios.Step) []scenarios.Action {
	if s.Kind.IsFault() {
		return []scenarios.Action{{Fault: &s}}
	}
	out := r.actions(s)
	for i := range out {
		out[i].CancelAfter = s.CancelAfter
		// A purge relies on a snapshot, which may be that of a step before.
		out[i].Dependent = i > 0 || out[i].Op.Word() == logmodel.Purge.String()
	}
	return out
}

func (r *resolver) actions(s scenarios.Step) []scenarios.Action {
	switch s.Kind {
	case Persist:
		return r.persist(s)
	case Apply:
		return r.apply(s)
	case Snapshot:
		return r.snapshot()
	case Compact:
		return r.compact()
	case Install:
		return r.install()
	case Flush:
		return flushes()
	case raftlog.SaveHardState:
		return ofLog(logmodel.Op{Kind: logmodel.SaveHardState, HardState: r.elect(s)})
	}
	return r.read(s)
}

// elect returns the hard state that s saves. A vote once given in a term binds.
func (r *resolver) elect(s scenarios.Step) engines.HardState {
	next := engines.HardState{Term: max(r.hard.Term, r.committed.LastTerm()) + uint64(max(0, s.Raise)), Vote: uint64(max(0, s.Vote))}
	if next.Term == r.hard.Term && r.hard.Vote != 0 {
		next.Vote = r.hard.Vote
	}
	r.hard = next
	return next
}
