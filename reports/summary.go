package reports

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
)

// Table writes one line for each report, as they come, in columns.
type Table struct {
	// EngineWidth and ProfileWidth are the widths of the first columns, VerdictWidth that
	// of the verdict's; 0 means that of the heading.
	EngineWidth, ProfileWidth, VerdictWidth int
}

// AsDocumented is the verdict on an engine whose documented weaknesses were all seen.
const AsDocumented = "refuted, as documented"

// Heading writes the names of the columns.
func (t Table) Heading(w io.Writer) error {
	return t.line(w, "engine", "profile", "claim", "verdict", numbers("distinct", "visited", "/s")+"  properties")
}

// Line writes the report's line, and below it what the line has no room for.
func (t Table) Line(w io.Writer, r Report) error {
	if err := t.line(w, r.Engine, r.Profile, r.claim(), r.verdict(), r.figures()); err != nil {
		return err
	}
	for _, note := range r.notes() {
		if err := writeNote(w, note); err != nil {
			return err
		}
	}
	return nil
}

func writeNote(w io.Writer, note string) error {
	t := &text{}
	t.line(2, "%s", note)
	_, err := io.WriteString(w, t.b.String())
	return err
}

func (t Table) line(w io.Writer, engine, profile, claim, verdict, rest string) error {
	_, err := fmt.Fprintf(w, "%-*s  %-*s  %-8s  %-*s  %s\n", max(t.EngineWidth, len("engine")), engine,
		max(t.ProfileWidth, len("profile")), profile, claim, max(t.VerdictWidth, len("NOT CAUGHT")), verdict, rest)
	return err
}

func numbers(distinct, visited, rate string) string {
	return fmt.Sprintf("%9s %9s %7s", distinct, visited, rate)
}

func (r Report) claim() string {
	word := cmp.Or(r.Durability, "buffered")
	for _, c := range r.Claims {
		switch c {
		case "volatile":
			return c
		case "write-durable", "apply-durable":
			word = "durable"
		}
	}
	return word
}

// verdict returns the word for the verdict: shouted where it is bad.
func (r Report) verdict() string {
	switch {
	case r.Verdict == evidence.HarnessBroken:
		return strings.ToUpper(string(r.Verdict))
	case r.Planted != "" && r.AsExpected:
		return "caught"
	case r.Planted != "" && r.Verdict != evidence.Unknown:
		return "NOT CAUGHT"
	case len(r.Weaknesses) > 0 && r.AsExpected:
		return AsDocumented
	case r.AllKnown():
		return "all known"
	case len(r.Weaknesses) > 0 && r.Verdict != evidence.Unknown:
		return "NOT AS DOCUMENTED"
	case r.Verdict == evidence.HarnessBroken:
		return "BROKEN"
	case r.Verdict == evidence.Refuted:
		return "REFUTED"
	}
	return string(r.Verdict)
}

// CutText says how far a run came that was cut short, "" if it was not.
func (r Report) CutText() string {
	if r.Cut == "" {
		return ""
	}
	return fmt.Sprintf("%d of %s explored as planned: %s", r.Programs.Explored, plain.Count(r.Programs.Planned, "program"), r.Cut)
}

// BrokenText says that the harness is broken, "" if it is not.
func (r Report) BrokenText() string {
	if r.Verdict != evidence.HarnessBroken {
		return ""
	}
	out := string(evidence.HarnessBroken) + ", so nothing can be said of the engine"
	if r.Broken != "" {
		out += ": " + r.Broken
	}
	return out
}

// figures returns what was counted; for an engine that must be refuted, what it
// took to see that.
func (r Report) figures() string {
	if seen := r.seen(); seen != "" {
		return seen
	}
	rate := "-"
	if r.Seconds > 0 {
		rate = fmt.Sprintf("%.0f", float64(r.States.Visited)/r.Seconds)
	}
	return numbers(fmt.Sprint(r.States.Distinct), fmt.Sprint(r.States.Visited), rate) + "  " + r.standing() + r.States.triage()
}

// seen says what was seen of an engine that must be refuted; "" for nothing.
func (r Report) seen() string {
	switch {
	case len(r.Findings) == 0:
		return ""
	case r.Planted != "":
		return r.caught()
	case len(r.Weaknesses) > 0:
		return r.weaknessesSeen()
	}
	return ""
}

// caught says by which property a planted bug showed, and how many states were
// visited until the first program ended that showed it.
func (r Report) caught() string {
	by := "by " + r.Findings[0].Property
	for _, f := range r.Findings {
		if f.Property == r.Planted {
			by = "by " + r.Planted
		}
	}
	if !r.AsExpected {
		by = fmt.Sprintf("by %s but %s", r.Planted, by)
	}
	return by + " within " + plain.Count(r.States.Visited, "state")
}

// standing counts how the properties stand.
func (r Report) standing() string {
	counts := map[evidence.Verdict]int{}
	for _, p := range r.Properties {
		counts[p.Verdict]++
	}
	parts := []string{fmt.Sprintf("%d %s", counts[evidence.Held], evidence.Held)}
	for _, word := range []evidence.Verdict{evidence.Refuted, evidence.NotExercised} {
		if n := counts[word]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, word))
		}
	}
	return strings.Join(parts, ", ")
}

func (r Report) notes() []string {
	var out []string
	if broken := r.BrokenText(); broken != "" {
		out = append(out, broken)
	}
	if cut := r.CutText(); cut != "" && !(r.mustBeRefuted() && r.AsExpected) {
		out = append(out, cut)
	}
	if r.NotSeen != "" {
		out = append(out, r.NotSeen)
	}
	if r.Faults != nil {
		out = append(out, r.Faults.Text())
	}
	out = append(out, r.UnfiredText()...)
	if r.States.Unknown > 0 {
		out = append(out, plain.Count(r.States.Unknown, "state")+" could not be judged")
	}
	if r.CouldClaimDurable {
		out = append(out, fmt.Sprintf("it does not claim durable writes, yet none of %s lost one", r.States.text()))
	}
	if r.WantsDir != "" && !r.mustBeRefuted() {
		out = append(out, WantsDirText) // why is in the JSON and on the page
	}
	if r.Basis != "" && !r.mustBeRefuted() {
		out = append(out, r.Basis)
	}
	if r.RecoveryCoverage != nil {
		out = append(out, r.RecoveryCoverage.Text)
	}
	out = append(out, r.WeaknessTexts()...)
	if r.Planted == "" && !(len(r.Weaknesses) > 0 && r.AsExpected) {
		for _, f := range r.Findings {
			out = append(out, strings.Join(append([]string{f.Property + ": " + f.Sentence}, f.Notes()...), "; "))
		}
	}
	return out
}

// Text says what became of the faults, and names the first of those that did not fire.
func (f Faults) Text() string {
	out := fmt.Sprintf("%s tried (a call site, an error and what the failed call leaves): %d fired, %d surfaced, %d masked, with %d of the visited states",
		plain.Count(f.Tried, "fault"), f.Fired, f.Surfaced, f.Masked, f.Visited)
	const namedMax = 3
	named := f.NotFired[:min(len(f.NotFired), namedMax)]
	if len(named) > 0 {
		out += fmt.Sprintf("; not fired: %q", named)
	}
	if more := f.Tried - f.Fired - len(named); more > 0 && len(named) > 0 {
		out += fmt.Sprintf(" and %d more", more)
	}
	if f.NotTried != "" {
		out += "; " + f.NotTried
	}
	return out
}

// UnfiredText says which faults never fired that somebody gave, a sentence each.
func (r Report) UnfiredText() (out []string) {
	for _, u := range r.Unfired {
		out = append(out, evidence.Unfired(u).String())
	}
	return out
}

// WantsDirText is what is said of an engine that does not make its directory.
const WantsDirText = "it does not make its directory, which is no finding"

// UnseenText begins what is said of a known cause that did not show.
const UnseenText = "known, but it did not show: "

// triage says how many images were recovered from in full and how many were only opened
// read-only, "" if none were.
func (s States) triage() string {
	if s.ReadOnly == 0 {
		return ""
	}
	return fmt.Sprintf("; %d recovered in full, %d opened read-only", s.Distinct-s.ReadOnly, s.ReadOnly)
}

// text returns how many states there were, the distinct ones first.
func (s States) text() string {
	return fmt.Sprintf("%s (%d visited)", plain.Count(s.Distinct, "distinct state"), s.Visited)
}
