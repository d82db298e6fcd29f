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
		Policy            template.HTML
		Style             template.CSS
		Engine, Head, Sum string
		Legend            string
		Kinds             []corrupt.Kind
		Places            []corruptedPlaceView
	}
	corruptedPlaceView struct {
		ID, File string
		Writes   int
		Frames   []string
		Cells    []corruptedCellView
		Silent   []string
	}
	corruptedCellView struct{ Letters, Class, Counts string }
)

func newCorruptionMapView(m *evidence.CorruptionMap) *corruptionMapView {
	v := &corruptionMapView{
		Policy: template.HTML(`<meta http-equiv="Content-Security-Policy" content="` + policy(syncMapStyle, "") + `">`),
		Style:  template.CSS(syncMapStyle), Engine: line(m.Engine), Head: line(reports.CorruptionHead(m)), Sum: line(reports.CorruptionSum(m)),
		Legend: reports.ReactionLegend(), Kinds: corrupt.Kinds(),
	}
	for i, p := range m.Places {
		place := corruptedPlaceView{ID: fmt.Sprintf("place-%d", i+1), File: line(p.File), Writes: p.Records, Frames: []string{line(p.Name())}}
		if len(p.Frames) > 0 {
			place.Frames = nil
		}
		for _, f := range p.Frames {
			place.Frames = append(place.Frames, line(evidence.FrameText(f)))
		}
		for _, kind := range corrupt.Kinds() {
			place.Cells = append(place.Cells, corruptedCellView{reports.ReactionCell(p.By[kind]), cellClass(p.By[kind]), reports.ReactionCounts(p.By[kind])})
		}
		for _, text := range reports.SilentLines(p) {
			place.Silent = append(place.Silent, block(text))
		}
		v.Places = append(v.Places, place)
	}
	return v
}

// cellClass is the class of a cell in the style: one with what is silent or worse stands out.
func cellClass(by map[evidence.Reaction]*evidence.Reacted) string {
	for r := range by {
		if r.IsSilent() || r == evidence.Crashed {
			return "needless"
		}
	}
	return "strict"
}
