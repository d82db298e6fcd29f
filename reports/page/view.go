package page

import (
	"fmt"
	"html/template"
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/reports"
)

// view is what the template shows.
type view struct {
	Title   string
	Verdict string // "refuted", "unknown" or "held"
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
		e, err := newEvidence(f)
		if err != nil {
			return nil, err
		}
		shown, err := newFindingView(e)
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
			return b.Bundle.Engine == r.Engine && profileName(b.Bundle.Profile) == profileName(r.Profile) && string(b.Bundle.Property) == f.Property
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
	v.Verdict = "held"
	if len(in.Reports) == 0 && len(in.Findings) == 0 {
		v.Verdict = "unknown"
	}
	for _, r := range in.Reports {
		if r.Verdict == "unknown" {
			v.Verdict = "unknown"
		}
	}
	if len(v.Findings) > 0 {
		v.Verdict = "refuted"
	}
	v.Title = "Nothing was run"
	switch {
	case len(v.Findings) > 0:
		v.Title = fmt.Sprintf("%s broken by %s", v.Findings[0].Property, v.Findings[0].Engine)
		if len(v.Findings) > 1 {
			v.Title = count(len(v.Findings), "broken promise")
		}
	case v.Verdict == "held":
		v.Title = "All claims held in the states visited"
	case len(in.Reports) > 0:
		v.Title = "Not everything could be judged"
	}
}
