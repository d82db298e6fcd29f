package page_test

import (
	"bytes"
	"context"
	"os"
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

// deaf acknowledges what it failed to persist.
type deaf struct{ engines.StorageEngine }

func (e deaf) LogStore() engines.LogStore { return deafLog{e.StorageEngine.LogStore()} }
func (e deaf) Claims() engines.Claims     { return e.StorageEngine.(engines.Claimer).Claims() }

type deafLog struct{ engines.LogStore }

func (l deafLog) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	_ = l.LogStore.PersistEntries(ctx, entries)
	return nil
}

// faultedFinding is a finding of a program with a fault, from its bundle.
func faultedFinding(t *testing.T) page.Finding {
	t.Helper()
	all := canary.All()
	f := all[slices.IndexFunc(all, func(c canary.Canary) bool { return c.Name == "no-sync-on-persist" })].Healthy()
	open := f.Open
	f.OpenReadOnly = nil
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		e, err := open(env)
		return deaf{e}, err
	}
	o, err := harness.Verify(context.Background(), f, harness.Config{Profile: crash.Ext4Ordered(), Depth: -1, Only: []scenarios.NamedProgram{
		{Name: "faulted", Program: raftlog.MustParse("persist 1\nfail fsync 1\npersist 1\n")},
	}})
	if err != nil || len(o.Findings) == 0 {
		t.Fatalf("got %+v, %v, want a finding", o, err)
	}
	path := filepath.Join(t.TempDir(), "bundle.ackproof")
	if err := evidence.WriteCase(path, o.Findings[0]); err != nil {
		t.Fatal(err)
	}
	c, err := evidence.ReadCase(path, logstore.Kind)
	if err != nil {
		t.Fatal(err)
	}
	now, err := harness.Replay(f, c)
	if err != nil || !evidence.IsFirst(now.Verdict, c.Property()) {
		t.Errorf("replayed: got %+v, %v, want %s again", now, err, c.Property())
	}
	return page.Finding{Case: c, Path: path}
}

// TestFaultsAreShown: the call that failed stands above all, its event and the call that it
// failed in are marked, on porcupine's drawing too.
func TestFaultsAreShown(t *testing.T) {
	f := faultedFinding(t)
	var out, history bytes.Buffer
	if err := page.Write(&out, page.Input{Findings: []page.Finding{f}}); err != nil {
		t.Fatal(err)
	}
	if err := page.WriteHistory(&history, f.Case); err != nil {
		t.Fatal(err)
	}
	for want, in := range map[string]string{
		"<h3>Failed call</h3>": out.String(), "fsync of /db/00000001.base failed with EIO at canary.": out.String(),
		"a fault fired in it</span>": out.String(), `class="faulted">failed: EIO</td>`: out.String(),
		"(a fault fired in it)": history.String(), `"Tag":"faults"`: history.String(),
	} {
		if !strings.Contains(in, want) {
			t.Errorf("%q is not there", want)
		}
	}
	path := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t)
	b.open(t, path, 1366)
	b.do(t, chromedp.Click(chromedp.CSS(".failed .go")))
	if got := eval[string](t, b, "document.querySelector('.details .faulted').textContent"); got != "! a fault: fsync said EIO." {
		t.Errorf("got %q beside the lanes", got)
	}
	b.wantSilence(t)
}

// TestOtherAftermathIsShownOnce: a finding on a file system where a failed fsync leaves
// something else than on the one of the run is that of its bundle.
func TestOtherAftermathIsShownOnce(t *testing.T) {
	f := faultedFinding(t)
	ran := f.Case.Life.Profile
	other := ran.Aftermaths()[1]
	f.Case.Life.Profile = other
	o := &evidence.Outcome{Engine: f.Case.Engine, Profile: ran.Name, Verdict: evidence.Refuted, Findings: []*evidence.Case{f.Case}}
	report := reports.New(reports.Result{Outcome: o})
	if got := report.Findings[0].Under(report); got != other.Name || got == report.Profile {
		t.Errorf("got the profile %q, want %q", got, other.Name)
	}
	var out bytes.Buffer
	if err := page.Write(&out, page.Input{Findings: []page.Finding{f}, Reports: []reports.Report{report}}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "This finding has no bundle") || strings.Contains(out.String(), `id="finding-2"`) {
		t.Error("it is shown twice")
	}
}
