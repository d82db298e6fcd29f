package filelog

import (
	"context"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

var ctx = context.Background()

const testDir = "/db"

// entry returns an entry whose payload is told by its index and term.
func entry(index, term uint64, size int) engines.Entry {
	payload := make([]byte, size)
	for i := range payload {
		payload[i] = byte(index*31 + term*7 + uint64(i))
	}
	return engines.Entry{Index: index, Term: term, Payload: payload}
}

// batch returns the entries first..last of a term.
func batch(first, last, term uint64, size int) []engines.Entry {
	var out []engines.Entry
	for i := first; i <= last; i++ {
		out = append(out, entry(i, term, size))
	}
	return out
}

// openOn opens an engine that is closed with the test.
func openOn(t testing.TB, opts Options) *Engine {
	t.Helper()
	if opts.Dir == "" {
		opts.Dir = testDir
	}
	e, err := Open(opts)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return e
}

// must fails the test for an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// shown is everything that an engine shows, for comparison with ==.
func shown(e *Engine) (string, error) {
	entries, err := e.log.GetEntries(ctx, 0, ^uint64(0))
	if err != nil {
		return "", err
	}
	out := ""
	for _, e := range entries {
		out += fmt.Sprintf("%d/%d:%x ", e.Index, e.Term, e.Payload)
	}
	boundary, purged, err := e.log.LoadPurgeBoundary(ctx)
	if err != nil {
		return "", err
	}
	hard, saved, err := e.hard.LoadHardState(ctx)
	return out + fmt.Sprintf("last %d boundary %v %v hard %v %v", e.log.LastIndex(), boundary, purged, hard, saved), err
}

// show is shown for an engine that has no excuse.
func show(t testing.TB, e *Engine) string {
	t.Helper()
	s, err := shown(e)
	must(t, err)
	return s
}

// recovered opens the files of an image and returns what they show.
func recovered(image files) (string, error) {
	e, err := Open(Options{FS: image.fs(), Dir: testDir})
	if err != nil {
		return "", err
	}
	s, err := shown(e)
	return s, firstOf(err, e.Close())
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// files are the contents of a directory.
type files map[string][]byte

// filesOf copies the files of the engine's directory.
func filesOf(t testing.TB, fs afero.Fs) files {
	t.Helper()
	infos, err := afero.ReadDir(fs, testDir)
	must(t, err)
	out := files{}
	for _, info := range infos {
		b, err := afero.ReadFile(fs, testDir+"/"+info.Name())
		must(t, err)
		out[info.Name()] = b
	}
	return out
}

// with returns f with one file replaced, or removed if data is nil.
func (f files) with(name string, data []byte) files {
	out := files{}
	for k, v := range f {
		out[k] = v
	}
	out[name] = data
	if data == nil {
		delete(out, name)
	}
	return out
}

// fs returns a new file system that holds copies of f.
func (f files) fs() afero.Fs {
	fs := afero.NewMemMapFs()
	_ = fs.MkdirAll(testDir, 0o755)
	for name, data := range f {
		_ = afero.WriteFile(fs, testDir+"/"+name, data, 0o644)
	}
	return fs
}

// brokenFs fails or shortens what its hook says.
type brokenFs struct {
	afero.Fs
	// hook is asked before every write, sync and removal; op is "write", "sync"
	// or "remove".
	hook func(op, name string) error
}

func (b *brokenFs) wrap(f afero.File, err error) (afero.File, error) {
	if err != nil {
		return nil, err
	}
	return &brokenFile{File: f, fs: b}, nil
}

func (b *brokenFs) Open(name string) (afero.File, error) { return b.wrap(b.Fs.Open(name)) }

func (b *brokenFs) OpenFile(name string, flag int, perm os.FileMode) (afero.File, error) {
	return b.wrap(b.Fs.OpenFile(name, flag, perm))
}

func (b *brokenFs) Remove(name string) error {
	if err := b.hook("remove", name); err != nil {
		return err
	}
	return b.Fs.Remove(name)
}

type brokenFile struct {
	afero.File
	fs *brokenFs
}

func (f *brokenFile) WriteAt(b []byte, off int64) (int, error) {
	switch err := f.fs.hook("write", f.Name()); err {
	case nil:
		return f.File.WriteAt(b, off)
	case io.ErrShortWrite:
		return f.File.WriteAt(b[:len(b)/2], off)
	default:
		return 0, err
	}
}

func (f *brokenFile) Sync() error {
	if err := f.fs.hook("sync", f.Name()); err != nil {
		return err
	}
	return f.File.Sync()
}
