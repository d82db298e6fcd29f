package page_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports/page"
)

// syncMap has a needless place whose source is there, with markup in it, and an unknown one
// whose source is not.
func syncMap() *evidence.SyncMap {
	frames := func(file string, line int) []journal.Frame {
		return []journal.Frame{{Function: "example.com/wal.<append>", File: file, Line: line}}
	}
	return &evidence.SyncMap{
		Engine: "wal", Profiles: []string{"ext4-ordered"}, Commits: 10,
		Cost: &evidence.SyncCost{FileSystem: "ext4", Fsync: 2 * time.Millisecond},
		Places: []*evidence.SyncPlace{
			{Frames: frames("/src/wal.go", 2), Syncs: 10, Under: []evidence.SyncUnder{{Profile: "ext4-ordered", Visited: 12, Lives: 3}}},
			{Frames: frames("/gone/wal.go", 20), Syncs: 5, Under: []evidence.SyncUnder{{Profile: "ext4-ordered", Cut: "out of time"}}},
		},
		NeverReached: frames("/src/wal.go", 40),
	}
}

func syncMapPage(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	err := page.WriteSyncMap(&b, syncMap(), func(file string) ([]byte, error) {
		if file != "/src/wal.go" {
			return nil, errors.New("not there")
		}
		return []byte("package wal // </pre><script>alert(1)</script>\n\tf.Sync()\n"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSyncMapPage(t *testing.T) {
	got := syncMapPage(t)
	for _, want := range []string{
		"1 of 2 fsyncs carry nothing: 66.7 % of your fsync time, 2.00 ms of 3.00 ms for each commit",
		`<span class="at">2  	f.Sync()</span>`,
		"&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
		`<span class="need needless">needless</span>`,
		"all holds without it, in 12 states of 3 lives",
		"not known: out of time",
		"<li><code>wal.&lt;append&gt; wal.go:40</code></li>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("want in the page %q", want)
		}
	}
	if strings.Contains(got, "<script>") {
		t.Error("want no script, as the page has none")
	}
	if n := strings.Count(got, `<pre class="source">`); n != 1 {
		t.Errorf("got %d pieces of source, want 1", n)
	}
}

// TestSyncMapPageInBrowser: its style applies under its policy, and it loads nothing.
func TestSyncMapPageInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	b := newBrowser(t)
	path := filepath.Join(t.TempDir(), "syncs.html")
	if err := os.WriteFile(path, []byte(syncMapPage(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	b.show(t, path)
	b.wantSilence(t)
}
