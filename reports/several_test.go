package reports_test

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
)

func cause(t *testing.T, text string) evidence.Known {
	t.Helper()
	c, err := evidence.ParseCause(text)
	if err != nil {
		t.Fatal(err)
	}
	return evidence.Known{Cause: c}
}

// several is a run with two findings of one property, of which one was not shrunk, with a
// third of a known cause, and with a known cause that did not show.
func several(t *testing.T) reports.Result {
	t.Helper()
	r := verify(t, plant(t, "no-sync-on-persist").Factory(), "persist 1\npurge 1\n")
	if len(r.Findings) != 2 {
		t.Fatalf("got %d findings, want one of acked-durable and one of purge-boundary", len(r.Findings))
	}
	slices.SortFunc(r.Findings, func(a, b *evidence.Case) int { return cmp.Compare(a.Property(), b.Property()) })
	first, known := r.Findings[0], r.Findings[1]
	other := *first
	other.Unfinished, other.Signature = evidence.NotShrunk, "acked-durable; lost create *.base in open by canary.create"
	explanation := *first.Explanation
	explanation.MissingFsync = nil
	other.Explanation, other.States = &explanation, 7
	comment := cause(t, known.Signature)
	comment.Comment = "issue 12"
	known.Known = &comment
	r.Findings = []*evidence.Case{first, &other, known}
	r.UnseenKnown = []evidence.Known{cause(t, "prefix; lost write *.log in persist")}
	return r
}

// onlyKnown leaves the known finding alone.
func onlyKnown(r reports.Result) reports.Result {
	outcome := *r.Outcome
	outcome.Findings = r.Findings[2:]
	outcome.Properties = nil
	for _, p := range r.Properties {
		if p.ID == "acked-durable" {
			p.Verdict = evidence.Held
		}
		outcome.Properties = append(outcome.Properties, p)
	}
	r.Outcome = &outcome
	return r
}

func batchOf(r reports.Result) *reports.Batch {
	b := &reports.Batch{Jobs: []reports.Job{{Engine: r.Engine, Profile: r.Profile}}}
	b.Add(r, reports.New(r))
	return b
}

func TestSeveralFindings(t *testing.T) {
	r := several(t)
	report := reports.New(r)
	var findings, line bytes.Buffer
	if err := errors.Join(reports.WriteFindings(&findings, report), (reports.Table{}).Line(&findings, report), reports.WriteJSON(&line, report)); err != nil {
		t.Fatal(err)
	}
	golden(t, "several.txt", findings.Bytes())
	golden(t, "several.json", line.Bytes())
	forms := written(t, batchOf(r))
	golden(t, "several.xml", []byte(forms["JUnit"]))
	golden(t, "several.md", []byte(forms["summary"]))
	golden(t, "several.annotations", []byte(forms["annotations"]))
}

// A property's case in JUnit holds each of its findings.
func TestJUnitHoldsAllFindings(t *testing.T) {
	r := several(t)
	for _, c := range readJUnit(t, batchOf(r)).Suites[0].Testcases {
		switch c.Name {
		case "acked-durable":
			if c.Failure == nil || strings.Count(c.Failure.Data, r.Findings[0].Signature+"\n") != 1 || strings.Count(c.Failure.Data, r.Findings[1].Signature+"\n") != 1 {
				t.Errorf("got %+v, want a failure with both causes", c.Failure)
			}
		case "purge-boundary":
			if c.Failure != nil || c.Skipped == nil || !strings.Contains(c.Skipped.Message, r.Findings[2].Signature+" # issue 12") {
				t.Errorf("got %+v, %+v, want it skipped with the known cause and its comment", c.Failure, c.Skipped)
			}
		}
	}
}

// Where all is known, no form calls it a failure, and each says what is known.
func TestAllKnownIsGreen(t *testing.T) {
	r := onlyKnown(several(t))
	b := batchOf(r)
	if suites := readJUnit(t, b); suites.Failures+suites.Errors != 0 {
		t.Errorf("got %d failures and %d errors, want none", suites.Failures, suites.Errors)
	}
	for form, text := range written(t, b) {
		for _, bad := range []string{"::error", "REFUTED"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s says %q:\n%s", form, bad, text)
			}
		}
		for _, want := range []string{"issue 12", "prefix; lost write *.log in persist"} {
			if form == "summary" {
				want = strings.ReplaceAll(want, "*", "&#42;")
			}
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q:\n%s", form, want, text)
			}
		}
	}
}

// With no explanation to the end, no form says that no fsync helps, nor calls a loss a
// culprit that may not matter.
func TestUnfinishedIsNoAnswer(t *testing.T) {
	r := several(t)
	outcome := *r.Outcome
	outcome.Findings = r.Findings[1:2]
	r.Outcome = &outcome
	forms := written(t, batchOf(r))
	forms["text"] = reports.FindingText(r.Findings[0])
	for form, text := range forms {
		if !strings.Contains(text, evidence.NotShrunk) {
			t.Errorf("%s does not say %q:\n%s", form, evidence.NotShrunk, text)
		}
		for _, bad := range []string{"o fsync helps", "culprit", "issing fsync"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s says %q of what nobody looked at:\n%s", form, bad, text)
			}
		}
	}
}

// A broken harness is an error, whatever was found; an engine that cannot run here is
// none.
func TestBrokenAndNotRun(t *testing.T) {
	r := several(t)
	outcome := *r.Outcome
	outcome.Verdict = evidence.HarnessBroken
	r.Outcome = &outcome
	b := batchOf(r)
	away := reports.Job{Engine: "bolt", Profile: "xfs"}
	b.Jobs = append(b.Jobs, away)
	b.NotRun(away, errors.New("no FUSE here"))
	if suites := readJUnit(t, b); suites.Failures != 0 || suites.Errors != 1 {
		t.Errorf("got %d failures and %d errors, want one error", suites.Failures, suites.Errors)
	}
	forms := written(t, b)
	if want := "### Ackproof: 0 held, 1 harness broken, 1 not run\n"; !strings.HasPrefix(forms["summary"], want) {
		t.Errorf("got %.80q, want %q", forms["summary"], want)
	}
	if want := "::notice title=bolt under xfs was not run::no FUSE here\n"; !strings.Contains(forms["annotations"], want) {
		t.Errorf("got %s, want %s", forms["annotations"], want)
	}
	for form, text := range forms {
		if !strings.Contains(text, "harness broken, so nothing can be said") {
			t.Errorf("%s does not say that the harness is broken:\n%s", form, text)
		}
	}
}
