package reports_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

var update = flag.Bool("update", false, "write the golden files anew")

// line matches line numbers of engines' sources, which change for other reasons.
var line = regexp.MustCompile(`\.go:\d+`)

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	got = line.ReplaceAll(got, []byte(".go:N"))
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; look, and run the test with -update if it is right\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}

// verify explores one small program.
func verify(t *testing.T, f engines.Factory, program string) reports.Result {
	t.Helper()
	outcome, err := harness.Verify(context.Background(), f, harness.Config{
		Profile: crash.StrictPosix(),
		Only:    []scenarios.NamedProgram{{Name: "golden", Program: raftlog.MustParse("# ackproof program v1\n" + program)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	fixCounts(outcome)
	return reports.Result{Outcome: outcome, AsExpected: outcome.Verdict == evidence.Held}
}

// fixCounts replaces the counts, which every change of a walk changes: they are
// not what is tested.
func fixCounts(o *evidence.Outcome) {
	o.Tally = evidence.Tally{
		Programs: 1, Planned: 2, Lives: 3, Visited: 1000, Distinct: 200, Judged: 100, Failing: 10,
		InRecovery: 30, ByDepth: [4]int{0, 900, 90, 10}, ByStage: map[crash.Stage]evidence.StageTally{},
	}
	for i, stage := range crash.Stages() {
		o.Tally.ByStage[stage] = evidence.StageTally{Visited: 100 * i, Planned: 150 * i, Total: 2000 * i}
	}
	for i, f := range o.Findings {
		f.States = 20 * (i + 1)
	}
	for i := range o.Properties {
		if o.Properties[i].States > 0 {
			o.Properties[i].States = 10 * (i + 1)
		}
	}
}

func plant(t *testing.T, name string) canary.Canary {
	t.Helper()
	for _, c := range canary.All() {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no canary %s", name)
	return canary.Canary{}
}

const program = "save-hard-state term=+1 vote=2\npersist 2\npersist 1 size=700\nread-range 1 3\n"

// results are one engine that holds and planted bugs that show in different ways:
// in what came back, in a panic, in the end of its process, in an answer without a
// crash, and after two crashes.
func results(t *testing.T) map[string]reports.Result {
	out := map[string]reports.Result{"holds": verify(t, filelog.Factory(filelog.Options{}), program)}
	for name, program := range map[string]string{
		"no-sync-on-persist": program, "panics-on-torn-tail": program,
		"stale-range":           "persist 1\nread-range 1 9\npersist 1\nread-range 1 9\n",
		"recovered-not-durable": "persist 1\nkill\npersist 1\n",
	} {
		c := plant(t, name)
		r := verify(t, c.Factory(), program)
		r.Planted, r.AsExpected = models.Property(c.Property), len(r.Findings) > 0
		out[name] = r
	}
	out["exits"] = exits(t)
	out["error-dropped"] = verify(t, deaf(t), "persist 1\nfail fsync 1\npersist 1\n")
	return out
}

// exits is an engine that panics, as if it had been a process that an exception ended.
func exits(t *testing.T) reports.Result {
	c := plant(t, "panics-on-torn-tail")
	f := c.Factory()
	f.Name = "exits"
	r := verify(t, f, program)
	for _, f := range r.Findings {
		f.Recovered.Failure.Manner = engines.MannerExit
		f.Recovered.Failure.Stack = "recovering\n\x1b[31mTraceback (most recent call last):\n  File \"log.py\", line 9, in replay\n" +
			"    raise ValueError(`</script>]]>`)\n::error::it is torn\n\nValueError: </script>]]>\n"
	}
	return r
}

func TestFindings(t *testing.T) {
	for name, r := range results(t) {
		var got bytes.Buffer
		if err := reports.WriteFindings(&got, reports.New(r)); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", got.Bytes())
	}
}

func TestJSON(t *testing.T) {
	for name, r := range results(t) {
		r.Bundles = []string{"out/first.ackproof"}
		var got bytes.Buffer
		if err := reports.WriteJSON(&got, reports.New(r)); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".json", got.Bytes())
	}
}

func TestTable(t *testing.T) {
	all := results(t)
	table := reports.Table{EngineWidth: 12, ProfileWidth: 14}
	var got bytes.Buffer
	if err := table.Heading(&got); err != nil {
		t.Fatal(err)
	}
	write := func(name string, change func(*reports.Result)) {
		r := all[name]
		outcome := *r.Outcome
		r.Outcome = &outcome
		change(&r)
		if err := table.Line(&got, reports.New(r)); err != nil {
			t.Fatal(err)
		}
	}
	write("holds", func(r *reports.Result) { r.Took = 2 * time.Second })
	write("holds", func(r *reports.Result) {
		r.Verdict, r.Cut, r.CouldClaimDurable, r.Tally.Unknown = evidence.Unknown, "out of time", true, 1
	})
	write("holds", func(r *reports.Result) { r.Verdict = evidence.Unknown })
	write("holds", func(r *reports.Result) { r.Planted, r.AsExpected = models.Prefix, false })
	write("stale-range", func(*reports.Result) {})
	write("stale-range", func(r *reports.Result) { r.Planted, r.AsExpected = models.Prefix, false })
	write("stale-range", func(r *reports.Result) { r.Planted, r.AsExpected = "", false })
	table.VerdictWidth = len(reports.AsDocumented)
	write("stale-range", func(r *reports.Result) {
		seen := evidence.Weakness{Sentence: "Reads are stale.", Signature: r.Findings[0].Signature}
		r.Planted, r.AsExpected, r.Documented = "", true, []evidence.Weakness{seen}
	})
	write("stale-range", func(r *reports.Result) {
		unseen := evidence.Weakness{Sentence: "A vote is given twice.", Signature: "hard-state-durable; after save-hard-state"}
		r.Planted, r.AsExpected, r.Documented = "", false, []evidence.Weakness{unseen}
	})
	golden(t, "table.txt", got.Bytes())
}

func TestReplay(t *testing.T) {
	c := plant(t, "panics-on-torn-tail")
	finding := verify(t, c.Factory(), program).Findings[0]
	path := filepath.Join(t.TempDir(), finding.FileName(1))
	if err := evidence.WriteCase(path, finding); err != nil {
		t.Fatal(err)
	}
	was, err := evidence.ReadCase(path, logstore.Kind)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]engines.Factory{"replay-again.txt": c.Factory(), "replay-held.txt": c.Healthy()} {
		now, err := harness.Replay(f, was)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := reports.WriteReplay(&got, was, now); err != nil {
			t.Fatal(err)
		}
		golden(t, name, got.Bytes())
	}
}
