package reports_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// failing is a good log, but what its third entry does.
type failing struct {
	engines.StorageEngine
	third func()
}

func (f failing) LogStore() engines.LogStore { return failingLog{f.StorageEngine.LogStore(), f.third} }

type failingLog struct {
	engines.LogStore
	third func()
}

func (l failingLog) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if len(entries) > 0 && entries[0].Index == 3 {
		l.third()
	}
	return l.LogStore.PersistEntries(ctx, entries)
}

// failsOnThird returns an engine that does so when it is to hold a third entry: when it
// persists one or, if opening, when it opens on one.
func failsOnThird(opening bool, third func()) engines.Factory {
	good := filelog.Factory(filelog.Options{})
	return engines.Factory{Name: "fails", Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := good.Open(env)
		if err == nil && opening && e.LogStore().LastIndex() >= 3 {
			third()
		}
		if err != nil || opening {
			return e, err
		}
		return failing{e, third}, nil
	}}
}

func panics() { panic("planted") }

func hangs() { select {} }

// TestEnginesOwnFrames wants each finding of an engine that panics or hangs to name the
// place first, in recovery and in a call, in every form.
func TestEnginesOwnFrames(t *testing.T) {
	for name, test := range map[string]struct {
		factory engines.Factory
		want    string
	}{
		"panics in an open": {failsOnThird(true, panics), "at reports_test.panics (words_test.go:N)"},
		"panics in a call":  {failsOnThird(false, panics), "at reports_test.panics (words_test.go:N)"},
		"hangs in an open":  {failsOnThird(true, hangs), "at reports_test.hangs (words_test.go:N)"},
		"hangs in a call":   {failsOnThird(false, hangs), "at reports_test.hangs (words_test.go:N)"},
	} {
		outcome, err := harness.Verify(t.Context(), test.factory, harness.Config{
			Profile: crash.StrictPosix(), HangAfter: 200 * time.Millisecond, Depth: -1, NoShrink: strings.HasPrefix(name, "hangs"), Plan: crash.Plan{Max: [5]int{9, 1, 1, 1, 1}},
			Only: []scenarios.NamedProgram{{Name: "three", Program: raftlog.MustParse("persist 1\npersist 1\npersist 1\n")}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(outcome.Findings) == 0 {
			t.Errorf("%s: it held", name)
		}
		for _, f := range outcome.Findings {
			if text := line.ReplaceAllString(reports.FindingText(f), ".go:N"); !strings.Contains(text, "\n  "+test.want+"\n  at ") {
				t.Errorf("%s: got\n%s\nwant the line %q, and a caller", name, text, test.want)
			}
		}
		b := &reports.Batch{}
		result := reports.Result{Outcome: outcome}
		b.Add(result, reports.New(result))
		if lines := string(annotations(t, b)); !strings.Contains(lines, "file=reports/words_test.go,") {
			t.Errorf("%s: got\n%s\nwant an annotation at the place", name, lines)
		}
		for form, text := range written(t, b) {
			if !strings.Contains(line.ReplaceAllString(text, ".go:N"), test.want) {
				t.Errorf("%s, %s: got\n%s\nwant %q", name, form, text, test.want)
			}
		}
	}
}

// written returns what is written of a batch, by form.
func written(t *testing.T, b *reports.Batch) map[string]string {
	t.Helper()
	var xml, summary bytes.Buffer
	if err := errors.Join(b.WriteJUnit(&xml), b.WriteSummary(&summary, reports.SummaryMaxBytes)); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"JUnit": xml.String(), "summary": summary.String(), "annotations": string(annotations(t, b))}
}
