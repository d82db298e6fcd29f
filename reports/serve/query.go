package serve

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/reports/archive"
)

// query is what a reader asks of the index. Its zero value asks for everything.
type query struct {
	// Text is looked for in all that names a finding, in any case of letters.
	Text string
	// Engine, Profile, Property and Signature are whole names, made clean; "" for
	// any.
	Engine, Profile, Property, Signature string
	// Sort is one of sorts.
	Sort string
	// Page counts from 1.
	Page int
}

// sorts are the orders of findings, the first being what is meant by none.
var sorts = []string{"newest", "count", "engine", "property", "signature"}

func parseQuery(v url.Values) query {
	q := query{
		Text: strings.TrimSpace(v.Get("q")), Engine: v.Get("engine"), Profile: v.Get("profile"),
		Property: v.Get("property"), Signature: v.Get("signature"), Sort: v.Get("sort"), Page: 1,
	}
	if !slices.Contains(sorts, q.Sort) {
		q.Sort = sorts[0]
	}
	if n, err := strconv.Atoi(v.Get("page")); err == nil && n > 1 {
		q.Page = n
	}
	return q
}

// address returns the index's address for the query.
func (q query) address() string {
	v := url.Values{}
	for _, f := range []struct{ name, value string }{
		{"q", q.Text}, {"engine", q.Engine}, {"profile", q.Profile}, {"property", q.Property}, {"signature", q.Signature},
	} {
		if f.value != "" {
			v.Set(f.name, f.value)
		}
	}
	if q.Sort != "" && q.Sort != sorts[0] {
		v.Set("sort", q.Sort)
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	if len(v) == 0 {
		return "/"
	}
	return "/?" + v.Encode()
}

// Any reports whether the query leaves anything out.
func (q query) Any() bool { return q.Text+q.Engine+q.Profile+q.Property+q.Signature != "" }

// matches reports whether a finding is asked for.
func (q query) matches(b archive.Bundle) bool {
	return (q.Engine == "" || q.Engine == clean(b.Engine)) &&
		(q.Profile == "" || q.Profile == clean(b.Profile)) &&
		(q.Property == "" || q.Property == clean(string(b.Property))) &&
		(q.Signature == "" || q.Signature == clean(b.Signature)) &&
		q.inText(b.Engine, b.Profile, string(b.Property), b.Signature, b.Sentence, b.Path)
}

// matchesOutcome reports whether a run is asked for. The rest is of findings alone.
func (q query) matchesOutcome(o archive.Outcome) bool {
	return (q.Engine == "" || q.Engine == clean(o.Engine)) &&
		(q.Profile == "" || q.Profile == clean(o.Profile)) &&
		q.inText(o.Engine, o.Profile, string(o.Verdict), o.Planted, o.Dir)
}

// inText reports whether each word of the text is in one of the fields.
func (q query) inText(fields ...string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(q.Text)) {
		if !slices.ContainsFunc(fields, func(f string) bool { return strings.Contains(strings.ToLower(f), word) }) {
			return false
		}
	}
	return true
}

// group is findings with one cause, as far as names tell: the same engine under
// the same profile, property and signature.
type group struct {
	archive.Bundle // the newest
	Count          int
}

// groups returns the findings asked for, newest first in each group, in the order
// asked for.
func (q query) groups(all []archive.Bundle) []group {
	type key struct{ engine, profile, property, signature string }
	place := map[key]int{}
	var out []group
	for _, b := range all {
		if !q.matches(b) {
			continue
		}
		k := key{b.Engine, b.Profile, string(b.Property), b.Signature}
		i, known := place[k]
		if !known {
			i = len(out)
			place[k] = i
			out = append(out, group{Bundle: b})
		}
		out[i].Count++
		if b.Changed.After(out[i].Changed) {
			out[i].Bundle = b
		}
	}
	slices.SortStableFunc(out, q.compare)
	return out
}

func (q query) compare(a, b group) int {
	newest := b.Changed.Compare(a.Changed)
	switch q.Sort {
	case "count":
		return cmp.Or(cmp.Compare(b.Count, a.Count), newest)
	case "engine":
		return cmp.Or(cmp.Compare(a.Engine, b.Engine), newest)
	case "property":
		return cmp.Or(cmp.Compare(a.Property, b.Property), newest)
	case "signature":
		return cmp.Or(cmp.Compare(a.Signature, b.Signature), newest)
	}
	return newest
}

// each returns the findings asked for one by one, newest first.
func (q query) each(all []archive.Bundle) []group {
	var out []group
	for _, b := range all {
		if q.matches(b) {
			out = append(out, group{b, 1})
		}
	}
	slices.SortStableFunc(out, func(a, b group) int { return b.Changed.Compare(a.Changed) })
	return out
}

// clean returns text with escapes for what cannot be seen, turns the direction of
// writing or is no UTF-8. A form can hold and send it.
func clean(text string) string { return plain.Text(text, false) }
