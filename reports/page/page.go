package page

import (
	"fmt"
	"html/template"
	"io"
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
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
		Policy: template.HTML(`<meta http-equiv="Content-Security-Policy" content="` + policy() + `">`),
		Style:  template.CSS(style), Script: template.JS(script),
		Verdicts: verdictRows(in.Reports), Properties: propertyTables(in.Reports), Stages: stageTables(in.Reports),
		Environment: pairs(in.Environment),
	}
	for _, f := range in.Findings {
		shown, err := newFindingView(newExhibit(f))
		if err != nil {
			return nil, err
		}
		v.Findings = append(v.Findings, shown)
	}
	for _, r := range in.Reports {
		v.addPlain(r, in.Findings)
	}
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
			return b.Case.Engine == r.Engine && b.Case.Life.Profile.String() == profileName(r.Profile) && string(b.Case.Property()) == f.Property
		}) {
			v.Findings = append(v.Findings, plainFindingView(r, f))
		}
	}
}

// profileName returns the name that a profile's text begins with.
func profileName(text string) string {
	p, err := crash.ParseProfile(text)
	if err != nil {
		return text
	}
	return p.String()
}

// conclude works out the one verdict above all.
func (v *view) conclude(in Input) {
	v.Verdict = evidence.Held
	if len(in.Reports) == 0 && len(in.Findings) == 0 {
		v.Verdict = evidence.Unknown
	}
	for _, r := range in.Reports {
		if r.Verdict == evidence.Unknown {
			v.Verdict = evidence.Unknown
		}
	}
	if len(v.Findings) > 0 {
		v.Verdict = evidence.Refuted
	}
	v.Title = "Nothing was run"
	switch {
	case len(v.Findings) > 0:
		v.Title = fmt.Sprintf("%s broken by %s", v.Findings[0].Property, v.Findings[0].Engine)
		if len(v.Findings) > 1 {
			v.Title = plain.Count(len(v.Findings), "broken promise")
		}
	case v.Verdict == evidence.Held:
		v.Title = "All claims held in the states visited"
	case len(in.Reports) > 0:
		v.Title = "Not everything could be judged"
	}
}
