package reports

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
)

// WriteJUnit writes the batch as JUnit XML: a suite for each engine and profile,
// in it a case for each property. A property is a failure if it was refuted and
// that was not expected, and skipped if nothing can be said of it, or nothing but what
// is known. A run without a
// verdict is an error, so that an interrupted command never reads as a pass.
func (b *Batch) WriteJUnit(w io.Writer) error {
	suites := junit.Testsuites{Name: "ackproof"}
	seconds := 0.0
	for _, d := range b.done {
		seconds += d.Seconds
		suites.AddSuite(b.suite(d.Report))
	}
	for _, u := range b.unrun() {
		suite := newSuite(u.Job, 0)
		suite.AddTestcase(verdictCase(u))
		suites.AddSuite(suite)
	}
	suites.Time = fmt.Sprintf("%.3f", seconds)
	for i := range suites.Suites {
		suites.Suites[i].ID = i
	}
	if _, err := io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"); err != nil {
		return err
	}
	return suites.WriteXML(w)
}

func newSuite(job Job, seconds float64) junit.Testsuite {
	return junit.Testsuite{Name: job.suite(), Package: job.Engine, Time: fmt.Sprintf("%.3f", seconds)}
}

func (j Job) suite() string { return j.Engine + " under " + j.Profile }

// suite returns the suite of one report.
func (b *Batch) suite(r Report) junit.Testsuite {
	suite := newSuite(r.job(), r.Seconds)
	for _, p := range [][2]string{
		{"engine", r.Engine},
		{"profile", r.Profile},
		{"seed", fmt.Sprint(r.Seed)},
		{"verdict", r.verdict()},
		{"claims", strings.Join(r.Claims, " ")},
		{"distinct", fmt.Sprint(r.States.Distinct)},
		{"visited", fmt.Sprint(r.States.Visited)},
		{"programs", fmt.Sprintf("%d of %d", r.Programs.Explored, r.Programs.Planned)},
		{"cut", r.Cut},
	} {
		suite.AddProperty(p[0], p[1])
	}
	if len(r.Without) > 0 {
		suite.AddProperty("without", strings.Join(r.Without, " "))
	}
	if r.Faults != nil {
		suite.AddProperty("faults", xmlText(r.Faults.Text()))
	}
	if r.NotSeen != "" {
		suite.AddProperty("not seen", xmlText(r.NotSeen))
	}
	if r.WantsDir != "" {
		suite.AddProperty("wants its directory", xmlText(r.WantsDir))
	}
	for _, k := range r.UnseenKnown {
		suite.AddProperty("known, but it did not show", xmlText(k))
	}
	for _, p := range r.Properties {
		suite.AddTestcase(b.testcase(r, p))
	}
	if why := b.noVerdict(r); why != "" {
		suite.AddTestcase(verdictCase(unrun{r.job(), r.Verdict, why}))
	}
	return suite
}

// testcase returns the case of one property. It holds all findings that break it.
func (b *Batch) testcase(r Report, p Property) junit.Testcase {
	out := junit.Testcase{Name: p.ID, Classname: r.job().suite(), Status: string(p.Verdict)}
	fresh, known := r.breaking(p.ID)
	switch {
	case r.Verdict == evidence.HarnessBroken:
		out.Skipped = &junit.Result{Message: xmlText(r.BrokenText())}
	case p.Verdict == evidence.Refuted && len(fresh) == 0 && len(known) > 0:
		out.Skipped = knownResult(known)
	case p.Verdict == evidence.Refuted && !b.accepted(r):
		out.Failure = b.failure(r, p.ID, slices.Concat(fresh, known))
	case b.missed(r) && len(r.missing(p.ID)) > 0:
		out.Failure = &junit.Result{Type: "not caught", Message: missedText(r, p.ID)}
	case p.Verdict == evidence.NotClaimed:
		out.Skipped = &junit.Result{Message: string(evidence.NotClaimed) + ": the engine does not promise it"}
	case p.Verdict == evidence.NotExercised:
		out.Skipped = &junit.Result{Message: fmt.Sprintf("%s: none of %s put it to the test", p.Verdict, plain.Count(r.States.Visited, "visited state"))}
	}
	return out
}

// failure says how a property was refuted, by each of the findings.
func (b *Batch) failure(r Report, property string, all []Finding) *junit.Result {
	out := &junit.Result{Type: string(evidence.Refuted)}
	var data strings.Builder
	for i, f := range all {
		if len(all) > 1 {
			fmt.Fprintf(&data, "== finding %d of %d\n", i+1, len(all))
		}
		sentence := f.Sentence
		if f.Property == property {
			data.WriteString(b.evidence(r, f))
		} else {
			sentence, _ = f.also(property)
			data.WriteString(sentence + "\nbroken by the state that breaks " + f.Property + "\n" + b.again(r, f) + "\n")
		}
		if i == 0 {
			out.Message = xmlText(sentence)
		}
	}
	if more := len(all) - 1; more > 0 {
		out.Message += fmt.Sprintf(" (and %s more)", plain.Count(more, "finding"))
	}
	out.Data = xmlText(data.String())
	return out
}

// knownResult says which known causes break a property, and that no other does.
func knownResult(known []Finding) *junit.Result {
	message := string(evidence.Refuted) + ", all known"
	for _, f := range known {
		message += "; " + f.knownLine()
	}
	return &junit.Result{Message: xmlText(message)}
}

// evidence returns the finding in full and how to see it again.
func (b *Batch) evidence(r Report, f Finding) string {
	t := &text{}
	t.finding(f)
	out := t.b.String()
	if again := b.again(r, f); again != "" {
		out += "\nto see it again:\n  " + again + "\n"
	}
	return out
}

// missed reports that a planted bug or a weakness should have been seen, and was not.
func (b *Batch) missed(r Report) bool {
	return b.Expect && r.mustBeRefuted() && !r.AsExpected && r.Verdict != evidence.Unknown && r.Verdict != evidence.HarnessBroken
}

// missedText says what was not seen; of a property, if one is given.
func missedText(r Report, property string) string {
	what := "the planted bug was not caught"
	if r.Planted == "" {
		what = "a documented weakness was not seen"
	}
	return fmt.Sprintf("%s: got %s in %s, want %s refuted", what, r.Verdict, r.States.text(), strings.Join(r.missing(property), " and "))
}

// noVerdict says why a report is neither good nor bad; "" if it is.
func (b *Batch) noVerdict(r Report) string {
	switch {
	case r.Verdict == evidence.HarnessBroken:
		return r.BrokenText()
	case r.Verdict == evidence.Refuted || b.accepted(r) || b.missed(r):
		return ""
	case r.Verdict == evidence.Unknown && len(r.Unfired) > 0:
		return "nothing can be said: " + strings.Join(r.UnfiredText(), "; ")
	case r.Verdict == evidence.Unknown && r.Cut != "":
		return "nothing can be said: " + r.CutText()
	case r.Verdict == evidence.Unknown && r.States.Visited == 0:
		return "nothing can be said: no state was visited"
	case r.Verdict == evidence.Unknown:
		return "nothing can be said: " + plain.Count(r.States.Unknown, "state") + " could not be judged"
	}
	return ""
}

// verdictCase returns the case of a run that came to no verdict: an error, unless this
// machine cannot run it.
func verdictCase(u unrun) junit.Testcase {
	out := junit.Testcase{Name: "verdict", Classname: u.suite(), Status: string(u.verdict)}
	result := &junit.Result{Message: xmlText(u.why)}
	if u.verdict == evidence.NotRun {
		out.Skipped = result
		return out
	}
	result.Type = string(u.verdict)
	out.Error = result
	return out
}

// xmlText returns s without what XML cannot hold, not even escaped.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n', r >= 0x20 && r < 0xFFFE && (r < 0xD800 || r > 0xDFFF), r > 0xFFFF:
			return r
		}
		return '\uFFFD'
	}, s)
}
