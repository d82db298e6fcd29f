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
	Confirmed, Live                          bool

	CulpritWord, CulpritNote string
	Culprits                 []culprit
	MoreCulprits             int
	MissingFsync             *missingFsync
	NoFsync                  string
	DecisiveEvent            *decisiveEvent
	Recovery                 []place

	Crash, When    string
	Strip          []stripRun
	MoreStrip      int
	Points, Failed int

	Lives     []lifeView
	Events    []eventRow
	EventsAll int

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
