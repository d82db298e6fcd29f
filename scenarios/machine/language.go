// Package machine is the programs of state machines.
//
//	apply N [back=B] [terms=T] [size=S] [fill=F]
//		apply the next N committed entries, and before them in the same chunk the B
//		that were applied last, which come again
//	apply again
//		apply once more the chunk that was applied last
//	update-applied N | persist-applied N
//		move the last applied position past N entries that are not for the machine
//	generate | generate over=last
//		write a snapshot to a new file, or to that of the last one
//	update-metadata | persist-metadata
//		keep the metadata of the snapshot that was generated last
//	restore [back=B] [harm=flipped-byte|cut|other-version]
//		restore from the snapshot that was generated last but B, or from a copy that was
//		harmed
//	reset | flush | save-hard-state | stop | start
//	get K | get-multi K N | scan
//		read the K-th key, N from there on, or all
//	read-applied | read-metadata | read-len
//	read-term B
//		read the term of the entry that was applied last but B
//
// There is one log of committed entries: what stands at an index is the same whenever it is
// applied, also after a crash or a reset. So the state at an index is always the same.
//
// What one step writes, the next one may find lost or refused: then it does what is left to
// do. A snapshot that nobody generated is not restored.
package machine

import (
	"embed"

	"github.com/ackproof/ackproof/scenarios"
)

//go:embed first-open.txt first-open-dir-missing.txt every-call.txt named/*.txt corpus/*.txt
var texts embed.FS

// Language is what programs of a state machine are written in.
var Language = scenarios.Language{
	Words: []scenarios.Kind{
		Apply, UpdateApplied, PersistApplied, Generate, UpdateMetadata, PersistMetadata, Restore, Reset,
		Flush, SaveHardState, Stop, Start, Get, GetMulti, Scan, ReadApplied, ReadMetadata, ReadTerm, ReadLen,
	},
	Weights:     weights,
	Draw:        drawFeatures,
	Write:       scenarios.Step{Kind: Apply, Count: 1},
	Flush:       scenarios.Step{Kind: Flush},
	Texts:       texts,
	NewResolver: NewResolver,
}

// MustParse reads a program of a state machine that is part of the source; it panics on an
// error.
func MustParse(text string) scenarios.Program { return Language.MustParse(text) }
