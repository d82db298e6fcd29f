package tree_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/spf13/afero"
	"pgregory.net/rapid"
)

// diskPatcher patches a disk, which is strict: nothing may be there already, or
// be missing, and no write reaches beyond the size.
type diskPatcher struct{ d *faultfs.Disk }

func (p diskPatcher) Mkdir(path string) error            { return p.d.Mkdir(path, 0o755) }
func (p diskPatcher) Link(oldPath, newPath string) error { return p.d.Link(oldPath, newPath) }
func (p diskPatcher) Symlink(target, path string) error  { return p.d.SymlinkIfPossible(target, path) }

func (p diskPatcher) Remove(path string) error {
	if _, _, err := p.d.LstatIfPossible(path); err != nil {
		return err
	}
	return p.d.RemoveAll(path)
}

func (p diskPatcher) Create(path string) error {
	_, err := p.d.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644)
	return err
}

func (p diskPatcher) file(path string, act func(f *faultfs.File, size int64) error) error {
	f, err := p.d.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	return errors.Join(err, act(f.(*faultfs.File), info.Size()))
}

func (p diskPatcher) Resize(path string, size int64) error {
	return p.file(path, func(f *faultfs.File, was int64) error {
		if was == size {
			return fmt.Errorf("%s has %d bytes already", path, size)
		}
		return f.Truncate(size)
	})
}

func (p diskPatcher) WriteAt(path string, data []byte, off int64) error {
	return p.file(path, func(f *faultfs.File, size int64) error {
		if off+int64(len(data)) > size || len(data) == 0 {
			return fmt.Errorf("%d bytes at %d of %s, which has %d", len(data), off, path, size)
		}
		_, err := f.WriteAt(data, off)
		return err
	})
}

// realPatcher patches a directory of the operating system.
type realPatcher struct{ root string }

func (p realPatcher) at(path string) string { return filepath.Join(p.root, path) }

func (p realPatcher) Mkdir(path string) error  { return os.Mkdir(p.at(path), 0o755) }
func (p realPatcher) Remove(path string) error { return os.RemoveAll(p.at(path)) }
func (p realPatcher) Link(oldPath, newPath string) error {
	return os.Link(p.at(oldPath), p.at(newPath))
}
func (p realPatcher) Symlink(target, path string) error { return os.Symlink(target, p.at(path)) }
func (p realPatcher) Resize(path string, n int64) error { return os.Truncate(p.at(path), n) }

func (p realPatcher) Create(path string) error {
	f, err := os.OpenFile(p.at(path), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return f.Close()
}

func (p realPatcher) WriteAt(path string, data []byte, off int64) error {
	f, err := os.OpenFile(p.at(path), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(data, off)
	return errors.Join(err, f.Close())
}

// image reads the directory back, hard links included.
func (p realPatcher) image(t *rapid.T) *faultfs.Image {
	d := faultfs.NewDisk(faultfs.Config{Unjournaled: true})
	type known struct {
		info fs.FileInfo
		path string
	}
	var files []known
	read := func(path string, info fs.FileInfo) error {
		name := strings.TrimPrefix(path, p.root)
		i := slices.IndexFunc(files, func(k known) bool { return os.SameFile(k.info, info) })
		switch {
		case name == "":
			return nil
		case info.IsDir():
			return d.Mkdir(name, 0o755)
		case i >= 0:
			return d.Link(files[i].path, name)
		}
		files = append(files, known{info, name})
		if info.Mode()&fs.ModeSymlink != 0 {
			target, err := os.Readlink(path)
			return errors.Join(err, d.SymlinkIfPossible(target, name))
		}
		data, err := os.ReadFile(path)
		return errors.Join(err, afero.WriteFile(d, name, data, 0o644))
	}
	err := filepath.Walk(p.root, func(path string, info fs.FileInfo, err error) error {
		if err != nil {
			return err
		}
		return read(path, info)
	})
	if err != nil {
		t.Fatal(err)
	}
	return d.Image()
}

func changes(t *rapid.T, d *faultfs.Disk, steps int) {
	for range steps {
		litmus.Change(t, d)
	}
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// drawPair is two images that share much, or little: states of one journal, or
// of two.
func drawPair(t *rapid.T) (old, img *faultfs.Image) {
	draw := func(base *faultfs.Image, label string) *faultfs.Image {
		d := faultfs.NewDisk(faultfs.Config{Image: base})
		_ = d.Mkdir("d", 0o755)
		_ = litmus.Step(d, "create x")
		changes(t, d, rapid.IntRange(0, 12).Draw(t, label+"few"))
		if rapid.Bool().Draw(t, label+"big") {
			writeBig(t, d)
		}
		changes(t, d, rapid.IntRange(0, 4).Draw(t, label+"more"))
		if rapid.Bool().Draw(t, label+"whole") {
			return d.Image()
		}
		profile := rapid.SampledFrom(crash.Profiles()).Draw(t, "profile")
		profile.TearBytes = rapid.Bool().Draw(t, "bytes")
		space := crash.NewSpace(d.Journal(), profile)
		point := rapid.SampledFrom(space.Points()).Draw(t, label+"point")
		img, err := space.Image(space.Sample(point, rapid.Uint64().Draw(t, label+"seed")))
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	base := draw(nil, "base")
	switch rapid.IntRange(0, 3).Draw(t, "pair") {
	case 0:
		return base, draw(base, "next")
	case 1:
		return draw(base, "left"), draw(base, "right")
	case 2:
		return base, draw(nil, "other")
	}
	return nil, base
}

// writeBig changes files of many pages, with holes.
func writeBig(t *rapid.T, d *faultfs.Disk) {
	for range rapid.IntRange(1, 4).Draw(t, "writes") {
		f, err := d.OpenFile(rapid.SampledFrom([]string{"big", "d/big"}).Draw(t, "big"), os.O_CREATE|os.O_RDWR, 0o644)
		if err != nil {
			continue
		}
		fill := rapid.SampledFrom([]byte{0, 'A', 'B'}).Draw(t, "fill")
		data := bytes.Repeat([]byte{fill}, rapid.SampledFrom([]int{1, 4096, 30000, 300000}).Draw(t, "len"))
		_, _ = f.WriteAt(data, rapid.SampledFrom([]int64{0, 4096, 65536, 100000, 500000}).Draw(t, "off"))
		if rapid.Bool().Draw(t, "cut") {
			_ = f.Truncate(rapid.SampledFrom([]int64{0, 5000, 65536, 90000, 700000}).Draw(t, "size"))
		}
	}
}

// TestPatch: a patched disk and a patched directory hold the image.
func TestPatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, img := drawPair(t)
		disk := faultfs.NewDisk(faultfs.Config{Image: old, Unjournaled: true})
		if err := img.Patch(old, diskPatcher{disk}); err != nil {
			t.Fatalf("%v\nfrom\n%vto\n%v", err, old, img)
		}
		if disk.Image().Hash() != img.Hash() {
			t.Fatalf("the disk holds\n%vwant\n%vwas\n%v", disk.Image(), img, old)
		}
		root, err := os.MkdirTemp("", "faultfs")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.RemoveAll(root) }()
		real := realPatcher{root}
		if old != nil {
			err = old.Patch(nil, real)
		}
		if err = errors.Join(err, img.Patch(old, real)); err != nil {
			t.Fatalf("%v\nfrom\n%vto\n%v", err, old, img)
		}
		if got := real.image(t); got.Hash() != img.Hash() {
			t.Fatalf("the directory holds\n%vwant\n%vwas\n%v", got, img, old)
		}
	})
}

// listPatcher writes down what it is asked for.
type listPatcher struct {
	lines []string
	fail  int // the call that fails, from 1; 0 for none
}

var errPatcher = errors.New("no more")

func (p *listPatcher) add(format string, args ...any) error {
	p.lines = append(p.lines, fmt.Sprintf(format, args...))
	if len(p.lines) == p.fail {
		return errPatcher
	}
	return nil
}

func (p *listPatcher) Mkdir(path string) error           { return p.add("mkdir %s", path) }
func (p *listPatcher) Remove(path string) error          { return p.add("remove %s", path) }
func (p *listPatcher) Create(path string) error          { return p.add("create %s", path) }
func (p *listPatcher) Link(from, to string) error        { return p.add("link %s %s", from, to) }
func (p *listPatcher) Symlink(target, path string) error { return p.add("symlink %s %s", target, path) }

func (p *listPatcher) Resize(path string, size int64) error { return p.add("resize %s %d", path, size) }

func (p *listPatcher) WriteAt(path string, data []byte, off int64) error {
	return p.add("write %s %s at %d", path, litmus.Runs(data), off)
}

// TestPatchTouchesWhatDiffers holds the calls to those that are needed.
func TestPatchTouchesWhatDiffers(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	noError(t, d.Mkdir("d", 0o755))
	noError(t, afero.WriteFile(d, "d/a", bytes.Repeat([]byte("A"), 40<<12), 0o644))
	noError(t, afero.WriteFile(d, "d/b", bytes.Repeat([]byte("B"), 5000), 0o644))
	noError(t, d.Link("d/b", "l"))
	noError(t, d.SymlinkIfPossible("d", "s"))
	base := d.Image()
	write := func(d *faultfs.Disk, name, data string, off int64) {
		t.Helper()
		f, err := d.OpenFile(name, os.O_RDWR, 0)
		noError(t, err)
		_, err = f.WriteAt([]byte(data), off)
		noError(t, err)
	}
	for _, c := range []struct {
		what   string
		change func(*faultfs.Disk)
		want   []string
	}{
		{"nothing", func(*faultfs.Disk) {}, nil},
		{"the same bytes again", func(d *faultfs.Disk) { write(d, "d/a", "AAA", 0) }, nil},
		{"mode bits", func(d *faultfs.Disk) { noError(t, d.Chmod("l", 0o600)) }, nil},
		{"one page", func(d *faultfs.Disk) { write(d, "d/a", "C", 20<<12) }, []string{"write /d/a 1C+4095A at 81920"}},
		{"pages in a row, over chunks", func(d *faultfs.Disk) {
			write(d, "d/a", strings.Repeat("C", 3<<12), 15<<12)
		}, []string{"write /d/a 12288C at 61440"}},
		{"two pages near each other, together", func(d *faultfs.Disk) {
			write(d, "d/a", "C", 0)
			write(d, "d/a", "C", 2<<12)
		}, []string{"write /d/a 1C+8191A+1C+4095A at 0"}},
		{"two pages apart", func(d *faultfs.Disk) {
			write(d, "d/a", "C", 0)
			write(d, "d/a", "C", 4<<12)
		}, []string{"write /d/a 1C+4095A at 0", "write /d/a 1C+4095A at 16384"}},
		{"two pages around a hole", func(d *faultfs.Disk) {
			write(d, "d/a", "C", 100<<12)
			write(d, "d/a", "C", 102<<12)
		}, []string{"resize /d/a 417793", "write /d/a 1C+4095z at 409600", "write /d/a 1C at 417792"}},
		{"a page of zeros", func(d *faultfs.Disk) {
			write(d, "d/a", string(make([]byte, 4096)), 1<<12)
		}, []string{"write /d/a 4096z at 4096"}},
		{"a linked file, once", func(d *faultfs.Disk) {
			write(d, "l", "C", 4999)
		}, []string{"write /d/b 903B+1C at 4096"}},
		{"longer by a hole", func(d *faultfs.Disk) {
			write(d, "d/a", "C", 100<<12)
		}, []string{"resize /d/a 409601", "write /d/a 1C at 409600"}},
		{"a link less", func(d *faultfs.Disk) {
			noError(t, d.Remove("l"))
		}, []string{"remove /d/b", "remove /l", "create /d/b", "resize /d/b 5000", "write /d/b 5000B at 0"}},
		{"a link more", func(d *faultfs.Disk) {
			noError(t, d.Link("l", "m"))
		}, []string{
			"remove /d/b", "remove /l", "create /d/b", "resize /d/b 5000", "write /d/b 5000B at 0",
			"link /d/b /l", "link /d/b /m",
		}},
		{"another target", func(d *faultfs.Disk) {
			noError(t, d.Remove("s"))
			noError(t, d.SymlinkIfPossible("l", "s"))
		}, []string{"remove /s", "symlink l /s"}},
		{"a directory for a link", func(d *faultfs.Disk) {
			noError(t, d.Remove("s"))
			noError(t, d.MkdirAll("s/t", 0o755))
		}, []string{"remove /s", "mkdir /s", "mkdir /s/t"}},
		{"a directory gone, whole", func(d *faultfs.Disk) {
			noError(t, d.Remove("l"))
			noError(t, d.RemoveAll("d"))
		}, []string{"remove /d", "remove /l"}},
	} {
		d := faultfs.NewDisk(faultfs.Config{Image: base})
		c.change(d)
		p := &listPatcher{}
		noError(t, d.Image().Patch(base, p))
		if !slices.Equal(p.lines, c.want) {
			t.Errorf("%s: got %q, want %q", c.what, p.lines, c.want)
		}
	}
}

// TestPatchEndsWithTheFirstError: at each call.
func TestPatchEndsWithTheFirstError(t *testing.T) {
	first, second := faultfs.NewDisk(faultfs.Config{}), faultfs.NewDisk(faultfs.Config{})
	noError(t, afero.WriteFile(first, "gone", []byte("x"), 0o644))
	noError(t, second.Mkdir("d", 0o755))
	noError(t, second.SymlinkIfPossible("d", "s"))
	noError(t, afero.WriteFile(second, "d/f", []byte("x"), 0o644))
	noError(t, second.Link("d/f", "d/g"))
	whole := &listPatcher{}
	noError(t, second.Image().Patch(first.Image(), whole))
	if len(whole.lines) != 7 {
		t.Fatalf("got %q, want each kind of call", whole.lines)
	}
	for call := range whole.lines {
		p := &listPatcher{fail: call + 1}
		err := second.Image().Patch(first.Image(), p)
		if !errors.Is(err, errPatcher) || !slices.Equal(p.lines, whole.lines[:call+1]) {
			t.Errorf("call %d fails: got %v after %q", call+1, err, p.lines)
		}
	}
}

// nullPatcher does nothing.
type nullPatcher struct{ bytes int64 }

func (*nullPatcher) Mkdir(string) error           { return nil }
func (*nullPatcher) Remove(string) error          { return nil }
func (*nullPatcher) Create(string) error          { return nil }
func (*nullPatcher) Link(string, string) error    { return nil }
func (*nullPatcher) Symlink(string, string) error { return nil }
func (*nullPatcher) Resize(string, int64) error   { return nil }
func (p *nullPatcher) WriteAt(_ string, data []byte, _ int64) error {
	p.bytes += int64(len(data))
	return nil
}

// BenchmarkPatch finds what differs between two states of one journal, in which
// one page of one file differs, beside ten other files.
func BenchmarkPatch(b *testing.B) {
	for _, size := range []int{64 << 10, 10 << 20} {
		for _, linked := range []bool{false, true} {
			b.Run(fmt.Sprintf("%dKiB/linked=%v", size>>10, linked), func(b *testing.B) {
				d := faultfs.NewDisk(faultfs.Config{})
				for i := range 10 {
					noError(b, afero.WriteFile(d, fmt.Sprintf("other%d", i), []byte("x"), 0o644))
				}
				noError(b, afero.WriteFile(d, "log", bytes.Repeat([]byte("x"), size), 0o644))
				if linked {
					noError(b, d.Link("log", "link"))
				}
				f, err := d.OpenFile("log", os.O_RDWR, 0)
				noError(b, err)
				old := d.Image()
				_, err = io.WriteString(f, "changed")
				noError(b, err)
				img := d.Image()
				p := &nullPatcher{}
				b.ReportAllocs()
				calls := int64(0)
				for b.Loop() {
					noError(b, img.Patch(old, p))
					calls++
				}
				if p.bytes != calls*tree.PageBytes {
					b.Fatalf("got %d bytes in %d calls, want a page each", p.bytes, calls)
				}
			})
		}
	}
}
