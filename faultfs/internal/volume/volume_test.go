package volume_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/internal/digest"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestResumeAfterEachStep: the journal alone leads to what the volume held after
// each step, and goes on from there.
func TestResumeAfterEachStep(t *testing.T) {
	c := volume.Config{
		NoStacks: true, SyncFailure: fault.SyncFailureRevert,
		Faults: []fault.Fault{{Call: fault.Fsync, Nth: 3, Path: "f", Times: 1}},
	}
	type moment struct {
		events int
		hash   digest.Digest
	}
	var moments []moment
	d := faultfs.NewDisk(c)
	for step := range strings.SplitSeq("mkdir d; create d/f; append d/f 5000 A; fsync d/f; write d/f 100 9000 B; fsync d/f while write d/f 0 50 D; failsync d/f; "+
		"link d/f g; chmod g 600; symlink s d/f; rename g d/h; exchange s d/f; unnamed #5; write #5 0 9 C; truncate d/h 300; "+
		"truncate d/h 400; create x; replace x d/h; unlink d/h; allocate s 0 6000; dirsync d; invoke 1; zero s 5 5; return 1", "; ") {
		must(t, litmus.Step(d, step))
		moments = append(moments, moment{len(d.Journal().Events), d.Image().Hash()})
	}
	for _, m := range moments {
		v := volume.Resume(c, d.Journal().Until(m.events))
		if v.Image().Hash() != m.hash {
			t.Errorf("after %d events: got\n%v", m.events, v.Image())
		}
		if got := v.Journal().Events; len(got) != m.events+1 || got[m.events].Kind != journal.EventKill {
			t.Errorf("after %d events the journal goes on with %v, want a kill", m.events, got[m.events:])
		}
	}
}

// TestPathsAndLinks: where an inode was last seen, and how many names it has.
func TestPathsAndLinks(t *testing.T) {
	v := volume.New(volume.Config{})
	place := func(dir tree.Ino, name string) tree.Place {
		return tree.Place{Dir: dir, Name: name, Path: v.PathIn(dir, name)}
	}
	check := func(ino tree.Ino, path string, links int) {
		t.Helper()
		if got := v.PathOf(ino); got != path || v.Links(ino) != links {
			t.Errorf("inode %d: got %s with %d names, want %s with %d", ino, got, v.Links(ino), path, links)
		}
	}
	check(tree.RootIno, "/", 1)
	dir, err := v.Create(place(tree.RootIno, "d"), journal.EventMkdir, 0o755, true)
	must(t, err)
	file, err := v.Create(place(dir, "f"), journal.EventCreate, 0o644, true)
	must(t, err)
	check(file, "/d/f", 1)
	must(t, v.Link(volume.File{Ino: file, Path: "/d/f"}, place(tree.RootIno, "g")))
	check(file, "/g", 2)
	v.SeenAt(file, dir, "f")
	check(file, "/d/f", 2)
	must(t, v.Rename(place(tree.RootIno, "d"), place(tree.RootIno, "e")))
	check(file, "/e/f", 2)
	must(t, v.Remove(place(dir, "f")))
	must(t, v.Remove(place(tree.RootIno, "g")))
	check(file, "/e/f", 0)
	unnamed, err := v.CreateUnnamed(0o644)
	must(t, err)
	check(unnamed, "/#4", 0)
	if !v.IsGone(file) || v.IsGone(unnamed) {
		t.Errorf("got %v and %v, want only the file gone whose names were removed", v.IsGone(file), v.IsGone(unnamed))
	}
}

// TestUnjournaled: a volume that forgets still fails as it shall.
func TestUnjournaled(t *testing.T) {
	v := volume.New(volume.Config{Unjournaled: true, SpaceBytes: 3, Faults: []fault.Fault{{Call: fault.Write, Nth: 1, Path: "f", Times: 1}}})
	ino, err := v.Create(tree.Place{Dir: tree.RootIno, Name: "f", Path: "/f"}, journal.EventCreate, 0o644, true)
	must(t, err)
	write := func(p string, off int64) error {
		_, err := v.Write(volume.File{Ino: ino, Path: "/f"}, []byte(p), off, volume.SyncAllAfter)
		return err
	}
	if err := write("x", 0); !errors.Is(err, fault.ErrInjected) || !errors.Is(err, syscall.EIO) {
		t.Errorf("got %v, want an injected EIO", err)
	}
	must(t, write("xyz", 0))
	if err := write("x", 3); err != syscall.ENOSPC {
		t.Errorf("got %v, want ENOSPC", err)
	}
	if err := write("x", 1<<40); err != syscall.EFBIG {
		t.Errorf("got %v, want EFBIG", err)
	}
	if v.Journal() != nil || v.Invoke(1) != 0 {
		t.Error("an unjournaled volume has a journal")
	}
	if got := litmus.Image(v.Kill().Image()); got != "f=1x78+1x79+1x7a" {
		t.Errorf("got %s", got)
	}
}
