package page

import (
	"slices"
	"strings"

	"github.com/ackproof/ackproof/faultfs/crash"
)

// fates are the effects that were pending at the crash, in columns.
type fates struct {
	Effect []int    `json:"effect"`
	Event  []int    `json:"event"`
	Fate   []int    `json:"fate"` // fateKept, fateDropped, fateTorn
	Torn   []string `json:"torn"` // what was kept of a torn one
	// What are the effects without the file that their events name.
	What []string `json:"what"`
}

const (
	fateKept = iota
	fateDropped
	fateTorn
)

var fateWords = [...]string{fateKept: "kept", fateDropped: "dropped", fateTorn: "torn"}

// fates returns the fate of every pending effect, in the order of the journal.
func (e *exhibit) fates() fates {
	out := fates{Effect: []int{}, Event: []int{}, Fate: []int{}, Torn: []string{}, What: []string{}}
	if !e.crashes() {
		return out
	}
	state := e.Case.State
	lost := e.Case.Life.Crashes().Lost(state)
	for _, id := range e.Case.Life.Crashes().Lost(crash.State{Point: state.Point, Lost: true}) {
		info := e.Case.Life.Crashes().Effect(id)
		fate := fateKept
		if _, dropped := slices.BinarySearch(lost, id); dropped {
			fate = fateDropped
		}
		torn := ""
		if t, ok := state.Tear(id); ok {
			fate, torn = fateTorn, t.Words()
		}
		out.Effect = append(out.Effect, int(id))
		out.Event = append(out.Event, info.Event)
		out.Fate = append(out.Fate, fate)
		out.Torn = append(out.Torn, torn)
		out.What = append(out.What, line(strings.ReplaceAll(info.What, info.File+" ", "")))
	}
	return out
}

// fateRow is a line of the table that is there without the script.
type fateRow struct {
	Effect, Event int
	Fate, What    string
	Call, Caller  string
}

const fateRowsShown = 20

// rows returns some effects: the lost ones, then the newest of the kept.
func (f fates) rows(e *exhibit) []fateRow {
	var out []fateRow
	for i, fate := range f.Fate {
		if fate != fateKept && len(out) < fateRowsShown {
			out = append(out, f.row(e, i))
		}
	}
	for i, fate := range slices.Backward(f.Fate) {
		if fate == fateKept && len(out) < fateRowsShown {
			out = append(out, f.row(e, i))
		}
	}
	return out
}

func (f fates) row(e *exhibit, i int) fateRow {
	event := e.Case.Life.Journal.Events[f.Event[i]]
	out := fateRow{
		Effect: f.Effect[i], Event: f.Event[i], Fate: fateWords[f.Fate[i]],
		What: line(event.Path + " " + f.What[i]), Call: e.call(event.Call),
	}
	if frames := places(e.Case.Life.FramesAt(f.Event[i])); len(frames) > 0 {
		out.Caller = frames[0].String()
	}
	return out
}

// counts returns how many effects were kept, dropped and torn.
func (f fates) counts() (out [3]int) {
	for _, fate := range f.Fate {
		out[fate]++
	}
	return out
}
