package machine

import (
	"slices"
	"strings"

	model "github.com/ackproof/ackproof/models/machine"
	"github.com/ackproof/ackproof/scenarios"
)

// The kinds of steps of a state machine, one call each.
var (
	// Apply applies the last Back entries again, and Count more, in one chunk; with Again
	// the last chunk once more.
	Apply = &scenarios.Word{
		Name: "apply", Call: true, Writes: true, Again: again, Simpler: simplerApplies,
		Arguments: []scenarios.Argument{
			orAgain(scenarios.Position("entries to apply", scenarios.EntriesLimit, count)),
			scenarios.Option("back", scenarios.DistanceLimit, 0, back),
			scenarios.Option("terms", scenarios.EntriesLimit, 1, func(s *scenarios.Step) *int { return &s.Terms }),
			scenarios.SizesOption(), scenarios.FillOption(),
		},
		Weighs: weighAgain,
	}
	// UpdateApplied moves the last applied position on by Count, in memory.
	UpdateApplied = &scenarios.Word{Name: "update-applied", Call: true, Arguments: skipped()}
	// PersistApplied does so and makes it durable.
	PersistApplied = &scenarios.Word{Name: "persist-applied", Call: true, Arguments: skipped()}
	// Generate writes a snapshot to a new file; with Again to the newest.
	Generate = &scenarios.Word{
		Name: "generate", Call: true, Arguments: []scenarios.Argument{mayBeAgain()}, Simpler: simplerGenerates, Weighs: weighAgain,
	}
	// UpdateMetadata replaces the metadata by that of the newest snapshot, in memory.
	UpdateMetadata = &scenarios.Word{Name: "update-metadata", Call: true}
	// PersistMetadata does so and makes it durable.
	PersistMetadata = &scenarios.Word{Name: "persist-metadata", Call: true}
	// Restore replaces everything by the newest snapshot but Back, or by a copy of it that
	// suffered Harm.
	Restore = &scenarios.Word{
		Name: "restore", Call: true, Simpler: simplerRestores,
		Arguments: []scenarios.Argument{scenarios.Option("back", scenarios.DistanceLimit, 0, back), harmArgument()},
		Weighs:    func(s scenarios.Step) int64 { return int64(s.Harm) },
	}
	// Reset empties the machine.
	Reset = &scenarios.Word{Name: "reset", Call: true}
	// Flush makes all durable.
	Flush = &scenarios.Word{Name: "flush", Call: true}
	// SaveHardState does so too.
	SaveHardState = &scenarios.Word{Name: "save-hard-state", Call: true}
	// Stop ends serving.
	Stop = &scenarios.Word{Name: "stop", Call: true}
	// Start begins it again.
	Start = &scenarios.Word{Name: "start", Call: true}
	// Get reads the key at Position.
	Get = &scenarios.Word{Name: "get", Call: true, Reads: true, Arguments: []scenarios.Argument{keyArgument()}}
	// GetMulti reads Count keys from that at Position on.
	GetMulti = &scenarios.Word{
		Name: "get-multi", Call: true, Reads: true,
		Arguments: []scenarios.Argument{keyArgument(), scenarios.Position("keys to read", scenarios.DistanceLimit, count)},
	}
	// Scan reads all keys.
	Scan = &scenarios.Word{Name: "scan", Call: true, Reads: true}
	// ReadApplied reads the last applied position.
	ReadApplied = &scenarios.Word{Name: "read-applied", Call: true, Reads: true}
	// ReadMetadata reads the metadata of the last snapshot.
	ReadMetadata = &scenarios.Word{Name: "read-metadata", Call: true, Reads: true}
	// ReadTerm reads the term of the last applied entry but Back.
	ReadTerm = &scenarios.Word{
		Name: "read-term", Call: true, Reads: true,
		Arguments: []scenarios.Argument{scenarios.Position("entries after it", scenarios.DistanceLimit, back)},
	}
	// ReadLen reads how many keys there are.
	ReadLen = &scenarios.Word{Name: "read-len", Call: true, Reads: true}
)

func count(s *scenarios.Step) *int { return &s.Count }

func back(s *scenarios.Step) *int { return &s.Back }

func skipped() []scenarios.Argument {
	return []scenarios.Argument{scenarios.Position("entries to pass", scenarios.EntriesLimit, count)}
}

func keyArgument() scenarios.Argument {
	return scenarios.Position("the key's place", scenarios.DistanceLimit, func(s *scenarios.Step) *int { return &s.Position })
}

const againWord = "again"

// orAgain is number, or the word again instead.
func orAgain(number scenarios.Argument) scenarios.Argument {
	read, write := number.Read, number.Write
	number.Want += ", or " + againWord
	number.Read = func(s *scenarios.Step, text string) bool {
		s.Again = text == againWord
		return s.Again || read(s, text)
	}
	number.Write = func(s scenarios.Step) string {
		if s.Again {
			return againWord
		}
		return write(s)
	}
	return number
}

// mayBeAgain is over=last, for a step that writes again where the last one wrote.
func mayBeAgain() scenarios.Argument {
	const last = "last"
	return scenarios.Argument{
		Key: "over", Want: last,
		Read: func(s *scenarios.Step, text string) bool {
			s.Again = text == last
			return s.Again
		},
		Write: func(s scenarios.Step) string {
			if s.Again {
				return last
			}
			return ""
		},
	}
}

// harms are what can have happened to a file, by the numbers of Step.Harm.
var harms = []model.Harm{model.Unharmed, model.FlippedByte, model.Cut, model.OtherVersion}

func harmArgument() scenarios.Argument {
	var words []string
	for _, h := range harms {
		words = append(words, h.String())
	}
	return scenarios.Argument{
		Key: "harm", Want: strings.Join(words[1:], " or "),
		Read: func(s *scenarios.Step, text string) bool {
			s.Harm = slices.Index(words, text)
			return s.Harm > 0
		},
		Write: func(s scenarios.Step) string {
			if s.Harm <= 0 || s.Harm >= len(words) {
				return ""
			}
			return words[s.Harm]
		},
	}
}

func weighAgain(s scenarios.Step) int64 {
	if s.Again {
		return 1
	}
	return 0
}

func again(apply scenarios.Step) scenarios.Step {
	return scenarios.Step{Kind: apply.Kind, Again: true, Terms: 1}
}

func simplerApplies(s scenarios.Step) [][]scenarios.Step {
	if !s.Again {
		return nil
	}
	return [][]scenarios.Step{{{Kind: s.Kind, Back: 1, Terms: 1, CancelAfter: s.CancelAfter}}}
}

func simplerGenerates(s scenarios.Step) [][]scenarios.Step {
	if !s.Again {
		return nil
	}
	return [][]scenarios.Step{{{Kind: s.Kind, CancelAfter: s.CancelAfter}}}
}

func simplerRestores(s scenarios.Step) (out [][]scenarios.Step) {
	for harm := range s.Harm {
		out = append(out, []scenarios.Step{{Kind: s.Kind, Back: s.Back, Harm: harm, CancelAfter: s.CancelAfter}})
	}
	return out
}
