package reports_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
)

// syncMap has a needless fdatasync for each commit, an fsync for every second that some search
// was cut short for, and one that is needless and only in openings.
func syncMap() *evidence.SyncMap {
	frame := func(function string, line int) []journal.Frame {
		return []journal.Frame{{Function: "example.com/wal." + function, File: "/src/wal/wal.go", Line: line}}
	}
	held := []evidence.SyncUnder{{Profile: "ext4-ordered", Visited: 12, Lives: 3}}
	return &evidence.SyncMap{
		Engine: "wal", Profiles: []string{"ext4-ordered"}, Commits: 10,
		Places: []*evidence.SyncPlace{
			{Frames: frame("append", 10), Syncs: 10, DataSyncs: 10, Under: held},
			{Frames: frame("roll", 20), Syncs: 5, DataOnly: 5, Under: []evidence.SyncUnder{{Profile: "ext4-ordered", Cut: "out of time"}}},
			{Frames: frame("Open", 30), Syncs: 7, Opening: 7, Under: held},
		},
		NeverReached: frame("Checkpoint", 40),
	}
}

func syncMapText(t *testing.T, m *evidence.SyncMap) string {
	t.Helper()
	var b strings.Builder
	if err := reports.WriteSyncMap(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// unwrapped returns a text without the breaks of the lines that begin at its margin.
func unwrapped(text string) string { return strings.ReplaceAll(text, "\n  ", " ") }

// TestSyncMapTellsCost: the last lines say what needless syncs take of a commit.
func TestSyncMapTellsCost(t *testing.T) {
	const unknown = "; of 1 nothing is known\n"
	for name, c := range map[string]struct {
		cost *evidence.SyncCost
		want string
	}{
		"not measured": {nil, "2 of 3 fsyncs carry nothing: 66.7 % of the syncs of a commit, 1.00 of 1.50" + unknown},
		"a disk": {
			&evidence.SyncCost{FileSystem: "ext4", Fsync: 2 * time.Millisecond, DataSync: 500 * time.Microsecond},
			"2 of 3 fsyncs carry nothing: 33.3 % of your fsync time, 500.0 us of 1.50 ms for each commit" + unknown +
				"on ext4 an fsync takes 2.00 ms, an fdatasync 500.0 us\n",
		},
		"memory": {
			&evidence.SyncCost{FileSystem: "tmpfs", Fsync: time.Microsecond},
			"2 of 3 fsyncs carry nothing: 66.7 % of your fsync time, 1.0 us of 1.5 us for each commit" + unknown +
				"on tmpfs an fsync takes 1.0 us; that is memory: measure the disk that it is meant for\n",
		},
	} {
		m := syncMap()
		m.Cost = c.cost
		if got := unwrapped(syncMapText(t, m)); !strings.HasSuffix(got, "\n"+c.want) {
			t.Errorf("%s: got\n%s\nwant it to end with\n%s", name, got, c.want)
		}
	}
}

// TestSyncMapTells: a place says that it could do with an fdatasync, the map what was never reached.
func TestSyncMapTells(t *testing.T) {
	m := syncMap()
	got := syncMapText(t, m)
	for _, want := range []string{
		"unknown, 5 syncs, 0.50 for each commit\n wal.roll wal.go:20\n  ext4-ordered: not known: out of time\n  an fdatasync would do: ",
		"needless, 7 syncs, all while it opens\n wal.Open wal.go:30\n",
		"never reached in the same directories: 1 call that may sync\n wal.Checkpoint wal.go:40\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant in it\n%s", got, want)
		}
	}
	if n := strings.Count(got, "an fdatasync would do"); n != 1 {
		t.Errorf("got %d places that could do with an fdatasync, want 1", n)
	}
	m.NeverReached, m.NotRead = nil, "the source is not there"
	if got := syncMapText(t, m); !strings.Contains(got, "\nwhat is never reached is not known: the source is not there\n") {
		t.Errorf("got\n%s\nwant that the source is not there", got)
	}
}
