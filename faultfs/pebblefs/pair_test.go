package pebblefs

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"syscall"

	"github.com/cockroachdb/errors/oserror"
	"github.com/cockroachdb/pebble/v2/vfs"
	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
)

// pair is the two file systems and what the process has open on both.
type pair struct {
	*rapid.T
	disk  *faultfs.Disk
	ours  *FS
	mem   *vfs.MemFS
	files []openPair
	locks []lockPair
}

type openPair struct {
	ours, mem vfs.File
	readable  bool
}

type lockPair struct{ ours, mem io.Closer }

func (p *pair) boot(disk *faultfs.Disk) { p.disk, p.ours = disk, New(disk) }

func (p *pair) isDir(name string) bool {
	info, err := p.ours.Stat(name)
	return err == nil && info.IsDir()
}

func (p *pair) exists(name string) bool {
	_, err := p.ours.Stat(name)
	return err == nil
}

// sameFile reports whether both are names of one file.
func (p *pair) sameFile(a, b string) bool {
	first, err1 := p.ours.Stat(a)
	second, err2 := p.ours.Stat(b)
	return err1 == nil && err2 == nil && first.Sys() == second.Sys()
}

// kind is what a caller may ask of an error.
func kind(err error) string {
	switch {
	case err == nil:
		return "none"
	case err == io.EOF:
		return "EOF"
	case oserror.IsNotExist(err):
		return "not exist"
	case oserror.IsExist(err):
		return "exist"
	case errors.Is(err, syscall.EAGAIN):
		return "locked"
	}
	return "other"
}

func (p *pair) same(what string, got, want error) bool {
	p.Helper()
	if kind(got) != kind(want) {
		p.Fatalf("%s: got %v (%s), Pebble's has %v (%s)", what, got, kind(got), want, kind(want))
	}
	return got == nil
}

func (p *pair) sameInfo(got, want vfs.FileInfo) {
	p.Helper()
	if got.Name() != want.Name() || got.Size() != want.Size() || got.IsDir() != want.IsDir() || got.DeviceID() != want.DeviceID() {
		p.Fatalf("got %s of %d bytes, Pebble's has %s of %d", got.Name(), got.Size(), want.Name(), want.Size())
	}
}

// sameAfterPowerLoss compares what a loss of everything pending leaves, and
// returns it.
func (p *pair) sameAfterPowerLoss() (*faultfs.Disk, *vfs.MemFS) {
	p.Helper()
	image := crashNow(p.disk, true)
	ours, mem := faultfs.NewDisk(faultfs.Config{Image: image, NoStacks: true}), p.mem.CrashClone(vfs.CrashCloneCfg{})
	p.sameTrees("after a power loss", contents(p, New(ours)), contents(p, mem))
	return ours, mem
}

// crashNow returns what a crash after all that happened leaves, with everything
// pending lost, or kept.
func crashNow(disk *faultfs.Disk, lost bool) *faultfs.Image {
	space := crash.NewSpace(disk.Journal(), crash.StrictPosix())
	points := space.Points()
	img, err := space.Image(crash.State{Point: points[len(points)-1], Lost: lost})
	if err != nil {
		panic(err) // a space makes each image
	}
	return img
}

func (p *pair) sameFiles(*rapid.T) { p.sameTrees("files", contents(p, p.ours), contents(p, p.mem)) }

func (p *pair) sameTrees(what string, got, want map[string]string) {
	p.Helper()
	if !maps.Equal(got, want) {
		p.Fatalf("%s: got %s, Pebble's has %s", what, sizes(got), sizes(want))
	}
}

func sizes(tree map[string]string) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		out = append(out, fmt.Sprintf("%s %d %.1q", name, len(tree[name]), tree[name]))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// contents returns the content of each file by its name; a directory's name ends
// in a slash.
func contents(t failer, fsys vfs.FS) map[string]string {
	t.Helper()
	out := map[string]string{}
	walk(t, fsys, "/", func(name string, _ vfs.FileInfo, content string) { out[name] = content })
	return out
}

func hasLinks(t failer, disk *faultfs.Disk) bool {
	t.Helper()
	seen, twice := map[any]bool{}, false
	walk(t, New(disk), "/", func(_ string, info vfs.FileInfo, _ string) {
		twice = twice || seen[info.Sys()]
		seen[info.Sys()] = true
	})
	return twice
}

func walk(t failer, fsys vfs.FS, dir string, visit func(name string, info vfs.FileInfo, content string)) {
	t.Helper()
	names, err := fsys.List(dir)
	if err != nil {
		t.Fatalf("list %s: %v", dir, err)
	}
	for _, base := range names {
		name := fsys.PathJoin(dir, base)
		info, err := fsys.Stat(name)
		if err != nil {
			t.Fatalf("stat %s: %v", name, err)
		}
		if info.IsDir() {
			visit(name+"/", info, "")
			walk(t, fsys, name, visit)
			continue
		}
		f, err := fsys.Open(name)
		if err != nil {
			t.Fatalf("open %s: %v", name, err)
		}
		content, err := io.ReadAll(f)
		if err = errors.Join(err, f.Close()); err != nil {
			t.Fatalf("read %s: %v", name, err)
		}
		visit(name, info, string(content))
	}
}
