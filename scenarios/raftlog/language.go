package raftlog

import (
	"embed"

	"github.com/ackproof/ackproof/scenarios"
)

//go:embed first-open.txt first-open-dir-missing.txt every-call.txt named/*.txt corpus/*.txt
var texts embed.FS

// Language is what programs of a log are written in.
var Language = scenarios.Language{
	Words: []scenarios.Kind{
		Persist, Replace, Truncate, Purge, Reset, Flush, SaveHardState, FlushMeta,
		ReadEntry, ReadRange, ReadLastIndex, ReadHardState, ReadBoundary,
	},
	Weights:     weights,
	Draw:        drawFeatures,
	Write:       scenarios.Step{Kind: Persist, Count: 1},
	Flush:       scenarios.Step{Kind: Flush},
	Texts:       texts,
	NewResolver: NewResolver,
}

// MustParse reads a program of a log that is part of the source; it panics on an error.
func MustParse(text string) scenarios.Program { return Language.MustParse(text) }
