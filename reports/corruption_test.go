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

// corruptionMap has a place that detects a flip and cuts off behind a zeroed sector, serves a flip while
// it is open, and panics where a flush lied.
func corruptionMap() *evidence.CorruptionMap {
	frames := []journal.Frame{{Function: "example.com/wal.append", File: "/src/wal/wal.go", Line: 10}}
	place := &evidence.CorruptedPlace{
		SyncPlace: &evidence.SyncPlace{Frames: frames, File: "*.wal"}, Records: 3,
		AtRest: evidence.ByKind{}, Running: evidence.ByKind{},
	}
	for range 2 {
		place.AtRest.Add(corrupt.Flip, evidence.Detected, evidence.Reacted{Program: "p", What: "bit 0 of byte 8 of /db/1.wal"})
	}
	place.AtRest.Add(corrupt.Zero, evidence.Truncated, evidence.Reacted{Program: "p", What: "sector 0 of /db/1.wal", Shown: "the log is empty"})
	place.Running.Add(corrupt.Flip, evidence.Wrong, evidence.Reacted{Program: "q", What: "bit 1 of byte 9 of /db/1.wal before call 4", Shown: "call 5 returned 7"})
	lying := evidence.ByReaction{}
	lying.Add(evidence.Crashed, evidence.Reacted{Program: "p", What: "create of /db/1.wal never was", Shown: "panic: nil"})
	return &evidence.CorruptionMap{Engine: "wal", Claimed: true, Programs: 2, Places: []*evidence.CorruptedPlace{place}, Lying: lying}
}

func TestCorruptionMapTells(t *testing.T) {
	var b strings.Builder
	if err := reports.WriteCorruptionMap(&b, corruptionMap()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"wal: what 2 programs stored went wrong, one thing at a time; it claims to detect corruption\n",
		" before the engine was opened  flip     zeroed   swapped  stale    lost     misdirected\n" +
			" 1 *.wal                       d        T        -        -        -        -\n" +
			" while the engine was open     flip     zeroed   swapped  stale    lost     misdirected\n" +
			" 1 *.wal                       W        -        -        -        -        -\n",
		"1 *.wal, 3 writes\n wal.append wal.go:10\n  bit flip, at rest: 2 detected\n  bit flip, running: 1 wrong data\n" +
			"  zeroed sector, at rest: 1 silent truncation\n",
		"  silent truncation: zeroed sector, at rest, sector 0 of /db/1.wal, after p: the log is empty\n",
		"  crash: create of /db/1.wal never was, after p: panic: nil\n",
		"\n3 corruptions before the engine was opened: 2 detected, 1 silent truncation\n" +
			"1 corruption while the engine was open: 1 wrong data\n1 disk whose flushes lie: 1 crash\n",
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
		Total                     map[string]map[string]int
		Places                    []struct {
			File      string
			Reactions []struct {
				When, Kind, Reaction string
				Count                int
			}
		}
		Lying []struct{ Kind string }
	}
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	if got.Version != 2 || got.Silent != 2 || got.Total["at rest"]["detected"] != 2 || got.Total["running"]["wrong data"] != 1 ||
		len(got.Places) != 1 || len(got.Places[0].Reactions) != 3 || len(got.Lying) != 1 || got.Lying[0].Kind != "lying flush" {
		t.Errorf("got %s", b.String())
	}
}

func TestCorruptionMapMarkdown(t *testing.T) {
	var b strings.Builder
	if err := reports.WriteCorruptionMarkdown(&b, corruptionMap()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| `*.wal`, `wal.append` | d | T | - | - | - | - |\n", "| `*.wal`, `wal.append` | W | - | - | - | - | - |\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("got\n%s\nwant in it\n%s", b.String(), want)
		}
	}
}
