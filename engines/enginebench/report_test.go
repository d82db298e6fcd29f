package enginebench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// report returns a report of a durable engine on a disk of 4 ms, with results of each kind.
func report() Report {
	flush := within(0.002, 0, true)
	flush.Name = "flush"
	purge := within(0.2, 0.1, true)
	purge.Name, purge.Does, purge.Values = "purge", "purges", []float64{0.2, 0.15, 0.3}
	purge.Fastest, purge.Calls = 150*time.Millisecond, 3
	return Report{
		Engine: "mywal", About: "a log", Runs: 3,
		Device: Device{FileSystem: "ext4", Fsync: 4 * time.Millisecond},
		Results: []Result{
			persisted(21_000, true), flush, purge,
			{Measurement: Measurement{Name: "reset", Target: Target{1, Seconds}}, Err: errors.New("no\x1b[2J space")},
			{Measurement: Measurement{Name: "truncate", Target: Target{0.1, Seconds}}, Err: fmt.Errorf("%w: no truncate", ErrNotOffered)},
		},
		Costs: Costs{Commits: 10, Entries: 1000, Fsyncs: 10, DataSyncs: 5, DirectorySyncs: 1, WrittenBytes: 150_000, PayloadBytes: 100_000},
	}
}

const wantText = `mywal: a log
  measured         target               median            ratio  verdict
  persist_entries  > 100,000 entries/s  21,000 entries/s  0.21   within one fsync
  flush            none                 2 ms                     no target
  purge            < 100 ms             200 ms            0.5    missed: 196 ms without one fsync; the fastest of 3 calls took 150 ms
  reset            < 1 s                                         failed: no\x1b[2J space
  truncate         < 100 ms                                      not offered: no truncate
  device   ext4: an fsync after 10,000 bytes takes 4 ms (250 a second)
  journal  1.6 syncs for each commit of 100 entries (10 commits: 10 fsyncs, 5 fdatasyncs, 1 fsync of directories), 150 bytes written for each entry, 1.5 times its payload

`

func TestText(t *testing.T) {
	var out bytes.Buffer
	if err := WriteText(&out, report()); err != nil || out.String() != wantText {
		t.Errorf("got %v and\n%s\nwant\n%s", err, out.String(), wantText)
	}
	r := report()
	r.CostsErr = errors.New("no FUSE here")
	out.Reset()
	if err := WriteText(&out, r); err != nil || !strings.Contains(out.String(), "  journal  none: no FUSE here\n") {
		t.Errorf("got %v and\n%s\nwant to be told why there is no journal", err, out.String())
	}
}

func TestReportOK(t *testing.T) {
	r := report()
	for _, c := range []struct {
		results []Result
		want    bool
	}{
		{r.Results, false},
		{r.Results[:2], true},
		{r.Results[2:3], false},
		{r.Results[3:4], false},
		{r.Results[4:], true},
	} {
		if r.Results = c.results; r.OK() != c.want {
			t.Errorf("%v: got %t, want %t", namesOf(r), r.OK(), c.want)
		}
	}
}

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	if err := WriteJSON(&out, report()); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Engine  string
		OK      bool
		Device  map[string]any
		Results []struct {
			Name, Unit, Verdict, Error string
			Value, Ratio, Target       float64
			WithoutFsync               float64 `json:"without_fsync"`
			FastestSeconds             float64 `json:"fastest_seconds"`
		}
		Journal map[string]float64
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || strings.Count(out.String(), "\n") != 1 {
		t.Fatalf("got %v of\n%s\nwant one line of JSON", err, out.String())
	}
	if got.Engine != "mywal" || got.OK || got.Device["fsyncs_per_second"] != 250.0 || got.Device["file_system"] != "ext4" {
		t.Errorf("got %+v, want mywal on ext4, not OK", got)
	}
	var verdicts []string
	for _, r := range got.Results {
		verdicts = append(verdicts, r.Verdict)
	}
	if want := "within one fsync,no target,missed,failed,not offered"; strings.Join(verdicts, ",") != want {
		t.Errorf("got %q, want %s", verdicts, want)
	}
	if purge := got.Results[2]; purge.Value != 0.2 || purge.Target != 0.1 || purge.Ratio != 0.5 || purge.WithoutFsync != 0.196 || purge.Unit != "s" || purge.FastestSeconds != 0.15 {
		t.Errorf("got %+v, want 0.2 s, half as good as 0.1 s, 0.196 s without an fsync", purge)
	}
	if got.Results[3].Error == "" || got.Results[0].Error != "" {
		t.Errorf("got %+v, want an error where it failed", got.Results)
	}
	if j := got.Journal; j["commits"] != 10 || j["syncs_per_commit"] != 1.6 || j["bytes_per_entry"] != 150 || j["fdatasyncs"] != 5 {
		t.Errorf("got the journal %v, want the counts", j)
	}
}

const wantMarkdown = "" +
	"| What is measured | Target | `mywal` | `other` |\n" +
	"| --- | --- | --- | --- |\n" +
	"| `persist_entries` | > 100,000 entries/s | 21,000 entries/s (0.21), within one fsync | 300,000 entries/s (3) |\n" +
	"| `flush` | none | 2 ms | 2 ms |\n" +
	"| `purge` | < 100 ms | 200 ms (0.5), **missed: 196 ms without one fsync; the fastest of 3 calls took 150 ms** | 200 ms (0.5), **missed: 196 ms without one fsync; the fastest of 3 calls took 150 ms** |\n" +
	"| `reset` | < 1 s | **failed** | **failed** |\n" +
	"| `truncate` | < 100 ms | - | - |\n"

func TestMarkdown(t *testing.T) {
	other, machine := report(), report()
	other.Engine, other.Results[0], other.CostsErr = "other", persisted(300_000, false), errors.New("none")
	machine.Engine, machine.Results, machine.Costs.PayloadBytes = "machine", machine.Results[2:3], 0
	var out bytes.Buffer
	if err := WriteMarkdown(&out, []Report{report(), other, machine}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		wantMarkdown, "- `purge` purges.\n", "| `mywal` | 250 | 1.6 | 150 | 1.5 |\n| `other` | 250 | - | - | - |\n",
		"| What is measured | Target | `machine` |\n", "| `machine` | 250 | 1.6 | - | - |\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got\n%s\nwant in it\n%s", out.String(), want)
		}
	}
}
