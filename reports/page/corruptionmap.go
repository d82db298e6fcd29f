package page

import (
	"fmt"
	"html/template"
	"io"

	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
)

// WriteCorruptionMap writes a map of corruptions as a page: a table of places by kinds, and for each
// place the counts and the cases that are silent or worse. It fails if w fails.
func WriteCorruptionMap(w io.Writer, m *evidence.CorruptionMap) error {
	if err := corruptionMapPage.Execute(w, newCorruptionMapView(m)); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

type (
	// corruptionMapView is what the template shows.
	corruptionMapView struct {
		Policy       template.HTML
		Style        template.CSS
		Engine, Head string
		Sum, Lying   []string
		Legend       string
		Kinds        []corrupt.Kind
		Tables       []corruptionTableView
		Places       []corruptedPlaceView
	}
	corruptionTableView struct {
		When string
		Rows []corruptionRowView
	}
	corruptionRowView struct {
		*corruptedPlaceView
		Cells []corruptedCellView
	}
	corruptedPlaceView struct {
		ID, File string
		Writes   int
		Frames   []string
		// Counts and Silent say how the engine reacted, and the first cases of what is silent or worse.
		Counts, Silent []string
	}
	corruptedCellView struct{ Letters, Class, Counts string }
)

func newCorruptionMapView(m *evidence.CorruptionMap) *corruptionMapView {
	v := &corruptionMapView{
		Policy: template.HTML(`<meta http-equiv="Content-Security-Policy" content="` + policy(syncMapStyle, "") + `">`),
		Style:  template.CSS(syncMapStyle), Engine: line(m.Engine), Head: line(reports.CorruptionHead(m)), Sum: lines(reports.CorruptionSum(m)),
		Lying: lines(reports.LyingLines(m)), Legend: reports.ReactionLegend(), Kinds: corrupt.Kinds(),
	}
	tables := reports.CorruptionTables(m)
	for _, t := range tables {
		v.Tables = append(v.Tables, corruptionTableView{When: t.When})
	}
	for i, p := range m.Places {
		place := newCorruptedPlaceView(fmt.Sprintf("place-%d", i+1), tables, p)
		v.Places = append(v.Places, place)
		for j, t := range tables {
			if of := t.Of(p); len(of) > 0 {
				v.Tables[j].Rows = append(v.Tables[j].Rows, corruptionRowView{&place, cellsOf(of)})
			}
		}
	}
	return v
}

func newCorruptedPlaceView(id string, tables []reports.CorruptionTable, p *evidence.CorruptedPlace) corruptedPlaceView {
	out := corruptedPlaceView{ID: id, File: line(p.File), Writes: p.Records, Frames: []string{line(p.Name())}}
	if len(p.Frames) > 0 {
		out.Frames = nil
	}
	for _, f := range p.Frames {
		out.Frames = append(out.Frames, line(evidence.FrameText(f)))
	}
	out.Counts, out.Silent = lines(reports.ReactionLines(tables, p)), lines(reports.SilentLines(tables, p))
	return out
}

func cellsOf(by evidence.ByKind) (out []corruptedCellView) {
	for _, kind := range corrupt.Kinds() {
		out = append(out, corruptedCellView{reports.ReactionCell(by[kind]), cellClass(by[kind]), reports.ReactionCounts(by[kind])})
	}
	return out
}

// lines makes each of some texts fit for a page.
func lines(all []string) (out []string) {
	for _, one := range all {
		out = append(out, block(one))
	}
	return out
}

// cellClass is the class of a cell in the style: one with what is silent or worse stands out.
func cellClass(by evidence.ByReaction) string {
	for r := range by {
		if r.IsSilent() || r == evidence.Crashed {
			return "needless"
		}
	}
	return "strict"
}
