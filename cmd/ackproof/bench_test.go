package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
)

// What is measured is the machine's affair, so both verdicts are right.
func TestBench(t *testing.T) {
	var stdout bytes.Buffer
	b := bench{out: &stdout, dir: t.TempDir(), runs: 1, commits: 5}
	code := exitCode(b.run(t.Context(), []string{"mem"}, -1))
	out := stdout.String()
	for _, want := range []string{
		"mem: memory, promises nothing\n", "  get_entries ", "not offered: nothing survives a close\n",
		"  device   ", " a second)", "0 syncs for each commit of 100 entries (5 commits: ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("got\n%s\nwant in it %q", out, want)
		}
	}
	if missed := strings.Contains(out, "  missed"); missed != (code == exitRefuted) || !missed && code != exitHeld {
		t.Errorf("got exit code %d of\n%s", code, out)
	}
	if left, err := os.ReadDir(b.dir); err != nil || len(left) > 0 {
		t.Errorf("got %v, %v left in --dir, want nothing", left, err)
	}
}

func TestBenchForms(t *testing.T) {
	list, err := builtin.BenchedEngines().Find("mem", "mem-machine")
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		list[i].Measurements = list[i].Measurements[:1]
	}
	shown := func(b bench) string {
		var stdout bytes.Buffer
		b.out, b.runs, b.commits = &stdout, 1, 1
		if code := exitCode(b.engines(t.Context(), list, t.TempDir())); code != exitHeld && code != exitRefuted {
			t.Errorf("got exit code %d, want 0 or 1", code)
		}
		return stdout.String()
	}
	var engines []string
	for line := range strings.Lines(shown(bench{json: true})) {
		var got struct {
			Engine  string
			Results []struct{ Value float64 }
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil || len(got.Results) != 1 || got.Results[0].Value <= 0 {
			t.Errorf("got %+v and %v of %s", got, err, line)
		}
		engines = append(engines, got.Engine)
	}
	if strings.Join(engines, " ") != "mem mem-machine" {
		t.Errorf("got lines of %v, want mem and mem-machine", engines)
	}
	tables := shown(bench{markdown: true})
	for _, want := range []string{"| What is measured | Target | `mem` |\n", "| What is measured | Target | `mem-machine` |\n"} {
		if !strings.Contains(tables, want) {
			t.Errorf("got\n%s\nwant in it %q", tables, want)
		}
	}
}
