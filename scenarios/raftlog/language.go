package raftlog

import (
	"embed"

	"github.com/ackproof/ackproof/models"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

//go:embed first-open.txt first-open-dir-missing.txt every-call.txt named/*.txt corpus/*.txt durable-index/*.txt
var texts embed.FS

// Language is what programs of a log are written in.
var Language = scenarios.Language{
	Words: []scenarios.Kind{
		Persist, Replace, Truncate, Purge, Reset, Flush, SaveHardState, FlushMeta,
		ReadEntry, ReadRange, ReadLastIndex, ReadHardState, ReadBoundary, ReadDurableIndex,
	},
	Weights:     weights,
	Draw:        drawFeatures,
	Write:       scenarios.Step{Kind: Persist, Count: 1},
	Flush:       scenarios.Step{Kind: Flush},
	Abilities:   []scenarios.Ability{durableIndex},
	Texts:       texts,
	NewResolver: NewResolver,
}

// durableIndex is the ability to say how much is durable.
var durableIndex = scenarios.Ability{
	Has:    func(c models.Contract) bool { return c.(logmodel.Contract).DurableIndex },
	Weight: scenarios.Weight{Kind: ReadDurableIndex, Weight: 4},
	Folder: "durable-index",
}

// MustParse reads a program of a log that is part of the source; it panics on an error.
func MustParse(text string) scenarios.Program { return Language.MustParse(text) }
