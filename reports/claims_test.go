package reports_test

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/reports"
)

// Every claim has a word.
func TestEveryClaimHasWord(t *testing.T) {
	seen := map[string]bool{}
	for i := range reflect.TypeFor[engines.Claims]().NumField() {
		var claims engines.Claims
		reflect.ValueOf(&claims).Elem().Field(i).SetBool(true)
		o := &evidence.Outcome{Engine: "e"}
		o.Conclude(raftlog.Contract{Claims: claims})
		words := reports.New(reports.Result{Outcome: o}).Claims
		if len(words) != 1 || seen[words[0]] {
			t.Errorf("%+v: got the words %v, want one of its own", claims, words)
			continue
		}
		seen[words[0]] = true
	}
}

// What is not offered is told, and nothing is where all is.
func TestWithoutIsTold(t *testing.T) {
	o := &evidence.Outcome{Engine: "e"}
	o.Conclude(raftlog.Contract{
		Claims: engines.Claims{WriteDurable: true}, Without: engines.Without{Purge: true, Reset: true},
	})
	r := reports.New(reports.Result{Outcome: o})
	if !slices.Equal(r.Without, []string{"purge", "reset"}) || r.ClaimText() != "write-durable; without purge, reset" {
		t.Errorf("got without %v and %q, want purge and reset in both", r.Without, r.ClaimText())
	}
	var line bytes.Buffer
	if err := reports.WriteJSON(&line, r); err != nil || !strings.Contains(line.String(), `"without":["purge","reset"]`) {
		t.Errorf("got %s, %v", &line, err)
	}
	o = &evidence.Outcome{}
	o.Conclude(raftlog.Contract{Claims: engines.Claims{Volatile: true}})
	whole := reports.New(reports.Result{Outcome: o})
	if whole.Without != nil || whole.ClaimText() != "volatile" {
		t.Errorf("got without %v and %q, want volatile alone", whole.Without, whole.ClaimText())
	}
}
