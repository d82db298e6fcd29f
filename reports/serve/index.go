package serve

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports/archive"
)

//go:embed assets
var assets embed.FS

var indexTemplate = template.Must(template.New("index.html.tmpl").
	Funcs(template.FuncMap{"line": line, "report": reportAddress, "bundle": bundleAddress, "base": path.Base}).
	ParseFS(assets, "assets/index.html.tmpl"))

// Bounds of what one index shows.
const (
	findingsShown = 100
	outcomesShown = 100
	problemsShown = 20
)

// index is what the template shows.
type index struct {
	Query                query
	Engines, Properties  []string
	Sorts                []order
	Findings             []row
	Each                 bool // each finding by itself, not groups
	Bundles, Asked       int  // all there are, and those asked for
	Groups               int
	Newer, Older         string // addresses of the pages before and after
	First, Last          int
	Outcomes             []outcomeRow
	OutcomesMore         int
	Problems             []archive.Problem
	ProblemsMore         int
	OutcomesName, Suffix string
}

// order is a way to sort, and the address that does.
type order struct {
	Name, Address string
	Current       bool
}

type row struct {
	group
	Age, When string
	All       string // address of each finding of the group
}

type outcomeRow struct {
	archive.Outcome
	Age, When, Address string
	Class, Sign        string // how the verdict looks
}

// look returns the name of the colours of a run's verdict, and the sign before its word.
func look(o archive.Outcome) (class, sign string) {
	switch {
	case o.AllKnown:
		return "known", "✗"
	case o.Verdict == evidence.Refuted:
		return "refuted", "✗"
	case o.Verdict == evidence.Held:
		return "held", "✓"
	case o.Verdict == evidence.HarnessBroken:
		return "broken", "!"
	}
	return "unknown", "?"
}

// list answers with the index.
func (s *server) list(w http.ResponseWriter, r *http.Request) {
	listing, err := s.index.List()
	if err != nil {
		s.fail(w, r, http.StatusInternalServerError, err)
		return
	}
	var out bytes.Buffer
	if err := indexTemplate.Execute(&out, s.newIndex(listing, parseQuery(r.URL.Query()))); err != nil {
		s.fail(w, r, http.StatusInternalServerError, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(out.Bytes()))
}

func styleSheet(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, assets, "assets/style.css")
}

func (s *server) newIndex(l *archive.Listing, q query) *index {
	x := &index{
		Query: q, Each: q.Signature != "", Bundles: len(l.Bundles),
		OutcomesName: archive.OutcomesName, Suffix: archive.BundleSuffix,
	}
	x.Engines, x.Properties = choices(l)
	x.sorts()
	x.findings(l.Bundles, s.Now())
	x.outcomes(l.Outcomes, s.Now())
	x.Problems = l.Problems[:min(len(l.Problems), problemsShown)]
	x.ProblemsMore = len(l.Problems) - len(x.Problems)
	return x
}

// choices returns the names that there are to choose from.
func choices(l *archive.Listing) (engines, properties []string) {
	for _, b := range l.Bundles {
		engines, properties = append(engines, clean(b.Engine)), append(properties, clean(string(b.Property)))
	}
	for _, o := range l.Outcomes {
		engines = append(engines, clean(o.Engine))
	}
	slices.Sort(engines)
	slices.Sort(properties)
	return slices.Compact(engines), slices.Compact(properties)
}

func (x *index) sorts() {
	for _, name := range sorts {
		q := x.Query
		q.Sort, q.Page = name, 1
		x.Sorts = append(x.Sorts, order{name, q.address(), name == x.Query.Sort})
	}
}

func (x *index) findings(all []archive.Bundle, now time.Time) {
	asked := x.Query.groups(all)
	if x.Each {
		asked = x.Query.each(all)
	}
	for _, g := range asked {
		x.Asked += g.Count
	}
	x.Groups = len(asked)
	q := x.Query
	q.Page = min(q.Page, max(1, (len(asked)+findingsShown-1)/findingsShown))
	from := (q.Page - 1) * findingsShown
	to := min(from+findingsShown, len(asked))
	x.First, x.Last = from+1, to
	if page := q; page.Page > 1 {
		page.Page--
		x.Newer = page.address()
	}
	if page := q; to < len(asked) {
		page.Page++
		x.Older = page.address()
	}
	for _, g := range asked[from:to] {
		one := query{
			Engine: clean(g.Engine), Profile: clean(g.Profile), Property: clean(string(g.Property)), Signature: clean(g.Signature),
		}
		x.Findings = append(x.Findings, row{g, age(now.Sub(g.Changed)), when(g.Changed), one.address()})
	}
}

func (x *index) outcomes(all []archive.Outcome, now time.Time) {
	var asked []archive.Outcome
	for _, o := range all {
		if x.Query.matchesOutcome(o) {
			asked = append(asked, o)
		}
	}
	slices.SortStableFunc(asked, func(a, b archive.Outcome) int {
		return cmp.Or(b.Changed.Compare(a.Changed), cmp.Compare(a.Dir, b.Dir))
	})
	x.OutcomesMore = max(0, len(asked)-outcomesShown)
	for _, o := range asked[:len(asked)-x.OutcomesMore] {
		class, sign := look(o)
		x.Outcomes = append(x.Outcomes, outcomeRow{o, age(now.Sub(o.Changed)), when(o.Changed), reportAddress(o.Dir), class, sign})
	}
}

func reportAddress(name string) string { return addressOf("report", name) }
func bundleAddress(name string) string { return addressOf("bundle", name) }

func when(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// age returns a time in the one unit that tells most.
func age(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 2*day:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d days", d/day)
}

// line returns text as it is shown on one line, cut if it is long.
func line(v any) string {
	const bytesMax = 300
	text := clean(fmt.Sprint(v))
	if len(text) <= bytesMax {
		return text
	}
	return strings.ToValidUTF8(text[:bytesMax], "") + "…"
}
