package pebblefs

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"syscall"
	"testing"

	"github.com/cockroachdb/errors/oserror"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/spf13/afero"
	"go.uber.org/goleak"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/journal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const unspecified = vfs.WriteCategoryUnspecified

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// put makes the file name with the given content, and syncs neither.
func put(t testing.TB, fsys vfs.FS, name, content string) {
	t.Helper()
	f, err := fsys.Create(name, unspecified)
	must(t, err)
	_, err = f.Write([]byte(content))
	must(t, err)
	must(t, f.Close())
}

func get(t testing.TB, fsys vfs.FS, name string) string {
	t.Helper()
	f, err := fsys.Open(name)
	must(t, err)
	defer f.Close()
	content, err := io.ReadAll(f)
	must(t, err)
	return string(content)
}

func TestOf(t *testing.T) {
	disk := faultfs.NewDisk(faultfs.Config{})
	tests := []struct {
		name string
		fs   afero.Fs
		want string // what is got for it; "" is an error
	}{
		{"disk", disk, "disk"},
		{"operating system", afero.NewOsFs(), "default"},
		{"memory", afero.NewMemMapFs(), ""},
		{"wrapped disk", afero.NewReadOnlyFs(disk), ""},
		{"none", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Of(tt.fs)
			kind := ""
			switch got := got.(type) {
			case *FS:
				if got.disk == disk {
					kind = "disk"
				}
			case nil:
			default:
				if got == vfs.Default {
					kind = "default"
				}
			}
			if kind != tt.want || errors.Is(err, ErrForeignFS) != (tt.want == "") {
				t.Errorf("got %q (%T), %v, want %q", kind, got, err, tt.want)
			}
		})
	}
}

// TestErrors: Pebble tests errors with cockroachdb's oserror, users with ours.
func TestErrors(t *testing.T) {
	fsys := New(faultfs.NewDisk(faultfs.Config{}))
	must(t, fsys.MkdirAll("/dir/sub", 0o755))
	put(t, fsys, "/file", "x")
	is := func(target error) func(error) bool {
		return func(err error) bool { return errors.Is(err, target) }
	}
	closeOf := func(c io.Closer, err error) error {
		if c != nil && err != nil {
			t.Errorf("got a file with %v, want nil", err)
		}
		return err
	}
	open := func(f vfs.File, err error) error { return closeOf(f, err) }
	list := func(_ []string, err error) error { return err }
	_, statErr := fsys.Stat("/none")
	_, usageErr := fsys.GetDiskUsage("/")
	tests := []struct {
		name string
		err  error
		want func(error) bool
	}{
		{"open", open(fsys.Open("/none")), oserror.IsNotExist},
		{"open below a missing directory", open(fsys.OpenReadWrite("/none/f", unspecified)), oserror.IsNotExist},
		{"open below a file", open(fsys.Open("/file/f")), is(syscall.ENOTDIR)},
		{"open directory to write", open(fsys.OpenReadWrite("/dir", unspecified)), is(syscall.EISDIR)},
		{"open missing directory", open(fsys.OpenDir("/none")), oserror.IsNotExist},
		{"create below a missing directory", open(fsys.Create("/none/f", unspecified)), oserror.IsNotExist},
		{"create over a full directory", open(fsys.Create("/dir", unspecified)), is(syscall.ENOTEMPTY)},
		{"reuse", open(fsys.ReuseForWrite("/none", "/new", unspecified)), oserror.IsNotExist},
		{"link", fsys.Link("/none", "/new"), oserror.IsNotExist},
		{"link over a file", fsys.Link("/file", "/dir/sub"), oserror.IsExist},
		{"remove", fsys.Remove("/none"), oserror.IsNotExist},
		{"remove a full directory", fsys.Remove("/dir"), is(syscall.ENOTEMPTY)},
		{"remove all of nothing", fsys.RemoveAll("/none/none"), is(nil)},
		{"rename", fsys.Rename("/none", "/new"), oserror.IsNotExist},
		{"make directory over a file", fsys.MkdirAll("/file", 0o755), is(syscall.ENOTDIR)},
		{"list", list(fsys.List("/none")), oserror.IsNotExist},
		{"list a file", list(fsys.List("/file")), is(syscall.ENOTDIR)},
		{"stat", statErr, oserror.IsNotExist},
		{"lock", closeOf(fsys.Lock("/none/LOCK")), is(fs.ErrNotExist)},
		{"disk usage", usageErr, is(vfs.ErrUnsupported)},
	}
	for _, tt := range tests {
		if !tt.want(tt.err) {
			t.Errorf("%s: got %v, want another error", tt.name, tt.err)
		}
	}
}

func TestCreateSparesHardLinks(t *testing.T) {
	fsys := New(faultfs.NewDisk(faultfs.Config{}))
	put(t, fsys, "live", "old")
	must(t, fsys.Link("live", "checkpoint"))
	put(t, fsys, "live", "new")
	if live, kept := get(t, fsys, "live"), get(t, fsys, "checkpoint"); live != "new" || kept != "old" {
		t.Errorf("got %q and its link %q, want new and old", live, kept)
	}
}

func TestReuseForWriteKeepsBytes(t *testing.T) {
	fsys := New(faultfs.NewDisk(faultfs.Config{}))
	put(t, fsys, "1.log", "recycled")
	f, err := fsys.ReuseForWrite("1.log", "2.log", unspecified)
	must(t, err)
	_, err = f.Write([]byte("RE"))
	must(t, err)
	must(t, f.Close())
	if got := get(t, fsys, "2.log"); got != "REcycled" {
		t.Errorf("got %q, want REcycled", got)
	}
	if _, err := fsys.Stat("1.log"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("old name: got %v, want that it is gone", err)
	}
}

func TestLock(t *testing.T) {
	disk := faultfs.NewDisk(faultfs.Config{})
	fsys := New(disk)
	first, err := fsys.Lock("LOCK")
	must(t, err)
	if second, err := fsys.Lock("/./LOCK"); !errors.Is(err, syscall.EAGAIN) || second != nil {
		t.Fatalf("second lock: got %v, %v, want nil, EAGAIN", second, err)
	}
	must(t, first.Close())
	second, err := fsys.Lock("LOCK")
	must(t, err)
	if err := first.Close(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("second close: got %v, want ErrClosed", err)
	}
	if _, err := fsys.Lock("LOCK"); !errors.Is(err, syscall.EAGAIN) {
		t.Errorf("after another's close: got %v, want EAGAIN", err)
	}

	next, err := New(disk.Kill()).Lock("LOCK") // the holder was killed
	must(t, err)
	must(t, errors.Join(next.Close(), second.Close()))
}

// TestFileMarks: what the journal says of each kind of sync, and of what has no
// effect.
func TestFileMarks(t *testing.T) {
	disk := faultfs.NewDisk(faultfs.Config{})
	fsys := New(disk)
	f, err := fsys.Create("f", unspecified)
	must(t, err)
	from := len(disk.Journal().Events)
	fullSync, err := f.SyncTo(100)
	must(t, errors.Join(err, f.SyncData(), f.Sync(), f.Preallocate(0, 4096), f.Prefetch(0, 100), f.Close()))
	d, err := fsys.OpenDir("/")
	must(t, err)
	dirFull, err := d.SyncTo(1)
	must(t, errors.Join(err, d.Preallocate(0, 1), d.SyncData(), d.Close()))
	if fullSync || dirFull || f.Fd() != vfs.InvalidFd || d.Fd() != vfs.InvalidFd {
		t.Errorf("got full syncs %v, %v, descriptors %d, %d, want none", fullSync, dirFull, f.Fd(), d.Fd())
	}
	var got []string
	for _, e := range disk.Journal().Events[from:] {
		got = append(got, e.String())
	}
	want := []string{
		"sync-range /f 100 bytes at 0", "sync-data /f", "sync /f", "allocate /f 4096 bytes at 0",
		"sync /",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got events %q, want %q", got, want)
	}
}

// TestWithoutDescriptor: what Pebble does with a large file for want of one, as
// the package comment says.
func TestWithoutDescriptor(t *testing.T) {
	const chunkBytes, chunks, firstSync = 64 << 10, 64, 3 << 19
	disk := faultfs.NewDisk(faultfs.Config{NoStacks: true})
	created, err := New(disk).Create("f", unspecified)
	must(t, err)
	f := vfs.NewSyncingFile(created, vfs.SyncingFileOptions{BytesPerSync: 512 << 10, PreallocateSize: 1 << 20})
	for range chunks {
		_, err := f.Write(make([]byte, chunkBytes))
		must(t, err)
	}
	must(t, f.Close())
	var writtenBytes, syncs int
	for _, e := range disk.Journal().Events[1:] {
		switch e.Kind {
		case journal.EventWrite:
			writtenBytes += len(e.Data)
		case journal.EventSyncData:
			if syncs++; writtenBytes < firstSync {
				t.Errorf("got a sync after %d bytes, want none before %d", writtenBytes, firstSync)
			}
		default:
			t.Errorf("got event %v, want writes and data syncs alone", e)
		}
	}
	if syncs < 3 || writtenBytes != chunks*chunkBytes {
		t.Errorf("got %d syncs of %d bytes, want several of %d", syncs, writtenBytes, chunks*chunkBytes)
	}
}

// TestNoOpsAreNotJournaled: what changes nothing must not grow the journal, nor
// the states to visit.
func TestNoOpsAreNotJournaled(t *testing.T) {
	disk := faultfs.NewDisk(faultfs.Config{})
	fsys := New(disk)
	must(t, fsys.MkdirAll("/db", 0o755))
	put(t, fsys, "/db/f", "content")
	first, err := fsys.Lock("/db/LOCK")
	must(t, err)
	must(t, first.Close())
	before := len(disk.Journal().Events)

	must(t, fsys.MkdirAll("/db", 0o755))
	again, err := fsys.Lock("/db/LOCK")
	must(t, err)
	f, err := fsys.OpenReadWrite("/db/f", unspecified)
	must(t, err)
	_, err = f.Write(nil)
	must(t, errors.Join(err, f.Close(), again.Close(), fsys.RemoveAll("/db/none"), fsys.Rename("/db/f", "/db/f")))
	_, err = fsys.List("/db")
	must(t, err)
	if got := disk.Journal().Events[before:]; len(got) != 0 {
		t.Errorf("got events %v, want none", got)
	}
}

type applied struct{ to vfs.File }

func (a *applied) Apply(f vfs.File) { a.to = f }

func TestOpenOptionsAndInfo(t *testing.T) {
	fsys := New(faultfs.NewDisk(faultfs.Config{}))
	must(t, fsys.MkdirAll("/db", 0o755))
	put(t, fsys, "/db/f", "12345")
	var reader, writer applied
	f, err := fsys.Open("/db/f", vfs.RandomReadsOption, &reader)
	must(t, err)
	w, err := fsys.OpenReadWrite("/db/f", unspecified, vfs.SequentialReadsOption, &writer)
	must(t, err)
	if reader.to != f || writer.to != w {
		t.Errorf("options were applied to %v and %v, want %v and %v", reader.to, writer.to, f, w)
	}
	byFile, err := f.Stat()
	must(t, err)
	byName, err := fsys.Stat("/db/f")
	must(t, errors.Join(err, f.Close(), w.Close()))
	for _, info := range []vfs.FileInfo{byFile, byName} {
		if info.Name() != "f" || info.Size() != 5 || info.IsDir() || info.DeviceID() != (vfs.DeviceID{}) {
			t.Errorf("got %v of %d bytes on %v, want f of 5 on 0:0", info.Name(), info.Size(), info.DeviceID())
		}
	}
	if _, err := f.Stat(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("stat of a closed file: got %v, want ErrClosed", err)
	}
	join, base, dir := fsys.PathJoin("a", "../b", "c"), fsys.PathBase("b/c/"), fsys.PathDir("b/c")
	if join != "b/c" || base != "c" || dir != "b" || vfs.Root(fsys) != fsys {
		t.Errorf("got paths %s, %s, %s, root %v", join, base, dir, vfs.Root(fsys))
	}
}
