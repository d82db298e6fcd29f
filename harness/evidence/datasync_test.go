package evidence_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models/raftlog"
)

// TestDataOnly: an fdatasync would do for a file that was made, written and cut, and not for
// a directory, nor for a file that was renamed or got other permissions.
func TestDataOnly(t *testing.T) {
	const dir, file = 1, 2
	l := evidence.FirstLife(crash.Ext4Ordered(), raftlog.Contract{}, faultfs.EmptyImage())
	l.End(raftlog.Contract{}, &journal.Journal{Base: faultfs.EmptyImage(), Events: []journal.Event{
		{Kind: journal.EventMkdir, Ino: dir, Path: "/d"},
		{Kind: journal.EventSync, Ino: dir, Path: "/d"},
		{Kind: journal.EventCreate, Ino: file, Dir: dir, Path: "/d/f"},
		{Kind: journal.EventWrite, Ino: file, Path: "/d/f", Data: []byte("x")},
		{Kind: journal.EventSync, Ino: file, Path: "/d/f"}, // 4
		{Kind: journal.EventResize, Ino: file, Path: "/d/f"},
		{Kind: journal.EventSyncData, Ino: file, Path: "/d/f"},
		{Kind: journal.EventRename, Ino: file, Dir: dir, Path: "/d/f", ToDir: dir, ToPath: "/d/g"},
		{Kind: journal.EventSync, Ino: file, Path: "/d/g"},
		{Kind: journal.EventSync, Ino: file, Path: "/d/g"}, // 9: nothing since the one before
		{Kind: journal.EventChmod, Ino: file, Path: "/d/g"},
		{Kind: journal.EventSync, Ino: file, Path: "/d/g"},
	}})
	if got, want := slices.Sorted(maps.Keys(l.DataOnly())), []int{4, 9}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
