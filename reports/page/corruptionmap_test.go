package page_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports/page"
)

func corruptionMapPage(t *testing.T) string {
	t.Helper()
	place := &evidence.CorruptedPlace{
		SyncPlace: &evidence.SyncPlace{File: "<b>log", Op: "persist"}, Records: 1,
		AtRest: evidence.ByKind{}, Running: evidence.ByKind{},
	}
	place.AtRest.Add(corrupt.Lost, evidence.Wrong, evidence.Reacted{Program: "p", What: "4 bytes", Shown: "<script>alert(1)</script>"})
	var b strings.Builder
	if err := page.WriteCorruptionMap(&b, &evidence.CorruptionMap{Engine: "wal", Places: []*evidence.CorruptedPlace{place}}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCorruptionMapPage(t *testing.T) {
	got := corruptionMapPage(t)
	for _, want := range []string{
		"<code>&lt;b&gt;log</code>", `<td title="1 wrong data"><span class="need needless">W</span></td>`, "<li>lost write, at rest: 1 wrong data</li>",
		"&lt;script&gt;alert(1)&lt;/script&gt;",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("want in the page %q", want)
		}
	}
	if strings.Contains(got, "<script>") {
		t.Error("want no script, as the page has none")
	}
}

// TestCorruptionMapPageInBrowser: its style applies under its policy, and it loads nothing.
func TestCorruptionMapPageInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	b := newBrowser(t)
	path := filepath.Join(t.TempDir(), "corruptions.html")
	if err := os.WriteFile(path, []byte(corruptionMapPage(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	b.show(t, path)
	b.wantSilence(t)
}
