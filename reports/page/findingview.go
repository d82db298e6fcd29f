package page

import (
	"html/template"
)

// findingView is a finding as the template shows it. All texts are clean.
type findingView struct {
	ID     string
	Number int
	// Full says that there is a bundle behind it, and so data for the script.
	Full bool
	Data template.JS

	Engine, Profile, Property, Promise, Rule string
	Seed                                     uint64
	Sentence, Detail                         string
	Also                                     []string
	Known, Live                              bool
	// Notes are what to know before all else. Cause is the signature without the
	// property, KnownLine the line of a file of known causes.
	Notes            []string
	Cause, KnownLine string
	// States counts the states of the cause in words, "" for none.
	States string

	// Corruption is what went wrong with what was stored, nil for nothing.
	Corruption *corruption
	// Faults are the calls of the file system that a fault failed.
	Faults []firedFault
	// Needed says that the finding is gone if any one of Culprits is kept.
	Needed                   bool
	CulpritWord, CulpritNote string
	Culprits                 []culprit
	MoreCulprits             int
	MissingFsync             *missingFsync
	// NoFsync says why none helps; where that is "" and there is no MissingFsync,
	// NotSought says why none was looked for.
	NoFsync, NotSought string
	DecisiveEvent      *decisiveEvent
	Recovery           []place

	Crash, When    string
	Strip          []stripRun
	MoreStrip      int
	Points, Failed int

	Lives     []lifeView
	Events    []eventRow
	EventsAll int

	// Before heads what there was before.
	Before  string
	Log     []logRow
	MoreLog int
	Failure string

	// Stack and Words are the engine's own.
	Stack []string
	Words string

	Fates       []fateRow
	FateCounts  [3]int
	Files       []contents
	History     string
	Program     string
	Replay      string
	GoTest      string
	Issue       string
	EngineLog   string
	Environment []pair
}

// rank orders findings: a reader looks for what is new.
func (f findingView) rank() int {
	if f.Known {
		return 1
	}
	return 0
}
