package page

import (
	"html/template"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/reports"
)

// findingView is a finding as the template shows it. All texts are clean.
type findingView struct {
	ID     string
	Number int
	// Full tells that there is a bundle behind it, and so data for the script.
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
	Barrier                  *barrier
	NoBarrier                string
	Turn                     *turn
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
	Stack   []string

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

// findingData is what the script reads of a finding.
type findingData struct {
	Lives    []timeline    `json:"lives"`
	Point    int           `json:"point"` // -1 without a crash
	Strip    [][3]int      `json:"strip"` // point, visited, failing
	Culprits []culpritData `json:"culprits"`
	Barrier  *barrierData  `json:"barrier"`
	Fates    fates         `json:"fates"`
	Files    []contents    `json:"files"`
}

type culpritData struct {
	Letter string `json:"letter"`
	Event  int    `json:"event"`
	Effect int    `json:"effect"`
}

type barrierData struct {
	What   string `json:"what"`
	After  int    `json:"after"`
	Before int    `json:"before"`
}

func newFindingView(e *evidence) (findingView, error) {
	x, proven := e.explanation()
	b := e.bundle
	f := plainFindingView(reports.Report{Engine: b.Engine, Profile: b.Profile, Seed: uint64(b.Seed)}, e.plain)
	f.Full, f.Live = true, b.Live
	if x.Sentence != "" && x.Sentence != b.Sentence {
		if !strings.Contains(x.Sentence, b.Sentence) {
			f.Detail = f.Sentence
		}
		f.Sentence = block(x.Sentence)
	}
	f.CulpritWord, f.CulpritNote = "Culprit", "Keep any one of these whole, and the finding is gone."
	if !proven {
		f.CulpritWord, f.CulpritNote = "Lost write", "Everything that the crash lost. Which part of it matters was not tested."
	}
	f.Culprits = e.culprits(x.Culprits)
	f.MoreCulprits = len(x.Culprits) - len(f.Culprits)
	f.Barrier, f.NoBarrier = e.barrier(x.Barrier, f.Culprits), line(x.NoBarrier)
	f.Turn, f.Recovery = e.turn(x.Turn, f.Culprits), places(x.Recovery)
	f.Strip, f.MoreStrip = stripRuns(x.Strip)
	f.Points = len(x.Strip)
	for _, p := range x.Strip {
		if p.Failing > 0 {
			f.Failed++
		}
	}
	fates := e.fates()
	f.Fates, f.FateCounts = fates.rows(e), fates.counts()
	f.Files = e.contents(x.Culprits)
	f.Events, f.EventsAll = e.eventRows(fates), len(e.life.Journal.Events)
	f.History, f.EngineLog = bounded(e.History), block(e.Log)
	f.Replay, f.GoTest = e.replayCommand(), GoTest(b, e.Builtin)
	f.Environment = pairs(b.Build)
	f.Issue = f.issue()
	var err error
	f.Data, err = embedded(e.data(x, f.Barrier, fates, f.Files))
	return f, err
}

// data returns what the script needs.
func (e *evidence) data(x *harness.Explanation, b *barrier, fates fates, files []contents) findingData {
	d := findingData{Point: -1, Strip: [][3]int{}, Culprits: []culpritData{}, Fates: fates, Files: files}
	if !e.bundle.Live {
		d.Point = e.bundle.State.Point
	}
	for _, p := range x.Strip {
		d.Strip = append(d.Strip, [3]int{p.Point, p.Visited, p.Failing})
	}
	for i, c := range x.Culprits[:min(len(x.Culprits), culpritsShown)] {
		d.Culprits = append(d.Culprits, culpritData{letter(i), c.Event, int(c.Effect)})
	}
	if b != nil {
		d.Barrier = &barrierData{b.What, b.After, b.Before}
	}
	lives := e.life.Lives()
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

// eventRow is a line of the table that is there without the script.
type eventRow struct {
	Event                      int
	Text, Call, Caller, Remark string
}

// eventsAround is how many events before and after the crash the table holds.
const eventsAround = 16

// eventRows returns the events around the crash, or the last ones.
func (e *evidence) eventRows(f fates) []eventRow {
	events := e.life.Journal.Events
	at := len(events)
	if !e.bundle.Live {
		at = e.bundle.State.Point
	}
	var out []eventRow
	for i := max(0, at-eventsAround); i < min(len(events), at+eventsAround/4); i++ {
		row := eventRow{Event: i, Text: e.event(i), Call: e.call(events[i].Call)}
		if frames := places(e.life.Journal.Frames(events[i].Stack)); len(frames) > 0 {
			row.Caller = frames[0].String()
		}
		row.Remark = e.remark(i, f)
		out = append(out, row)
	}
	return out
}

// remark says what the crash did to an event.
func (e *evidence) remark(number int, f fates) string {
	if !e.bundle.Live && number >= e.bundle.State.Point {
		return "after the crash"
	}
	worst := -1
	for at, ok := slices.BinarySearch(f.Event, number); ok && at < len(f.Event) && f.Event[at] == number; at++ {
		worst = max(worst, f.Fate[at])
	}
	if worst < 0 || e.life.Journal.Events[number].Kind == journal.EventInvoke {
		return ""
	}
	return fateWords[worst]
}
