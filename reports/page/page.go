package page

import (
	"fmt"
	"html/template"
	"io"
	"slices"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/reports"
)

// Write writes the page. Whatever bytes names, payloads and logs hold, they are
// shown as text. It fails if w fails.
func Write(w io.Writer, in Input) error {
	v, err := newView(in)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	if err := pageTemplate.Execute(w, v); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

// view is what the template shows.
type view struct {
	Title   string
	Verdict evidence.Verdict
	Known   bool // all that was found
	Policy  template.HTML
	Style   template.CSS
	Script  template.JS

	Verdicts    []verdictRow
	Properties  []propertyTable
	Stages      []stageTable
	Environment []pair
	Findings    []findingView
}

func newView(in Input) (*view, error) {
	v := &view{
		Policy: template.HTML(`<meta http-equiv="Content-Security-Policy" content="` + policy(style, script) + `">`),
		Style:  template.CSS(style), Script: template.JS(script),
		Verdicts: verdictRows(in.Reports), Properties: propertyTables(in.Reports), Stages: stageTables(in.Reports),
		Environment: pairs(in.Environment),
	}
	for _, f := range in.Findings {
		e := newExhibit(f)
		e.hear(in.Reports)
		shown, err := newFindingView(e)
		if err != nil {
			return nil, err
		}
		v.Findings = append(v.Findings, shown)
	}
	for _, r := range in.Reports {
		v.addPlain(r, in.Findings)
	}
	slices.SortStableFunc(v.Findings, func(a, b findingView) int { return a.rank() - b.rank() })
	for i := range v.Findings {
		v.Findings[i].ID = fmt.Sprintf("finding-%d", i+1)
		v.Findings[i].Number = i + 1
	}
	v.conclude(in)
	return v, nil
}

// addPlain adds the findings of a report that came without a bundle.
func (v *view) addPlain(r reports.Report, bundled []Finding) {
	for _, f := range r.Findings {
		if !slices.ContainsFunc(bundled, func(b Finding) bool {
			return isOf(b.Case, r, f)
		}) {
			v.Findings = append(v.Findings, plainFindingView(r, f))
		}
	}
}

// conclude works out the one verdict above all, the worst.
func (v *view) conclude(in Input) {
	verdicts := map[evidence.Verdict]bool{}
	for _, r := range in.Reports {
		verdicts[r.Verdict] = true
	}
	fresh := 0
	for _, f := range v.Findings {
		if !f.Known {
			fresh++
		}
	}
	known := len(v.Findings) - fresh
	switch {
	case verdicts[evidence.HarnessBroken]:
		v.Verdict, v.Title = evidence.HarnessBroken, "The harness is broken"
		return
	case fresh == 1:
		v.Verdict, v.Title = evidence.Refuted, fmt.Sprintf("%s broken by %s", v.Findings[0].Property, v.Findings[0].Engine)
	case fresh > 1:
		v.Verdict, v.Title = evidence.Refuted, plain.Count(fresh, "finding")
	case known > 0:
		v.Verdict, v.Known, v.Title = evidence.Refuted, true, "Nothing new"
	case verdicts[evidence.Unknown]:
		v.Verdict, v.Title = evidence.Unknown, "Not everything could be judged"
	case len(in.Reports) > 0:
		v.Verdict, v.Title = evidence.Held, "All claims held in the states visited"
	default:
		v.Verdict, v.Title = evidence.Unknown, "Nothing was run"
	}
	if known > 0 {
		v.Title += fmt.Sprintf(", and %s", plain.Count(known, "known cause"))
	}
}
