package node

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
	"github.com/ackproof/ackproof/models/raftlog"
)

// TestStored: what bundles hold reads back as it was.
func TestStored(t *testing.T) {
	l := compacted().log(raftlog.Op{Kind: raftlog.Flush})
	l.call(&Op{Log: &raftlog.Op{Kind: raftlog.ReadLastIndex}}, models.Result{Answer: &Answer{Log: &raftlog.Answer{LastIndex: 6}}})
	r := shows(5, 6, 0).snapshot(4, 7, 7).recovered()
	r.Probe = &Probe{Log: raftlog.Probe{Entry: raftlog.EntriesOf(entries(7, 7))[0]}, Machine: machine.Probe{Entry: machine.EntryOf(entries(1, 1)[0])}}
	r.Again = r.Probe.After(r.View)
	l.call(models.Crash, models.Result{Recovered: r})
	text, err := json.Marshal(l.h)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Stored.History(text)
	if err != nil || !reflect.DeepEqual(got, l.h) {
		t.Errorf("got %v, error %v, want %v", got, err, l.h)
	}
	if text, err = json.Marshal(late); err != nil {
		t.Fatal(err)
	}
	if c, err := Stored.Contract(text); err != nil || c != models.Contract(late) {
		t.Errorf("got %v, error %v, want %v", c, err, late)
	}
	for _, text := range []string{`[{"ID":1,"Op":{}}]`, `[{"ID":1,"Op":{"Log":{"Kind":1},"Machine":{"Kind":1}}}]`, `[{"ID":1,"Op":7}]`} {
		if h, err := Stored.History([]byte(text)); err == nil {
			t.Errorf("%s: got %v, want an error", text, h)
		}
	}
}

// TestWords: an operation says whose it is where both parts have one of that name.
func TestWords(t *testing.T) {
	for want, op := range map[string]*Op{
		"flush of the log":              {Log: &raftlog.Op{Kind: raftlog.Flush}},
		"reset of the machine":          {Machine: &machine.Op{Kind: machine.Reset}},
		"purge 3 (term 1)":              {Log: &raftlog.Op{Kind: raftlog.Purge, Cutoff: at(3)}},
		"generate s at 2 (term 1)":      {Machine: &machine.Op{Kind: machine.Generate, Name: "s", Position: at(2)}},
		"read-metadata":                 {Machine: &machine.Op{Kind: machine.ReadMetadata}},
		"save-hard-state term 0 vote 0": {Log: &raftlog.Op{Kind: raftlog.SaveHardState}},
	} {
		if got := op.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	answer := &Answer{Machine: &machine.Answer{Applied: at(4)}}
	if got := (&Op{Machine: &machine.Op{Kind: machine.ReadApplied}}).AnswerText(answer); got != "4 (term 1)" {
		t.Errorf("got answer %q", got)
	}
	if got := (&Op{Log: &raftlog.Op{Kind: raftlog.Flush}}).AnswerText(nil); got != "ok" {
		t.Errorf("got answer %q of nothing", got)
	}
}

// TestViews: both parts tell views apart, and both have rows.
func TestViews(t *testing.T) {
	base := shows(1, 4, 2)
	for name, other := range map[string]*shown{"log": shows(1, 3, 2), "machine": shows(1, 4, 1), "file": shows(1, 4, 2).snapshot(2, 1, 1)} {
		if base.Key() == other.Key() {
			t.Errorf("%s: two views have one key", name)
		}
	}
	rows := base.Rows(nil)
	if first, last := rows[0].What, rows[len(rows)-1].What; first != "boundary" || last != "last snapshot" {
		t.Errorf("got rows from %s to %s, want the log's and then the machine's", first, last)
	}
	want := "the log 1-4 (term 1) with last index 4, purge boundary none and hard state none; and the machine {} at 2 (term 1) with no snapshot"
	if got := base.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestClaims: the claims of both parts, with their parts.
func TestClaims(t *testing.T) {
	want := []string{"log:write-durable", "log:mutations-durable", "machine:persist-needs-flush"}
	if got := late.ClaimWords(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := late.DurabilityWord(); got != "buffered" {
		t.Errorf("got %q, want that both must be flushed", got)
	}
	more, ok := late.Promised()
	if got := more.DurabilityWord(); !ok || got != "durable" {
		t.Errorf("got %q, %v of what could be promised", got, ok)
	}
	if again, ok := more.Promised(); ok {
		t.Errorf("got more to promise, %v", again)
	}
}
