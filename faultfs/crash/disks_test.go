package crash

import "testing"

// diskLitmuses are programs that write to two directories, and what a crash leaves
// where both are on one disk, and where wal is a disk of its own.
var diskLitmuses = []struct {
	name, profile, base, program string
	one, two                     []string
}{
	{
		name: "names", profile: "ext4-ordered", base: "wal/ meta/ meta/m=0", program: "create wal/n; unlink meta/m",
		one: []string{"wal/ meta/ meta/m=0", "wal/ meta/ meta/m=0 wal/n=0", "wal/ meta/ wal/n=0"},
		two: []string{"wal/ meta/[| meta/m=0][| wal/n=0]"},
	},
	{
		name: "names within a disk", profile: "xfs", base: "wal/ meta/ wal/m=0", program: "create wal/n; unlink wal/m",
		one: []string{"wal/ meta/ wal/m=0", "wal/ meta/ wal/m=0 wal/n=0", "wal/ meta/ wal/n=0"},
		two: []string{"wal/ meta/ wal/m=0", "wal/ meta/ wal/m=0 wal/n=0", "wal/ meta/ wal/n=0"},
	},
	{
		name: "truncation and name", profile: "xfs", base: "wal/ meta/ wal/l=4096A", program: "truncate wal/l 0; create meta/g",
		one: []string{"wal/ meta/ wal/l=4096A", "wal/ meta/ wal/l=0[| meta/g=0]"},
		two: []string{"wal/ meta/ wal/l=[0|4096A][| meta/g=0]"},
	},
	{
		name: "older names by fsync of a directory", profile: "ext4-ordered", base: "wal/ meta/ wal/l=0 wal/t=512A",
		program: "rename wal/t wal/l; create meta/c; dirsync meta",
		one:     []string{"wal/ meta/ meta/c=0 wal/l=512A"},
		two:     []string{"wal/ meta/ meta/c=0 wal/l=512A", "wal/ meta/ meta/c=0 wal/l=0 wal/t=512A"},
	},
	{
		name: "all older names by fsync", profile: "ext4-ordered,sync-older=all", base: "wal/ meta/ meta/f=0",
		program: "create wal/a; append meta/f 512 A; fsync meta/f",
		one:     []string{"wal/ meta/ meta/f=512A wal/a=0"},
		two:     []string{"wal/ meta/ meta/f=512A[| wal/a=0]"},
	},
	{
		name: "barrier", profile: "xfs,append-ordered=yes", base: "wal/ meta/ wal/l=0",
		program: "append wal/l 512 A; create meta/g",
		one:     []string{"wal/ meta/ wal/l=0", "wal/ meta/ wal/l=512A[| meta/g=0]"},
		two:     []string{"wal/ meta/ wal/l=[0|512A][| meta/g=0]"},
	},
}

// TestDisks: nothing on one disk is ordered with what happens on another.
func TestDisks(t *testing.T) {
	for _, l := range diskLitmuses {
		for disks, want := range map[string][]string{"": l.one, ",disks=wal": l.two} {
			profile, err := ParseProfile(l.profile + disks)
			noError(t, err)
			journal := litmusTest{base: l.base, program: l.program}.run(t, profile)
			got := outcomesOf(t, NewSpace(journal, profile), everything(20))
			compareSets(t, l.name+" under "+profile.String(), got, expandAll(want))
		}
	}
}

// TestDisksBelow: a directory without an absolute path is one below the engine's.
func TestDisksBelow(t *testing.T) {
	for text, want := range map[string]string{
		"xfs":                         "xfs",
		"xfs,disks=wal:raft/meta":     "xfs,disks=/db/raft/meta:/db/wal",
		"xfs,disks=/log:wal,fill=any": "xfs,fill=any,disks=/db/wal:/log",
		"xfs,disks=wal,disks=meta":    "xfs,disks=/db/meta",
	} {
		p, err := ParseProfile(text)
		noError(t, err)
		if got := p.Below("/db"); got.Name != want || got.Below("/elsewhere") != got {
			t.Errorf("%s: got %s, want %s", text, got.Name, want)
		}
	}
}
