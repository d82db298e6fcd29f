// Package node is the programs of a Raft node's storage: a log and a state machine together.
//
//	persist N [size=S] [fill=F]
//		write the next N committed entries to the log, with commands as payloads
//	apply N
//		apply the next N entries that the log holds. A machine that stands before the log's
//		first entry is restored from its last snapshot first
//	snapshot
//		write a snapshot to a new file, make it durable, and keep its metadata, durably
//	compact
//		the same, unless there is one of this state, and then purge the log up to it
//	install
//		start over from the last snapshot, as a follower does that was sent one: empty the
//		log and the machine, restore, make that durable, and purge the log up to it
//	flush
//		flush the log, then the machine
//	save-hard-state [term=+N] [vote=V]
//		of the log; entries carry the newest term
//	read-entry P | read-range P N | read-last-index | read-hard-state | read-boundary
//	get K | scan | read-applied | read-metadata
//
// There is one log of committed entries, as in programs of a state machine alone. A step that
// is several calls flushes between them where a part does not claim that the call before is
// durable; it ends where one is refused; and a power failure in it, as in
//
//	crash in compact after event 9 lose=everything
//
// counts the events of all its calls. What a step needs and is not there, such as a snapshot
// to install, makes it nothing.
package node

import (
	"embed"

	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/machine"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

//go:embed first-open.txt first-open-dir-missing.txt every-call.txt named/*.txt corpus/*.txt
var texts embed.FS

// Language is what programs of a node are written in.
var Language = scenarios.Language{
	Words: []scenarios.Kind{
		Persist, Apply, Snapshot, Compact, Install, Flush, raftlog.SaveHardState,
		raftlog.ReadEntry, raftlog.ReadRange, raftlog.ReadLastIndex, raftlog.ReadHardState, raftlog.ReadBoundary,
		machine.Get, machine.Scan, machine.ReadApplied, machine.ReadMetadata,
	},
	Weights:     weights,
	Draw:        drawFeatures,
	Write:       scenarios.Step{Kind: Persist, Count: 1},
	Flush:       scenarios.Step{Kind: Flush},
	Texts:       texts,
	NewResolver: NewResolver,
}

// MustParse reads a program of a node that is part of the source; it panics on an error.
func MustParse(text string) scenarios.Program { return Language.MustParse(text) }
