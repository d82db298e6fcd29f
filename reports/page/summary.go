package page

import (
	"maps"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
)

// verdictRow is a report in one line.
type verdictRow struct {
	Engine, Profile, Claims       string
	Verdict                       evidence.Verdict
	Known                         bool // all that was found
	Notes                         []string
	Visited, Distinct             int
	Refuted, Held, NotExercised   int
	RefutedBy                     string
	Programs, Planned, InRecovery int
	Seed                          uint64
}

// propertyTable is how some reports stand towards all properties.
type propertyTable struct {
	Heads []tableHead
	Rows  []propertyRow
}

type tableHead struct{ Engine, Profile string }

type propertyRow struct {
	ID, Promise string
	Cells       []propertyCell
}

// propertyCell is how an engine stands towards a property: a sign, a word, and
// the number of states behind it.
type propertyCell struct {
	Sign, Class string
	Verdict     evidence.Verdict
	Claimed     bool
	States      int
}

// stageTable is how far some reports went.
type stageTable struct {
	Heads []tableHead
	Rows  []stageRow
}

type stageRow struct {
	Stage string
	Cells []reports.Stage
}

// columnsMax is how many reports stand side by side in a table.
const columnsMax = 4

func verdictRows(all []reports.Report) []verdictRow {
	var out []verdictRow
	for _, r := range all {
		row := verdictRow{
			Engine: line(r.Engine), Profile: line(r.Profile), Claims: line(r.ClaimText()), Verdict: r.Verdict,
			Known: r.AllKnown(), Notes: notes(r), Visited: r.States.Visited, Distinct: r.States.Distinct,
			Programs: r.Programs.Explored, Planned: r.Programs.Planned, InRecovery: r.States.InRecovery, Seed: r.Seed,
		}
		var refuted []string
		for _, p := range r.Properties {
			switch p.Verdict {
			case evidence.Refuted:
				refuted = append(refuted, p.ID)
			case evidence.Held:
				row.Held++
			case evidence.NotExercised:
				row.NotExercised++
			}
		}
		row.Refuted, row.RefutedBy = len(refuted), line(strings.Join(refuted, ", "))
		out = append(out, row)
	}
	return out
}

// notes say what a verdict alone would hide.
func notes(r reports.Report) []string {
	var notes []string
	if r.Planted != "" {
		word := "planted bug caught"
		if !r.AsExpected {
			word = "planted bug NOT caught"
		}
		notes = append(notes, word+" ("+sentence(r.Planted)+")")
	}
	for _, text := range r.WeaknessTexts() {
		notes = append(notes, sentence(text))
	}
	if broken := r.BrokenText(); broken != "" {
		notes = append(notes, sentence(broken))
	}
	if cut := r.CutText(); cut != "" {
		notes = append(notes, sentence(cut))
	}
	if r.NotSeen != "" {
		notes = append(notes, sentence(r.NotSeen))
	}
	if r.Faults != nil {
		notes = append(notes, sentence(r.Faults.Text()))
	}
	for _, text := range r.UnfiredText() {
		notes = append(notes, sentence(text))
	}
	if r.States.Unknown > 0 {
		notes = append(notes, plain.Count(r.States.Unknown, "state")+" could not be judged")
	}
	if r.Basis != "" {
		notes = append(notes, sentence(r.Basis))
	}
	if r.CouldClaimDurable {
		notes = append(notes, "it does not claim durable writes, yet no state lost one")
	}
	if r.WantsDir != "" {
		notes = append(notes, sentence(reports.WantsDirText+": "+r.WantsDir))
	}
	if r.RecoveryCoverage != nil {
		notes = append(notes, sentence(r.RecoveryCoverage.Text))
	}
	for _, k := range r.UnseenKnown {
		notes = append(notes, sentence(reports.UnseenText+k))
	}
	return notes
}

// propertyTables returns the properties of all reports, some reports a table.
func propertyTables(all []reports.Report) []propertyTable {
	var out []propertyTable
	for group := range slices.Chunk(all, columnsMax) {
		t := propertyTable{Heads: heads(group)}
		rows := map[string]int{}
		for column, r := range group {
			for _, p := range r.Properties {
				at, ok := rows[p.ID]
				if !ok {
					at = len(t.Rows)
					rows[p.ID] = at
					t.Rows = append(t.Rows, propertyRow{ID: line(p.ID), Promise: models.Property(p.ID).Info().Promise, Cells: make([]propertyCell, len(group))})
				}
				t.Rows[at].Cells[column] = newPropertyCell(p)
			}
		}
		out = append(out, t)
	}
	return out
}

func heads(group []reports.Report) []tableHead {
	var out []tableHead
	for _, r := range group {
		out = append(out, tableHead{line(r.Engine), line(r.Profile)})
	}
	return out
}

func newPropertyCell(p reports.Property) propertyCell {
	cell := propertyCell{Verdict: p.Verdict, Claimed: p.Claimed, States: p.States}
	switch p.Verdict {
	case evidence.Held:
		cell.Sign, cell.Class = "✓", string(p.Verdict)
	case evidence.Refuted:
		cell.Sign, cell.Class = "✗", string(p.Verdict)
	case evidence.NotExercised:
		cell.Sign, cell.Class = "?", "idle"
	default:
		cell.Sign, cell.Class = "–", "idle"
	}
	return cell
}

// stageTables returns the coverage of all reports, some reports a table.
func stageTables(all []reports.Report) []stageTable {
	var out []stageTable
	for group := range slices.Chunk(all, columnsMax) {
		t := stageTable{Heads: heads(group)}
		rows := map[string]int{}
		for column, r := range group {
			for _, s := range r.States.ByStage {
				at, ok := rows[s.Stage]
				if !ok {
					at = len(t.Rows)
					rows[s.Stage] = at
					t.Rows = append(t.Rows, stageRow{Stage: line(s.Stage), Cells: make([]reports.Stage, len(group))})
				}
				t.Rows[at].Cells[column] = s
			}
		}
		out = append(out, t)
	}
	return out
}

// pair is a name and a value.
type pair struct{ Name, Value string }

func pairs(m map[string]string) []pair {
	var out []pair
	for _, name := range slices.Sorted(maps.Keys(m)) {
		out = append(out, pair{line(name), line(m[name])})
	}
	return out
}
