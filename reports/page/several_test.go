package page_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

func unsynced(t *testing.T) engines.Factory {
	t.Helper()
	all := canary.All()
	i := slices.IndexFunc(all, func(c canary.Canary) bool { return c.Name == "no-sync-on-persist" })
	if i < 0 {
		t.Fatal("no canary no-sync-on-persist")
	}
	return all[i].Factory()
}

// several is a run with a known finding, and with two others of one property, of which one
// was not shrunk; all come from their bundles.
func several(t *testing.T) page.Input {
	t.Helper()
	o, err := harness.Verify(context.Background(), unsynced(t), harness.Config{
		Profile: crash.StrictPosix(), Seed: 2, // with which a life after a crash purges
		Only: []scenarios.NamedProgram{{Name: "few", Program: raftlog.MustParse("save-hard-state term=+1 vote=2\npersist 2\npersist 1 size=700\nread-range 1 3\n")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Findings) != 2 {
		t.Fatalf("got %d findings, want 2", len(o.Findings))
	}
	first, known := o.Findings[0], o.Findings[1]
	known.Known = &evidence.Known{Cause: known.Cause(), Comment: "documented, see issue 12"}
	other := *first
	other.Unfinished, other.Signature = evidence.NotShrunk, string(first.Property())+"; lost create *.base in open by canary.create < canary.open"
	other.Explanation = &evidence.Explanation{Sentence: first.Explanation.Sentence, Culprits: first.Culprits()}
	o.Findings = []*evidence.Case{known, first, &other}
	unseen, err := evidence.ParseCause("prefix; lost write *.log in persist")
	if err != nil {
		t.Fatal(err)
	}
	o.UnseenKnown = []evidence.Known{{Cause: unseen}}
	in, dir := page.Input{}, t.TempDir()
	var paths []string
	for i, f := range o.Findings {
		paths = append(paths, filepath.Join(dir, f.FileName(i+1)))
		if err := evidence.WriteCase(paths[i], f); err != nil {
			t.Fatal(err)
		}
		c, err := evidence.ReadCase(paths[i], logstore.Kind)
		if err != nil {
			t.Fatal(err)
		}
		in.Findings = append(in.Findings, page.Finding{Case: c, Path: paths[i]})
	}
	in.Reports = []reports.Report{reports.New(reports.Result{Outcome: o, Bundles: paths})}
	return in
}

func wantTexts(t *testing.T, text string, want map[string]int) {
	t.Helper()
	for part, n := range want {
		if got := strings.Count(text, part); got != n {
			t.Errorf("the page has %q %d times, want %d", part, got, n)
		}
	}
}

// The page tells findings of one property apart, and known ones from others.
func TestPageOfSeveralFindings(t *testing.T) {
	in := several(t)
	text := written(t, in)
	wantTexts(t, text, map[string]int{
		`class="finding"`: 3, "2 findings, and 1 known cause</h1>": 1,
		`<p class="by">lost create *.base in open by canary.create &lt; canary.open</p>`: 1,
		`<span class="known">known: documented, see issue 12</span>`:                     2, // contents and finding
		"<span>not shrunk: out of time</span>":                                           2,
		"Not known: not shrunk: out of time.":                                            2, // and in the issue
		"No fsync helps":                                                                 0,
		"<h3>Missing fsync</h3>":                                                         3,
		"Bytes of the lost writes' files":                                                1,
		"Which part of it matters was not tested":                                        1,
		"known, but it did not show: prefix; lost write *.log in persist":                1,
	})
	if first, last := strings.Index(text, "Finding 1 · "), strings.Index(text, "Finding 3 · "); strings.Contains(text[first:last], ">known: ") {
		t.Error("a known finding comes before one that is not")
	}
}

// A page says green of what is known, and broken where the harness is.
func TestPageOfOtherVerdicts(t *testing.T) {
	in := several(t)
	r := in.Reports[0]
	in.Findings = in.Findings[:1]
	in.Reports[0].Findings = r.Findings[:1]
	wantTexts(t, written(t, in), map[string]int{
		`<span class="verdict known"><span aria-hidden="true">✗</span> refuted, all known</span>`: 2, // heading and row
		"Nothing new, and 1 known cause</h1>":                                                     1,
	})
	r.Verdict, r.Broken = evidence.HarnessBroken, "the canary held"
	wantTexts(t, written(t, page.Input{Reports: []reports.Report{r}}), map[string]int{
		`<span class="verdict harness broken"><span aria-hidden="true">!</span> harness broken</span>`: 2,
		"so nothing can be said of the engine: the canary held":                                        1,
	})
}

func TestBrowserShowsSeveral(t *testing.T) {
	b := newBrowser(t)
	path := stored(t, several(t))
	for _, width := range []int64{400, 1366} {
		b.open(t, path, width)
		if over := eval[int](t, b, overflow); over > 0 {
			t.Errorf("at %d px the page is %d px too wide", width, over)
		}
	}
	for finding, want := range map[int]string{1: "without this loss the finding is gone", 2: "whether that matters was not tested"} {
		id := fmt.Sprintf("#finding-%d", finding)
		b.do(t, chromedp.Click(chromedp.CSS(`.answers a[href="`+id+`"]`)), chromedp.WaitReady(chromedp.CSS(id+" .details .culprit")))
		if text := eval[string](t, b, `document.querySelector('`+id+` .details').textContent`); !strings.Contains(text, want) {
			t.Errorf("the details of finding %d say %q, want %q", finding, text, want)
		}
	}
	b.do(t, chromedp.Click(chromedp.CSS(".answers li:nth-child(3) a")))
	if at := eval[string](t, b, "location.hash"); at != "#finding-3" {
		t.Errorf("the third finding of the contents leads to %q", at)
	}
	b.wantSilence(t)
}
