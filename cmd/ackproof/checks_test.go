package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
	"github.com/ackproof/ackproof/harness/evidence"
)

// TestBuiltinEnginesConform holds every log and every state machine that is built in to the
// contract, in memory and in real directories, those that crashes refute too.
func TestBuiltinEnginesConform(t *testing.T) {
	const programCount = 2 // the engines' own tests run more
	checks, end, err := plan(builtin.Engines(), t.TempDir(), 0)
	t.Cleanup(end)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel() // they mostly wait for fsync
			report, err := c.examine(t.Context(), enginetest.Options{NewEnv: c.newEnv, Programs: programCount})
			if err != nil {
				t.Fatal(err)
			}
			if err := report.Err(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A check in JSON has what the text has: docs/JSON.md promises the fields.
func TestCheckInJSON(t *testing.T) {
	report := enginetest.Report{
		Results: []enginetest.Result{
			{Case: "one", Rule: "rule 1"},
			{Case: "two", Rule: "rule 2", Err: errors.New("got 1, want 2")},
			{Case: "three", Rule: "rule 3", Err: fmt.Errorf("%w: it has none", enginetest.ErrSkipped)},
		},
		Declines: []trial.Decline{{Claim: "Limits.BatchMaxEntries", Value: 20, Seen: "it refuses more", Cases: []string{"two"}}},
	}
	got, err := json.Marshal(newCheckLine(check{engine: "mywal", subject: "log", place: inMemory}, evidence.Refuted, report))
	const want = `{"version":1,"engine":"mywal","subject":"log","place":"memory","verdict":"refuted",` +
		`"cases":[{"name":"one","result":"passed","rule":"rule 1"},` +
		`{"name":"two","result":"failed","rule":"rule 2","error":"got 1, want 2"},` +
		`{"name":"three","result":"skipped","rule":"rule 3","error":"not exercised: it has none"}],` +
		`"declines":[{"claim":"Limits.BatchMaxEntries","value":20,"seen":"it refuses more","cases":["two"]}]}`
	if string(got) != want || err != nil {
		t.Errorf("got\n%s, error %v, want\n%s", got, err, want)
	}
}
