package main

import (
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
)

func result(verdict evidence.Verdict, asExpected bool) reports.Result {
	o := &evidence.Outcome{Verdict: verdict, Tally: evidence.Tally{Visited: 10, Distinct: 2}}
	return reports.Result{Outcome: o, AsExpected: asExpected}
}

// TestConclusion holds the last line and the exit code to the same verdict.
func TestConclusion(t *testing.T) {
	t.Setenv("ACKPROOF_REQUIRE", "")
	held, refuted := result(evidence.Held, true), result(evidence.Refuted, false)
	caught, missed := result(evidence.Refuted, true), result(evidence.Held, false)
	unknown, broken := result(evidence.Unknown, false), result(evidence.HarnessBroken, false)
	known := result(evidence.Refuted, true)
	known.Findings = []*evidence.Case{{Known: &evidence.Known{}}}
	cutKnown := result(evidence.Refuted, false)
	cutKnown.Findings, cutKnown.Cut = known.Findings, "interrupted"
	type want struct {
		code int
		line string
	}
	for _, c := range []struct {
		name              string
		results           []reports.Result
		planned           int
		want, whenExpects want
	}{
		{"all hold", []reports.Result{held, held}, 2, want{exitHeld, "held; "}, want{exitHeld, "as expected; "}},
		{"one refuted", []reports.Result{held, refuted}, 2, want{exitRefuted, "refuted; "}, want{exitRefuted, "refuted; "}},
		{"a canary caught", []reports.Result{caught, held}, 2, want{exitRefuted, "refuted; "}, want{exitHeld, "as expected; "}},
		{"a canary missed", []reports.Result{missed, held}, 2, want{exitHeld, "held; "}, want{exitRefuted, "refuted; "}},
		{"unknown", []reports.Result{unknown, held}, 2, want{exitUnknown, "unknown; "}, want{exitUnknown, "unknown; "}},
		{"refuted and unknown", []reports.Result{unknown, refuted}, 2, want{exitRefuted, "refuted; "}, want{exitRefuted, "refuted; "}},
		{"interrupted", []reports.Result{held}, 2, want{exitUnknown, "unknown; "}, want{exitUnknown, "unknown; "}},
		{"interrupted after a finding", []reports.Result{refuted}, 2, want{exitRefuted, "refuted; "}, want{exitRefuted, "refuted; "}},
		{"all known", []reports.Result{known, held}, 2, want{exitHeld, "refuted, all known; "}, want{exitHeld, "as expected; "}},
		{"all known and interrupted", []reports.Result{cutKnown, held}, 2, want{exitUnknown, "unknown; "}, want{exitUnknown, "unknown; "}},
		{"known and another", []reports.Result{known, refuted}, 2, want{exitRefuted, "refuted; "}, want{exitRefuted, "refuted; "}},
		{"broken", []reports.Result{broken, refuted}, 2, want{exitFailure, "harness broken; "}, want{exitFailure, "harness broken; "}},
		{"nothing ran", nil, 0, want{exitUnknown, "not run; "}, want{exitUnknown, "not run; "}},
	} {
		sum := total{planned: c.planned}
		for _, r := range c.results {
			sum.add(r)
		}
		for expect, want := range map[bool]want{false: c.want, true: c.whenExpects} {
			if got := sum.conclude(expect).code; got != want.code {
				t.Errorf("%s, with --expect=%v: got exit code %d, want %d", c.name, expect, got, want.code)
			}
			if got := sum.line(expect, time.Second); !strings.HasPrefix(got, want.line) {
				t.Errorf("%s, with --expect=%v: got the line %q, want it to begin with %q", c.name, expect, got, want.line)
			}
		}
	}
}

// TestCompleteIsRequired makes anything less than a complete run a failure.
func TestCompleteIsRequired(t *testing.T) {
	t.Setenv("ACKPROOF_REQUIRE", "fuse,complete")
	sum := total{planned: 2}
	sum.add(result(evidence.Held, true))
	if got := sum.conclude(true).code; got != exitRefuted {
		t.Errorf("got exit code %d, want %d", got, exitRefuted)
	}
}

// TestFirstResult holds what the last line shows to what is worst: an unknown result
// hides no finding, and a canary that was caught is no finding where it is expected.
func TestFirstResult(t *testing.T) {
	named := func(name string, verdict evidence.Verdict, asExpected bool) reports.Result {
		r := result(verdict, asExpected)
		r.Engine = name
		return r
	}
	held, caught := named("held", evidence.Held, true), named("caught", evidence.Refuted, true)
	unknown, refuted := named("unknown", evidence.Unknown, false), named("refuted", evidence.Refuted, false)
	for _, c := range []struct {
		results           []reports.Result
		want, whenExpects string
	}{
		{[]reports.Result{held, caught, refuted}, "refuted", "refuted"},
		{[]reports.Result{unknown, caught}, "caught", "unknown"},
		{[]reports.Result{unknown, refuted}, "refuted", "refuted"},
		{[]reports.Result{held, unknown}, "unknown", "unknown"},
		{[]reports.Result{held, caught}, "caught", ""},
		{[]reports.Result{held}, "", ""},
	} {
		var sum total
		for _, r := range c.results {
			sum.add(r)
		}
		for expect, want := range map[bool]string{false: c.want, true: c.whenExpects} {
			got := ""
			if first := sum.first(expect); first != nil {
				got = first.Engine
			}
			if got != want {
				t.Errorf("with --expect=%v: got %q first, want %q", expect, got, want)
			}
		}
	}
}
