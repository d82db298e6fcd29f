package page

import (
	"encoding/json"
	"html/template"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
)

// findingData is what the script reads of a finding.
type findingData struct {
	Lives        []timeline        `json:"lives"`
	Point        int               `json:"point"` // -1 without a crash
	Strip        [][3]int          `json:"strip"` // point, visited, failing
	Culprits     []culpritData     `json:"culprits"`
	MissingFsync *missingFsyncData `json:"missingFsync"`
	Fates        fates             `json:"fates"`
	Files        []contents        `json:"files"`
}

type culpritData struct {
	Letter string `json:"letter"`
	Event  int    `json:"event"`
	Effect int    `json:"effect"`
	Said   string `json:"said"`
}

type missingFsyncData struct {
	What   string `json:"what"`
	After  int    `json:"after"`
	Before int    `json:"before"`
}

func newFindingView(e *exhibit) (findingView, error) {
	x := e.explanation()
	b := e.Case
	f := plainFindingView(reports.Report{Engine: b.Engine, Profile: b.Life.Profile.String(), Seed: uint64(b.Seed)}, e.plain)
	f.Full, f.Live = true, b.Live
	if x.Sentence != "" && x.Sentence != b.Sentence() {
		if !strings.Contains(x.Sentence, b.Sentence()) {
			f.Detail = f.Sentence
		}
		f.Sentence = block(x.Sentence)
	}
	f.Corruption.addFrames(b.Life)
	f.Faults = e.faults(x.Faults)
	f.Needed = b.Shrunk()
	f.CulpritWord, f.CulpritNote = "Culprit", "Keep any one of these whole, and the finding is gone."
	if !f.Needed {
		f.CulpritWord, f.CulpritNote = "Lost write", "Everything that the crash lost. Which part of it matters was not tested."
	}
	f.Culprits = e.culprits(x.Culprits)
	f.MoreCulprits = len(x.Culprits) - len(f.Culprits)
	f.MissingFsync, f.NoFsync, f.NotSought = e.missingFsync(x.MissingFsync, f.Culprits), line(x.NoFsync), e.notSought()
	f.DecisiveEvent, f.Recovery = e.decisiveEvent(x.DecisiveEvent, slices.Clip(f.Culprits), f.Faults), places(x.Recovery)
	f.Strip, f.MoreStrip = stripRuns(x.ByPoint)
	f.Points = len(x.ByPoint)
	for _, p := range x.ByPoint {
		if p.Failing > 0 {
			f.Failed++
		}
	}
	fates := e.fates()
	f.Fates, f.FateCounts = fates.rows(e), fates.counts()
	f.Files = e.contents(x.Culprits)
	f.Events, f.EventsAll = e.eventRows(fates), len(e.Case.Life.Journal.Events)
	f.History, f.EngineLog = bounded(e.History), block(b.Life.Log)
	f.Replay, f.GoTest = e.replayCommand(), GoTest(b, e.Builtin)
	f.Environment = pairs(b.Build)
	f.Issue = f.issue()
	var err error
	f.Data, err = embedded(e.data(x, f.MissingFsync, fates, f.Files))
	return f, err
}

// data returns what the script needs.
func (e *exhibit) data(x *evidence.Explanation, b *missingFsync, fates fates, files []contents) findingData {
	d := findingData{Point: -1, Strip: [][3]int{}, Culprits: []culpritData{}, Fates: fates, Files: files}
	if e.crashes() {
		d.Point = e.Case.State.Point
	}
	for _, p := range x.ByPoint {
		d.Strip = append(d.Strip, [3]int{p.Point, p.Visited, p.Failing})
	}
	d.Culprits = append(d.Culprits, e.culpritData(x)...)
	if b != nil {
		d.MissingFsync = &missingFsyncData{b.What, b.After, b.Before}
	}
	lives := e.Case.Life.Lives()
	for i, l := range lives {
		crash := d.Point
		if i+1 < len(lives) {
			crash = lives[i+1].Crash.Point
		}
		results := map[int]string{}
		for _, c := range e.plain.Lives[i].Calls {
			results[c.ID] = c.Result
		}
		d.Lives = append(d.Lives, newTimeline(l, results, crash))
	}
	return d
}

// culpritData returns what the timeline marks: what was lost, or wrote what was corrupted.
func (e *exhibit) culpritData(x *evidence.Explanation) (out []culpritData) {
	said := "lost: whether that matters was not tested."
	if e.Case.Shrunk() {
		said = "culprit: without this loss the finding is gone."
	}
	for i, c := range x.Culprits[:min(len(x.Culprits), culpritsShown)] {
		out = append(out, culpritData{letter(i), c.Event, int(c.Effect), said})
	}
	if e.plain.Corruption != nil {
		for i, w := range e.plain.Corruption.Writes[:min(len(e.plain.Corruption.Writes), culpritsShown)] {
			out = append(out, culpritData{letter(i), w.Event, -1, "what this wrote was corrupted."})
		}
	}
	return out
}

// embedded returns v as JSON that can stand in a script element: encoding/json
// writes <, >, &, U+2028 and U+2029 as escapes and replaces what is no UTF-8, so
// no text in it can end the element or begin a comment (HTML, 4.12.1.3).
func embedded(v any) (template.JS, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return template.JS(text), nil
}
