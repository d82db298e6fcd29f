package inodes_test

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/inodes"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
	"github.com/ackproof/ackproof/faultfs/journal"
	"pgregory.net/rapid"
)

// byNumber does to a disk by inode what the methods by path do, step by step as
// a kernel does: it looks up each directory, then acts.
type byNumber struct {
	*inodes.View
	disk *faultfs.Disk
}

func numbered(d *faultfs.Disk) byNumber { return byNumber{d.Inodes(), d} }

func (d byNumber) parent(name string) (journal.Ino, string, error) {
	dir, base := path.Split(strings.Trim(name, "/"))
	ino, err := d.find(dir)
	if err != nil {
		return 0, "", err
	}
	_, err = d.List(ino) // the kernel knows what is no directory
	return ino, base, err
}

func (d byNumber) find(name string) (journal.Ino, error) {
	ino := journal.RootIno
	for part := range strings.SplitSeq(strings.Trim(name, "/"), "/") {
		if part == "" {
			continue
		}
		a, err := d.Lookup(ino, part)
		if err != nil {
			return 0, err
		}
		ino = a.Ino
	}
	return ino, nil
}

func (d byNumber) in(name string, act func(dir journal.Ino, base string) error) error {
	dir, base, err := d.parent(name)
	if err != nil {
		return err
	}
	return act(dir, base)
}

func (d byNumber) at(name string, act func(ino journal.Ino) error) error {
	ino, err := d.find(name)
	if err != nil {
		return err
	}
	return act(ino)
}

func (d byNumber) rename(from, to string, mode inodes.RenameMode) error {
	return d.in(from, func(dir journal.Ino, base string) error {
		return d.in(to, func(toDir journal.Ino, toBase string) error {
			return d.Rename(dir, base, toDir, toBase, mode)
		})
	})
}

// twinStep makes one random call on both disks and returns both errors.
func twinStep(t *rapid.T, p *faultfs.Disk, n byNumber) (byPath, byIno error) {
	names := rapid.SampledFrom([]string{"a", "b", "d", "d/a", "d/b", "d/e", "d/e/a", "a/x"})
	name, other := names.Draw(t, "name"), names.Draw(t, "other")
	data := []byte(strings.Repeat("x", rapid.IntRange(1, 6000).Draw(t, "len")))
	off := rapid.Int64Range(0, 9000).Draw(t, "off")
	onFile := func(flag int, act func(*faultfs.File) error) error {
		f, err := p.OpenFile(name, syscall.O_RDWR|flag, 0)
		if err != nil {
			return err
		}
		return act(f.(*faultfs.File))
	}
	onDir := func(act func(*faultfs.File) error) error {
		f, err := p.Open(name)
		if err != nil {
			return err
		}
		return act(f.(*faultfs.File))
	}
	switch rapid.IntRange(0, 10).Draw(t, "call") {
	case 0:
		_, byPath = p.OpenFile(name, syscall.O_RDWR|syscall.O_CREAT|syscall.O_EXCL, 0o640)
		byIno = n.in(name, func(dir journal.Ino, base string) error { _, err := n.Create(dir, base, 0o640); return err })
	case 1:
		byPath = p.Mkdir(name, 0o700)
		byIno = n.in(name, func(dir journal.Ino, base string) error { _, err := n.Mkdir(dir, base, 0o700); return err })
	case 2:
		info, _ := p.Stat(name)
		byPath = p.Remove(name)
		byIno = n.in(name, func(dir journal.Ino, base string) error {
			return n.Remove(dir, base, info != nil && info.IsDir())
		})
	case 3:
		if info, err := p.Stat(other); err == nil && info.IsDir() {
			t.Skip("package os refuses it, the system does not")
		}
		byPath = p.Rename(name, other)
		byIno = n.rename(name, other, inodes.RenameOver)
	case 4:
		byPath = p.Link(name, other)
		byIno = n.at(name, func(ino journal.Ino) error {
			return n.in(other, func(dir journal.Ino, base string) error { _, err := n.Link(ino, dir, base); return err })
		})
	case 5, 6:
		after := rapid.SampledFrom([]volume.WriteSync{volume.SyncNone, volume.SyncDataAfter, volume.SyncAllAfter}).Draw(t, "after")
		syncs := map[volume.WriteSync]int{volume.SyncDataAfter: syscall.O_DSYNC, volume.SyncAllAfter: syscall.O_SYNC}
		byPath = onFile(syncs[after], func(f *faultfs.File) error {
			_, err := f.WriteAt(data, off)
			return err
		})
		byIno = n.at(name, func(ino journal.Ino) error { _, err := n.Write(ino, data, off, after); return err })
	case 7:
		byPath = onFile(0, func(f *faultfs.File) error { return f.Truncate(off) })
		byIno = n.at(name, func(ino journal.Ino) error { return n.Resize(ino, off) })
	case 8:
		byPath = p.Chmod(name, 0o600)
		byIno = n.at(name, func(ino journal.Ino) error { return n.Chmod(ino, 0o600) })
	case 9:
		only := rapid.Bool().Draw(t, "data only")
		byPath = onDir(func(f *faultfs.File) error {
			if only {
				return f.SyncData()
			}
			return f.Sync()
		})
		byIno = n.at(name, func(ino journal.Ino) error { return n.Sync(ino, only, 0) })
	case 10:
		byPath = onFile(0, func(f *faultfs.File) error { return f.Preallocate(off, 10) })
		byIno = n.at(name, func(ino journal.Ino) error { return n.Allocate(ino, volume.AllocateKeepSize, off, 10) })
	}
	return byPath, byIno
}

// TestInodesAsPaths: the same calls by path and by inode journal the same
// events, fail alike, and leave the same image.
func TestInodesAsPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := faultfs.Config{NoStacks: true, Faults: []fault.Fault{{Call: fault.Fsync, Nth: 2, Path: "b", Times: 1}, {Call: fault.Write, Nth: 1, Path: "/d/a", Times: 1}}}
		c.SyncFailure = rapid.SampledFrom([]fault.SyncFailure{fault.SyncFailureClean, fault.SyncFailureRevert}).Draw(t, "failure")
		p, n := faultfs.NewDisk(c), numbered(faultfs.NewDisk(c))
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			byPath, byIno := twinStep(t, p, n)
			var want syscall.Errno
			if (byPath == nil) != (byIno == nil) || errors.As(byPath, &want) && !errors.Is(byIno, want) {
				t.Fatalf("by path: %v, by inode: %v", byPath, byIno)
			}
			if _, bare := byIno.(syscall.Errno); byIno != nil && !bare && !errors.Is(byIno, fault.ErrInjected) {
				t.Fatalf("got %T, want a bare errno", byIno)
			}
		}
		want, got := p.Journal().Events, n.disk.Journal().Events
		same := func(a, b journal.Event) bool {
			return a.String() == b.String() && a.Ino == b.Ino && a.Dir == b.Dir && a.ToDir == b.ToDir && slices.Equal(a.Data, b.Data)
		}
		if !slices.EqualFunc(want, got, same) {
			t.Fatalf("by path: %v\nby inode: %v", want, got)
		}
		if p.Image().Hash() != n.disk.Image().Hash() {
			t.Fatalf("by path:\n%vby inode:\n%v", p.Image(), n.disk.Image())
		}
		if _, err := n.disk.Journal().Record().Journal(); err != nil {
			t.Fatalf("the journal is refused: %v", err)
		}
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustAttr(t testing.TB) func(inodes.Attr, error) journal.Ino {
	return func(a inodes.Attr, err error) journal.Ino {
		t.Helper()
		must(t, err)
		return a.Ino
	}
}

func TestInodeErrors(t *testing.T) {
	n := faultfs.NewDisk(faultfs.Config{}).Inodes()
	ino := mustAttr(t)
	dir, file := ino(n.Mkdir(journal.RootIno, "d", 0o755)), ino(n.Create(journal.RootIno, "f", 0o644))
	sub := ino(n.Mkdir(dir, "sub", 0o755))
	ino(n.Create(sub, "x", 0o644))
	empty := ino(n.Mkdir(journal.RootIno, "empty", 0o755))
	gone := ino(n.Mkdir(journal.RootIno, "gone", 0o755))
	must(t, n.Remove(journal.RootIno, "gone", true))
	unlinked := ino(n.Create(journal.RootIno, "u", 0o644))
	must(t, n.Remove(journal.RootIno, "u", false))
	long := strings.Repeat("n", 256)
	_, err := n.Create(empty, long[1:], 0o644)
	must(t, err)
	must(t, n.Remove(empty, long[1:], false))
	attr := func(_ inodes.Attr, err error) error { return err }
	rename := func(from journal.Ino, name string, to journal.Ino, toName string, mode inodes.RenameMode) error {
		return n.Rename(from, name, to, toName, mode)
	}
	count := func(_ int, err error) error { return err }
	for _, c := range []struct {
		what string
		got  error
		want syscall.Errno
	}{
		{"number 0", attr(n.Attr(0)), syscall.ESTALE},
		{"unknown number", attr(n.Attr(99)), syscall.ESTALE},
		{"lookup of none", attr(n.Lookup(dir, "none")), syscall.ENOENT},
		{"lookup in a file", attr(n.Lookup(file, "x")), syscall.ENOTDIR},
		{"lookup of a long name", attr(n.Lookup(dir, long)), syscall.ENAMETOOLONG},
		{"create over a file", attr(n.Create(journal.RootIno, "f", 0)), syscall.EEXIST},
		{"create in a removed directory", attr(n.Create(gone, "x", 0)), syscall.ENOENT},
		{"mkdir over a file", attr(n.Mkdir(journal.RootIno, "f", 0)), syscall.EEXIST},
		{"link of a directory", attr(n.Link(dir, journal.RootIno, "l")), syscall.EPERM},
		{"link of an unlinked file", attr(n.Link(unlinked, journal.RootIno, "l")), syscall.ENOENT},
		{"link over a file", attr(n.Link(file, journal.RootIno, "f")), syscall.EEXIST},
		{"unlink of a directory", n.Remove(journal.RootIno, "d", false), syscall.EISDIR},
		{"rmdir of a file", n.Remove(journal.RootIno, "f", true), syscall.ENOTDIR},
		{"rmdir of a full directory", n.Remove(journal.RootIno, "d", true), syscall.ENOTEMPTY},
		{"unlink of none", n.Remove(journal.RootIno, "none", false), syscall.ENOENT},
		{"rename of none", rename(journal.RootIno, "none", journal.RootIno, "f", inodes.RenameOver), syscall.ENOENT},
		{"rename below itself", rename(journal.RootIno, "d", sub, "y", inodes.RenameOver), syscall.EINVAL},
		{"rename onto what it is below", rename(sub, "x", journal.RootIno, "d", inodes.RenameOver), syscall.ENOTEMPTY},
		{"rename of a directory over a file", rename(journal.RootIno, "d", journal.RootIno, "f", inodes.RenameOver), syscall.ENOTDIR},
		{"rename of a file over a directory", rename(journal.RootIno, "f", journal.RootIno, "empty", inodes.RenameOver), syscall.EISDIR},
		{"rename over a full directory", rename(journal.RootIno, "empty", journal.RootIno, "d", inodes.RenameOver), syscall.ENOTEMPTY},
		{"rename that must not replace", rename(journal.RootIno, "f", journal.RootIno, "empty", inodes.RenameNoReplace), syscall.EEXIST},
		{"rename into a removed directory", rename(journal.RootIno, "f", gone, "x", inodes.RenameOver), syscall.ENOENT},
		{"read of a directory", count(n.Read(dir, make([]byte, 1), 0)), syscall.EISDIR},
		{"write of a directory", count(n.Write(dir, []byte("x"), 0, volume.SyncNone)), syscall.EISDIR},
		{"write before the start", count(n.Write(file, []byte("x"), -1, volume.SyncNone)), syscall.EINVAL},
		{"write far away", count(n.Write(file, []byte("x"), 1<<62, volume.SyncNone)), syscall.EFBIG},
		{"resize far away", n.Resize(file, 1<<62), syscall.EFBIG},
		{"allocate nothing", n.Allocate(file, volume.AllocateExtend, 0, 0), syscall.EINVAL},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", c.what, c.got, c.want)
		}
	}
}

// lastPath returns the path of the disk's newest event.
func lastPath(d *faultfs.Disk) string {
	events := d.Journal().Events
	return events[len(events)-1].Path
}

// TestInodePaths: events have the path that the file has when they come.
func TestInodePaths(t *testing.T) {
	first := faultfs.NewDisk(faultfs.Config{})
	must(t, first.MkdirAll("d/sub", 0o755))
	_, err := first.Create("d/sub/f")
	must(t, err)
	d := faultfs.NewDisk(faultfs.Config{Image: first.Image()})
	n := numbered(d)
	file, err := n.find("d/sub/f")
	must(t, err)
	write := func(want string) {
		t.Helper()
		_, err := n.Write(file, []byte("x"), 0, volume.SyncNone)
		must(t, err)
		if got := lastPath(d); got != want {
			t.Errorf("got path %q, want %q", got, want)
		}
	}
	write("/d/sub/f")
	must(t, n.Rename(journal.RootIno, "d", journal.RootIno, "e", inodes.RenameOver))
	write("/e/sub/f")
	must(t, d.Rename("e/sub", "s")) // by path, and known by number too
	write("/s/f")
	must(t, d.Link("s/f", "g"))
	write("/g")
	sub, err := n.Lookup(journal.RootIno, "s")
	must(t, err)
	_, err = n.Lookup(sub.Ino, "f")
	must(t, err)
	write("/s/f")
	must(t, n.Remove(journal.RootIno, "g", false))
	must(t, n.Remove(sub.Ino, "f", false))
	must(t, n.Remove(journal.RootIno, "s", true))
	write("/s/f")
	d = d.Kill()
	n = numbered(d)
	write("/s/f")
}

func TestAllocateIno(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	n := d.Inodes()
	ino := mustAttr(t)(n.Create(journal.RootIno, "f", 0o644))
	_, err := n.Write(ino, []byte("0123456789"), 0, volume.SyncNone)
	must(t, err)
	for _, c := range []struct {
		mode        volume.AllocateMode
		off, length int64
		want        string
	}{
		{volume.AllocateKeepSize, 0, 100, "0123456789"},
		{volume.AllocateExtend, 0, 5, "0123456789"},
		{volume.AllocateExtend, 8, 4, "0123456789\x00\x00"},
		{volume.AllocateZero, 1, 2, "0\x00\x003456789\x00\x00"},
		{volume.AllocateZero, 9, 100, "0\x00\x00345678\x00\x00\x00"},
		{volume.AllocateZero, 12, 1 << 30, "0\x00\x00345678\x00\x00\x00"},
	} {
		must(t, n.Allocate(ino, c.mode, c.off, c.length))
		if got, err := d.Image().ReadFile("f"); err != nil || string(got) != c.want {
			t.Errorf("mode %d, %d bytes at %d: got %q, want %q (%v)", c.mode, c.length, c.off, got, c.want, err)
		}
	}
	must(t, n.Resize(ino, 64<<20+1))
	if err := n.Allocate(ino, volume.AllocateZero, 0, 64<<20+1); err != syscall.EOPNOTSUPP {
		t.Errorf("more than 64 MiB: got %v, want EOPNOTSUPP", err)
	}
	p := make([]byte, 20)
	if got, err := n.Read(ino, p, 64<<20-3); got != 4 || err != nil {
		t.Errorf("read over the end: got %d, %v; want 4", got, err)
	}
}

func TestInodeLinksAndLists(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	n := d.Inodes()
	ino := mustAttr(t)
	dir := ino(n.Mkdir(journal.RootIno, "d", 0o755))
	file := ino(n.Create(journal.RootIno, "b", 0o644))
	ino(n.Link(file, journal.RootIno, "a"))
	links := func(ino journal.Ino, want int) {
		t.Helper()
		if a, err := n.Attr(ino); err != nil || a.Links != want {
			t.Errorf("inode %d: got %d links (%v), want %d", ino, a.Links, err, want)
		}
	}
	links(file, 2)
	must(t, n.Rename(journal.RootIno, "a", journal.RootIno, "b", inodes.RenameOver)) // one file: nothing happens
	links(file, 2)
	list, err := n.List(journal.RootIno)
	want := []inodes.Dirent{{Name: "a", Ino: file}, {Name: "b", Ino: file}, {Name: "d", Ino: dir, Type: fs.ModeDir}}
	if err != nil || !slices.Equal(list, want) {
		t.Errorf("got %v (%v), want %v", list, err, want)
	}
	over := ino(n.Create(dir, "b", 0o644))
	must(t, n.Rename(journal.RootIno, "b", dir, "b", inodes.RenameOver))
	links(file, 2)
	links(over, 0)
	empty := ino(n.Mkdir(journal.RootIno, "e", 0o755))
	must(t, n.Rename(journal.RootIno, "d", journal.RootIno, "e", inodes.RenameOver))
	links(empty, 0)
	links(dir, 1)
	if list, err := n.List(empty); err != nil || len(list) != 0 {
		t.Errorf("a directory that is gone: got %v (%v), want no names", list, err)
	}
	if _, err := d.Journal().Record().Journal(); err != nil {
		t.Errorf("the journal is refused: %v", err)
	}
}

func TestSymlinkInodes(t *testing.T) {
	n := faultfs.NewDisk(faultfs.Config{}).Inodes()
	link, err := n.Symlink(journal.RootIno, "s", "target")
	must(t, err)
	want := inodes.Attr{Ino: link.Ino, Type: fs.ModeSymlink, Perm: 0o777, SizeBytes: 6, Links: 1, Time: 1}
	if link != want {
		t.Errorf("got %+v, want %+v", link, want)
	}
	if target, err := n.Readlink(link.Ino); err != nil || target != "target" {
		t.Errorf("got %q, %v", target, err)
	}
	if list, err := n.List(journal.RootIno); err != nil || !slices.Equal(list, []inodes.Dirent{{Name: "s", Ino: link.Ino, Type: fs.ModeSymlink}}) {
		t.Errorf("got %v, %v", list, err)
	}
	attr := func(_ inodes.Attr, err error) error { return err }
	text := func(_ string, err error) error { return err }
	count := func(_ int, err error) error { return err }
	for _, c := range []struct {
		what string
		got  error
		want syscall.Errno
	}{
		{"empty target", attr(n.Symlink(journal.RootIno, "x", "")), syscall.ENOENT},
		{"long target", attr(n.Symlink(journal.RootIno, "x", strings.Repeat("x", 4096))), syscall.ENAMETOOLONG},
		{"name taken", attr(n.Symlink(journal.RootIno, "s", "x")), syscall.EEXIST},
		{"readlink of a directory", text(n.Readlink(journal.RootIno)), syscall.EINVAL},
		{"write", count(n.Write(link.Ino, []byte("x"), 0, volume.SyncNone)), syscall.EINVAL},
		{"chmod", n.Chmod(link.Ino, 0), syscall.EOPNOTSUPP},
		{"sync", n.Sync(link.Ino, false, 0), syscall.EINVAL},
		{"lookup in it", attr(n.Lookup(link.Ino, "x")), syscall.ENOTDIR},
		{"rmdir", n.Remove(journal.RootIno, "s", true), syscall.ENOTDIR},
		{"exchange with none", n.Rename(journal.RootIno, "s", journal.RootIno, "x", inodes.RenameExchange), syscall.ENOENT},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", c.what, c.got, c.want)
		}
	}
	must(t, attr(n.Symlink(journal.RootIno, "longest", strings.Repeat("x", 4095))))
	must(t, n.Remove(journal.RootIno, "s", false))
}

// TestInodesConcurrently is for the race detector: each call beside each other,
// and beside calls by path.
func TestInodesConcurrently(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	dir := mustAttr(t)(d.Inodes().Mkdir(journal.RootIno, "dir", 0o755))
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for range 50 {
				if err := oneFileLife(d, dir, string(rune('a'+i))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

// oneFileLife makes, writes, moves, reads and removes a file.
func oneFileLife(d *faultfs.Disk, dir journal.Ino, name string) error {
	numbers := d.Inodes()
	a, err := numbers.Create(dir, name, 0o644)
	if err != nil {
		return err
	}
	_, wrote := numbers.Write(a.Ino, []byte(name), 0, volume.SyncDataAfter)
	moved := numbers.Rename(dir, name, journal.RootIno, name, inodes.RenameOver)
	p := make([]byte, 2)
	n, read := numbers.Read(a.Ino, p, 0)
	_, listed := numbers.List(dir)
	_, found := d.Stat(name)
	removed := d.Remove(name)
	a, still := numbers.Attr(a.Ino)
	if string(p[:n]) != name || a.Links != 0 {
		err = fmt.Errorf("got %q and %d links, want %q and none", p[:n], a.Links, name)
	}
	return errors.Join(err, wrote, moved, read, listed, found, removed, still)
}
