package reports

import (
	"slices"
	"strings"

	"github.com/ackproof/ackproof/harness/evidence"
)

// AllKnown reports whether the report has findings, and all are of known causes.
func (r Report) AllKnown() bool {
	return r.Verdict == evidence.Refuted && len(r.Findings) > 0 &&
		!slices.ContainsFunc(r.Findings, func(f Finding) bool { return !f.Known })
}

// breaking returns the findings that break a property, the known ones apart. Those come
// first that break it before any other.
func (r Report) breaking(property string) (fresh, known []Finding) {
	for _, first := range []bool{true, false} {
		for _, f := range r.Findings {
			_, also := f.also(property)
			switch {
			case (f.Property == property) != first || !first && !also:
			case f.Known:
				known = append(known, f)
			default:
				fresh = append(fresh, f)
			}
		}
	}
	return fresh, known
}

// also returns the sentence of a property that the finding's state broke too.
func (f Finding) also(property string) (sentence string, ok bool) {
	for _, also := range f.Also {
		if sentence, ok := strings.CutPrefix(also, property+": "); ok {
			return sentence, true
		}
	}
	return "", false
}

// knownLine returns the line of a file of known causes that the finding is of.
func (f Finding) knownLine() string {
	if f.Comment == "" {
		return f.Signature
	}
	return f.Signature + " # " + f.Comment
}
