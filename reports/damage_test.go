package reports_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
)

// TestFindingOfCorruption: what went wrong, who wrote it, what came of it and what would have told
// is in text and JSON, and no power failure is.
func TestFindingOfCorruption(t *testing.T) {
	c := plant(t, "hard-state-not-checked")
	r := verify(t, c.Factory(), "flush\nsave-hard-state term=+1\nread-hard-state\n")
	r.Planted, r.AsExpected = models.Property(c.Property), len(r.Findings) > 0
	var text, line bytes.Buffer
	if err := reports.WriteFindings(&text, reports.New(r)); err != nil {
		t.Fatal(err)
	}
	if err := reports.WriteJSON(&line, reports.New(r)); err != nil {
		t.Fatal(err)
	}
	golden(t, "hard-state-not-checked.txt", text.Bytes())
	golden(t, "hard-state-not-checked.json", line.Bytes())
	finding, _, _ := strings.Cut(text.String(), "\nproperty ")
	if strings.Contains(finding, "crash") {
		t.Errorf("a finding that needs no crash speaks of one:\n%s", finding)
	}
}

func TestCorruptionTexts(t *testing.T) {
	for want, b := range map[string]reports.CorruptedBytes{
		"byte 7 of /db/log: 01 was stored, 11 is there":                                         {File: "/db/log", Offset: 7, Length: 1, Stored: "01", Found: "11"},
		"bytes 512 to 1023 of /db/log: 0102030405060708... was stored, 0000... is there":        {File: "/db/log", Offset: 512, Length: 512, Stored: "010203040506070809", Found: "0000"},
		"bytes 0 to 7 of /db/log: 0102030405060708 was stored, 0000000000000000 is there":       {File: "/db/log", Length: 8, Stored: "0102030405060708", Found: "0000000000000000"},
		"bytes 0 to 8 of /db/log: 0102030405060708... was stored, 0000000000000000... is there": {File: "/db/log", Length: 9, Stored: "010203040506070809", Found: "000000000000000000"},
	} {
		if got := b.Text(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	c := reports.Corruption{Tried: []reports.TriedCorruption{
		{Kind: "bit flip", Reaction: "detected", Count: 2, Offsets: []int64{1, 2}},
		{Kind: "lost write", Reaction: "masked", Count: 1},
		{Kind: "bit flip", Reaction: "wrong data", Count: 8, Offsets: []int64{1, 2, 3, 4, 5, 6, 7, 8}},
		{Kind: "bit flip", Reaction: "silent truncation", Count: 1, Offsets: []int64{9}},
	}}
	want := "bit flip: 2 detected, 8 wrong data (bytes 1, 2, 3, 4, 5, 6, 2 more), 1 silent truncation (byte 9)\nlost write: 1 masked"
	if got := strings.Join(c.TriedTexts(), "\n"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
