package reports_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
)

// corruptionMap has a place that detects a flip and cuts off behind a zeroed sector.
func corruptionMap() *evidence.CorruptionMap {
	frames := []journal.Frame{{Function: "example.com/wal.append", File: "/src/wal/wal.go", Line: 10}}
	place := &evidence.CorruptedPlace{
		SyncPlace: &evidence.SyncPlace{Frames: frames, File: "*.wal"}, Records: 3,
		By: map[corrupt.Kind]map[evidence.Reaction]*evidence.Reacted{},
	}
	for range 2 {
		place.Add(corrupt.Flip, evidence.Detected, evidence.Reacted{Program: "p", What: "bit 0 of byte 8 of /db/1.wal"})
	}
	place.Add(corrupt.Zero, evidence.Truncated, evidence.Reacted{Program: "p", What: "sector 0 of /db/1.wal", Shown: "the log is empty"})
	return &evidence.CorruptionMap{Engine: "wal", Claimed: true, Programs: 2, Places: []*evidence.CorruptedPlace{place}}
}

func TestCorruptionMapTells(t *testing.T) {
	var b strings.Builder
	if err := reports.WriteCorruptionMap(&b, corruptionMap()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"wal: what 2 programs stored went wrong, one thing at a time; it claims to detect corruption\n",
		"\n 1 *.wal                    d        T        -        -        -        -\n",
		"1 *.wal, 3 writes\n wal.append wal.go:10\n  bit flip: 2 detected\n  zeroed sector: 1 silent truncation\n" +
			"  silent truncation: zeroed sector, sector 0 of /db/1.wal, after p: the log is empty\n",
		"\n3 corruptions: 2 detected, 1 silent truncation\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("got\n%s\nwant in it\n%s", b.String(), want)
		}
	}
}

func TestCorruptionMapJSON(t *testing.T) {
	var b strings.Builder
	if err := reports.WriteCorruptionMapJSON(&b, corruptionMap()); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Version, Programs, Silent int
		Total                     map[string]int
		Places                    []struct {
			File      string
			Reactions []struct {
				Kind, Reaction string
				Count          int
			}
		}
	}
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	if got.Version != 1 || got.Silent != 1 || got.Total["detected"] != 2 || len(got.Places) != 1 || len(got.Places[0].Reactions) != 2 {
		t.Errorf("got %s", b.String())
	}
}

func TestCorruptionMapMarkdown(t *testing.T) {
	var b strings.Builder
	if err := reports.WriteCorruptionMarkdown(&b, corruptionMap()); err != nil {
		t.Fatal(err)
	}
	if want := "| `*.wal`, `wal.append` | d | T | - | - | - | - |\n"; !strings.Contains(b.String(), want) {
		t.Errorf("got\n%s\nwant in it\n%s", b.String(), want)
	}
}
