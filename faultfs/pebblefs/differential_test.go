package pebblefs

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/faultfs"
)

// TestLikeMemFS makes the same random calls to an FS and to Pebble's own file
// system in memory, and wants the same results, the same files, and the same
// files after a power loss that takes everything pending.
//
// Where Pebble's is not like Linux, no call is drawn, as there is nothing to
// agree on. It replaces a directory by a file or by another directory, links
// directories, and moves one into itself; a rename to a place that is no
// directory loses the file; one between two names of a file removes the old
// name. In a crash it parts the names of a moved directory, so that these stay
// where they are, and those of a file, so that the test goes on after a power
// loss only if none has two.
//
// The two models of a crash agree on that one state, and differ otherwise: see
// TestCrashesThatPebbleDoesNotMake.
func TestLikeMemFS(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &pair{T: t, mem: vfs.NewCrashableMem()}
		p.boot(faultfs.NewDisk(faultfs.Config{NoStacks: true}))
		t.Repeat(map[string]func(*rapid.T){
			"":              p.sameFiles,
			"create":        p.create,
			"open":          p.open,
			"openReadWrite": p.openReadWrite,
			"reuse":         p.reuse,
			"link":          p.link,
			"rename":        p.rename,
			"remove":        p.remove,
			"removeAll":     p.removeAll,
			"mkdirAll":      p.mkdirAll,
			"syncDir":       p.syncDir,
			"save":          p.save,
			"look":          p.look,
			"lock":          p.lock,
			"unlock":        p.unlock,
			"read":          p.read,
			"write":         p.write,
			"sync":          p.sync,
			"close":         p.close,
			"kill":          p.kill,
			"powerLoss":     p.powerLoss,
		})
		p.sameAfterPowerLoss()
	})
}

var (
	dirNames  = rapid.SampledFrom([]string{"/", "/a", "/a/b"})
	baseNames = rapid.SampledFrom([]string{"x", "y", "a", "b"})
)

// name draws the name of a file, or what may be one, or a directory.
func name(t *rapid.T, label string) string {
	dir := dirNames.Draw(t, label+" in")
	return strings.TrimSuffix(dir, "/") + "/" + baseNames.Draw(t, label)
}

func skipIf(t *rapid.T, memFSIsNotLinux bool) {
	if memFSIsNotLinux {
		t.Skip()
	}
}

func (p *pair) opened(what string, ours vfs.File, got error, mem vfs.File, want error, readable bool) {
	p.Helper()
	if p.same(what, got, want) {
		p.files = append(p.files, openPair{ours, mem, readable})
	}
}

func (p *pair) create(t *rapid.T) {
	n := name(t, "name")
	skipIf(t, p.isDir(n))
	ours, got := p.ours.Create(n, unspecified)
	mem, want := p.mem.Create(n, unspecified)
	p.opened("create "+n, ours, got, mem, want, true)
}

func (p *pair) open(t *rapid.T) {
	n := name(t, "name")
	skipIf(t, p.isDir(n)) // syncDir opens these
	ours, got := p.ours.Open(n)
	mem, want := p.mem.Open(n)
	p.opened("open "+n, ours, got, mem, want, true)
}

func (p *pair) openReadWrite(t *rapid.T) {
	n := name(t, "name")
	skipIf(t, p.isDir(n))
	ours, got := p.ours.OpenReadWrite(n, unspecified)
	mem, want := p.mem.OpenReadWrite(n, unspecified)
	p.opened("open to write "+n, ours, got, mem, want, true)
}

func (p *pair) reuse(t *rapid.T) {
	from, to := name(t, "from"), name(t, "to")
	skipIf(t, p.isDir(from) || p.badRename(from, to))
	ours, got := p.ours.ReuseForWrite(from, to, unspecified)
	mem, want := p.mem.ReuseForWrite(from, to, unspecified)
	p.opened(fmt.Sprintf("reuse %s as %s", from, to), ours, got, mem, want, false)
}

func (p *pair) badRename(from, to string) bool {
	fromDir, toDir := p.ours.PathDir(from), p.ours.PathDir(to)
	return p.isDir(to) || p.isDir(from) && (p.exists(to) || fromDir != toDir) ||
		!p.isDir(toDir) || from != to && p.sameFile(from, to)
}

func (p *pair) rename(t *rapid.T) {
	from, to := name(t, "from"), name(t, "to")
	skipIf(t, p.badRename(from, to))
	p.same(fmt.Sprintf("rename %s to %s", from, to), p.ours.Rename(from, to), p.mem.Rename(from, to))
}

func (p *pair) link(t *rapid.T) {
	from, to := name(t, "from"), name(t, "to")
	skipIf(t, p.isDir(from))
	p.same(fmt.Sprintf("link %s as %s", from, to), p.ours.Link(from, to), p.mem.Link(from, to))
}

func (p *pair) remove(t *rapid.T) {
	n := name(t, "name")
	p.same("remove "+n, p.ours.Remove(n), p.mem.Remove(n))
}

func (p *pair) removeAll(t *rapid.T) {
	n := name(t, "name")
	p.same("remove all of "+n, p.ours.RemoveAll(n), p.mem.RemoveAll(n))
}

func (p *pair) mkdirAll(t *rapid.T) {
	n := dirNames.Draw(t, "name")
	p.same("make directory "+n, p.ours.MkdirAll(n, 0o755), p.mem.MkdirAll(n, 0o755))
}

// save makes a file that survives, as little does by chance: it is written and
// synced, and then its directory is.
func (p *pair) save(t *rapid.T) {
	n := name(t, "name")
	skipIf(t, p.isDir(n) || !p.isDir(p.ours.PathDir(n)))
	data := bytes.Repeat([]byte("s"), lengths.Draw(t, "length"))
	var files [2]vfs.File
	for i, fsys := range []vfs.FS{p.ours, p.mem} {
		f, err := fsys.Create(n, unspecified)
		p.same("create "+n, err, nil)
		_, err = f.Write(data)
		p.same("save "+n, errors.Join(err, f.Sync()), nil)
		files[i] = f
	}
	p.files = append(p.files, openPair{files[0], files[1], true})
	p.syncNames(p.ours.PathDir(n), false)
}

func (p *pair) syncDir(t *rapid.T) {
	p.syncNames(dirNames.Draw(t, "name"), rapid.Bool().Draw(t, "data only"))
}

func (p *pair) syncNames(n string, dataOnly bool) {
	p.Helper()
	ours, got := p.ours.OpenDir(n)
	mem, want := p.mem.OpenDir(n)
	if !p.same("open directory "+n, got, want) {
		return
	}
	if dataOnly {
		p.same("sync data of "+n, ours.SyncData(), mem.SyncData())
	} else {
		p.same("sync "+n, ours.Sync(), mem.Sync())
	}
	p.same("close "+n, ours.Close(), mem.Close())
}

// look asks for what sameFiles does not see: errors.
func (p *pair) look(t *rapid.T) {
	n := name(t, "name")
	list, got := p.ours.List(n)
	memList, want := p.mem.List(n)
	slices.Sort(memList)
	if p.same("list "+n, got, want) && !slices.Equal(list, memList) {
		t.Fatalf("list %s: got %q, Pebble's has %q", n, list, memList)
	}
	info, got := p.ours.Stat(n)
	memInfo, want := p.mem.Stat(n)
	if p.same("stat "+n, got, want) {
		p.sameInfo(info, memInfo)
	}
}

func (p *pair) lock(t *rapid.T) {
	n := strings.TrimSuffix(dirNames.Draw(t, "in"), "/") + "/LOCK"
	ours, got := p.ours.Lock(n)
	mem, want := p.mem.Lock(n)
	if p.same("lock "+n, got, want) {
		p.locks = append(p.locks, lockPair{ours, mem})
	}
}

func (p *pair) unlock(t *rapid.T) {
	skipIf(t, len(p.locks) == 0)
	i := rapid.IntRange(0, len(p.locks)-1).Draw(t, "lock")
	l := p.locks[i]
	p.locks = slices.Delete(p.locks, i, i+1)
	p.same("unlock", l.ours.Close(), l.mem.Close())
}

func (p *pair) file(t *rapid.T) (int, openPair) {
	skipIf(t, len(p.files) == 0)
	i := rapid.IntRange(0, len(p.files)-1).Draw(t, "file")
	return i, p.files[i]
}

// lengths draws what ends within a page, at its end and in the third.
var lengths = rapid.OneOf(rapid.IntRange(1, 20), rapid.SampledFrom([]int{511, 512, 513, 4096, 9000}))

func (p *pair) read(t *rapid.T) {
	_, f := p.file(t)
	skipIf(t, !f.readable)
	got := make([]byte, lengths.Draw(t, "length"))
	want := slices.Clone(got)
	var n, m int
	var err, memErr error
	if rapid.Bool().Draw(t, "at") {
		off := int64(lengths.Draw(t, "offset"))
		n, err = f.ours.ReadAt(got, off)
		m, memErr = f.mem.ReadAt(want, off)
	} else {
		n, err = f.ours.Read(got)
		m, memErr = f.mem.Read(want)
	}
	p.same("read", err, memErr)
	if n != m || !bytes.Equal(got, want) {
		t.Fatalf("read: got %d bytes, Pebble's has %d", n, m)
	}
}

func (p *pair) write(t *rapid.T) {
	_, f := p.file(t)
	data := bytes.Repeat([]byte{byte(rapid.IntRange('A', 'Z').Draw(t, "letter"))}, lengths.Draw(t, "length"))
	var n, m int
	var err, memErr error
	if rapid.Bool().Draw(t, "at") {
		off := int64(lengths.Draw(t, "offset"))
		n, err = f.ours.WriteAt(data, off)
		m, memErr = f.mem.WriteAt(data, off)
	} else {
		n, err = f.ours.Write(data)
		m, memErr = f.mem.Write(data)
	}
	p.same("write", err, memErr)
	if n != m {
		t.Fatalf("write: got %d bytes, Pebble's has %d", n, m)
	}
}

func (p *pair) sync(t *rapid.T) {
	_, f := p.file(t)
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		p.same("sync", f.ours.Sync(), f.mem.Sync())
	case 1:
		p.same("sync data", f.ours.SyncData(), f.mem.SyncData())
	case 2:
		got, err := f.ours.SyncTo(1 << 20)
		want, memErr := f.mem.SyncTo(1 << 20)
		p.same("sync to", err, memErr)
		if got != want {
			t.Fatalf("sync to: got full sync %v, Pebble's has %v", got, want)
		}
	case 3:
		info, err := f.ours.Stat()
		memInfo, memErr := f.mem.Stat()
		p.same("stat", err, memErr)
		p.sameInfo(info, memInfo)
	}
}

func (p *pair) close(t *rapid.T) {
	i, f := p.file(t)
	p.files = slices.Delete(p.files, i, i+1)
	p.same("close", f.ours.Close(), f.mem.Close())
}

// kill takes what the process has open, and its locks; Pebble's file system
// knows no process, so it is told.
func (p *pair) kill(*rapid.T) {
	p.abandon()
	p.boot(p.disk.Kill())
}

func (p *pair) abandon() {
	for _, f := range p.files {
		_ = f.mem.Close()
	}
	for _, l := range p.locks {
		_ = l.mem.Close()
	}
	p.files, p.locks = nil, nil
}

func (p *pair) powerLoss(*rapid.T) {
	ours, mem := p.sameAfterPowerLoss()
	if !hasLinks(p, ours) {
		p.abandon()
		p.boot(ours)
		p.mem = mem
	}
}

// TestCrashesThatPebbleDoesNotMake: its own crashes never keep an unlink or an
// overwritten name's loss that was not synced, and never lose or keep less than
// 4 KiB, so that an engine on Pebble needs more than them to be tested.
func TestCrashesThatPebbleDoesNotMake(t *testing.T) {
	disk := faultfs.NewDisk(faultfs.Config{})
	mem := vfs.NewCrashableMem()
	for _, fsys := range []vfs.FS{New(disk), mem} {
		put(t, fsys, "f", "content")
		root, err := fsys.OpenDir("/")
		must(t, err)
		must(t, errors.Join(root.Sync(), root.Close()))
		must(t, fsys.Remove("f"))
	}
	ours := contents(t, New(faultfs.NewDisk(faultfs.Config{Image: crashNow(disk, false)})))
	if len(ours) != 0 {
		t.Errorf("everything kept: got %v, want that the file is gone", ours)
	}
	// All that is unsynced is said to survive, and the unlink does not.
	pebbles := contents(t, mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 100, RNG: rand.New(rand.NewPCG(1, 2))}))
	if _, ok := pebbles["/f"]; !ok {
		t.Errorf("Pebble's now keeps an unlink that was not synced: %v", pebbles)
	}
}
