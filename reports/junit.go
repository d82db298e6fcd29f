package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
	"github.com/jstemmer/go-junit-report/v2/junit"
)

// WriteJUnit writes the batch as JUnit XML: a suite for each engine and profile,
// in it a case for each property. A property is a failure if it was refuted and
// that was not expected, and skipped if nothing can be said of it. A run without a
// verdict is an error, so that an interrupted command never reads as a pass.
func (b *Batch) WriteJUnit(w io.Writer) error {
	suites := junit.Testsuites{Name: "ackproof"}
	seconds := 0.0
	for _, d := range b.done {
		seconds += d.Seconds
		suites.AddSuite(b.suite(d.Report))
	}
	jobs, why := b.notRun()
	for i, job := range jobs {
		suite := newSuite(job, 0)
		suite.AddTestcase(failedRun(job, why[i]))
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
		{"states", fmt.Sprint(r.States.Visited)},
		{"distinct", fmt.Sprint(r.States.Distinct)},
		{"programs", fmt.Sprintf("%d of %d", r.Programs.Explored, r.Programs.Planned)},
		{"outOfBudget", fmt.Sprint(r.OutOfBudget)},
	} {
		suite.AddProperty(p[0], p[1])
	}
	if len(r.Without) > 0 {
		suite.AddProperty("without", strings.Join(r.Without, " "))
	}
	for _, p := range r.Properties {
		suite.AddTestcase(b.testcase(r, p))
	}
	if why := b.noVerdict(r); why != "" {
		suite.AddTestcase(failedRun(r.job(), why))
	}
	return suite
}

// testcase returns the case of one property.
func (b *Batch) testcase(r Report, p Property) junit.Testcase {
	out := junit.Testcase{Name: p.ID, Classname: r.job().suite(), Status: string(p.Verdict)}
	switch {
	case p.Verdict == evidence.Refuted && !b.accepted(r):
		out.Failure = b.failure(r, p.ID)
	case p.Verdict == evidence.NotClaimed:
		out.Skipped = &junit.Result{Message: string(evidence.NotClaimed) + ": the engine does not promise it"}
	case p.Verdict == evidence.NotExercised:
		out.Skipped = &junit.Result{Message: fmt.Sprintf("%s: none of %s put it to the test", p.Verdict, plain.Count(r.States.Visited, "visited state"))}
	case b.missed(r) && p.ID == r.Planted:
		out.Failure = &junit.Result{Type: "not caught", Message: b.missedText(r)}
	}
	return out
}

// failure says how a property was refuted: by a finding of its own, or by one
// that breaks another property first.
func (b *Batch) failure(r Report, property string) *junit.Result {
	out := &junit.Result{Type: string(evidence.Refuted)}
	for _, f := range r.Findings {
		if f.Property == property {
			out.Message = xmlText(f.Sentence)
			out.Data = xmlText(b.evidence(r, f))
			return out
		}
	}
	for _, f := range r.Findings {
		for _, also := range f.Also {
			if sentence, ok := strings.CutPrefix(also, property+": "); ok {
				out.Message = xmlText(sentence)
				out.Data = xmlText("broken by the state that breaks " + f.Property + "\n" + b.again(r, f))
				return out
			}
		}
	}
	return out
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

// missed reports that a planted bug should have been seen, and was not.
func (b *Batch) missed(r Report) bool {
	return b.Expect && r.Planted != "" && !r.AsExpected && !r.OutOfBudget
}

func (b *Batch) missedText(r Report) string {
	return fmt.Sprintf("the planted bug was not caught: got %s in %s, want %s refuted",
		r.Verdict, plain.Count(r.States.Visited, "visited state"), r.Planted)
}

// noVerdict says why a report is neither good nor bad; "" if it is.
func (b *Batch) noVerdict(r Report) string {
	switch {
	case r.Verdict == evidence.Refuted || b.accepted(r) || b.missed(r):
		return ""
	case r.Verdict == evidence.Unknown && r.States.Visited == 0:
		return "nothing can be said: no state was visited"
	case r.Verdict == evidence.Unknown:
		return "nothing can be said: " + plain.Count(r.States.Unknown, "state") + " could not be judged"
	case b.Expect && r.OutOfBudget:
		return fmt.Sprintf("the budget ended it after %d of %s", r.Programs.Explored, plain.Count(r.Programs.Planned, "program"))
	}
	return ""
}

// failedRun returns the case of a run that came to no verdict.
func failedRun(job Job, why string) junit.Testcase {
	return junit.Testcase{Name: "verdict", Classname: job.suite(), Error: &junit.Result{Type: string(evidence.Unknown), Message: xmlText(why)}}
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
