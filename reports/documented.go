package reports

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/internal/plain"
)

// mustBeRefuted reports whether the engine has a planted bug or documented weaknesses, which
// a run must see.
func (r Report) mustBeRefuted() bool { return r.Planted != "" || len(r.Weaknesses) > 0 }

// WeaknessTexts says for each documented weakness which finding refuted it.
func (r Report) WeaknessTexts() (out []string) {
	for _, w := range r.Weaknesses {
		text := w.Sentence + " NOT SEEN: want a finding of " + w.Signature
		if w.Finding > 0 {
			f := r.Findings[w.Finding-1]
			text = w.Sentence + " Refuted by " + f.Property + ": " + f.Sentence
		}
		out = append(out, text)
	}
	return out
}

// weaknessesSeen counts the weaknesses that were seen, and the states that were visited until
// then.
func (r Report) weaknessesSeen() string {
	seen := 0
	for _, w := range r.Weaknesses {
		if w.Finding > 0 {
			seen++
		}
	}
	word := "weaknesses"
	if len(r.Weaknesses) == 1 {
		word = "weakness"
	}
	return fmt.Sprintf("%d of %d %s seen within %s", seen, len(r.Weaknesses), word, plain.Count(r.States.Visited, "state"))
}

// missing returns what should have been seen and was not: the planted property, or the
// signatures of weaknesses. With a property only those of it.
func (r Report) missing(property string) (out []string) {
	if r.Planted != "" && (property == "" || property == r.Planted) {
		out = append(out, r.Planted)
	}
	for _, w := range r.Weaknesses {
		if broken, _, _ := strings.Cut(w.Signature, ";"); w.Finding == 0 && (property == "" || property == broken) {
			out = append(out, w.Signature)
		}
	}
	return out
}
