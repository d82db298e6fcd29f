package harness_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"testing"

	"github.com/spf13/afero"
	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// mappedFS is the file system of the operating system, whose files are written through memory
// maps and synced by msync.
type mappedFS struct {
	afero.Fs
	// again has a file ask once more where msync failed, and believe that.
	again bool
}

func (f mappedFS) OpenFile(name string, flag int, perm fs.FileMode) (afero.File, error) {
	file, err := f.Fs.OpenFile(name, flag, perm)
	if err != nil || flag&os.O_RDWR == 0 {
		return file, err
	}
	return &mappedFile{File: file, again: f.again}, nil
}

type mappedFile struct {
	afero.File
	again bool
	maps  [][]byte // since the last sync
}

// WriteAt stores to the pages of the range, which stay mapped until the next sync.
func (f *mappedFile) WriteAt(p []byte, off int64) (int, error) {
	info, err := f.Stat()
	if end := off + int64(len(p)); err == nil && end > info.Size() {
		err = f.Truncate(end)
	}
	if err != nil {
		return 0, err
	}
	from := off &^ int64(os.Getpagesize()-1)
	length := int(off-from) + len(p)
	pages, err := unix.Mmap(int(f.File.(*os.File).Fd()), from, length, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return 0, err
	}
	f.maps = append(f.maps, pages)
	return copy(pages[off-from:], p), nil
}

func (f *mappedFile) Sync() (err error) {
	for _, pages := range f.maps {
		failed := unix.Msync(pages, unix.MS_SYNC)
		if failed != nil && f.again {
			failed = unix.Msync(pages, unix.MS_SYNC)
		}
		err = errors.Join(err, failed)
	}
	return errors.Join(err, f.unmap())
}

func (f *mappedFile) Close() error { return errors.Join(f.unmap(), f.File.Close()) }

func (f *mappedFile) unmap() (err error) {
	for _, pages := range f.maps {
		err = errors.Join(err, unix.Munmap(pages))
	}
	f.maps = nil
	return err
}

// mapped returns the file engine above memory maps, on a directory.
func mapped(again bool) engines.Factory {
	name := "mapped"
	if again {
		name = "mapped-again"
	}
	return engines.Factory{Name: name, Needs: engines.NeedsDir, Open: func(env engines.Env) (engines.StorageEngine, error) {
		return filelog.Open(filelog.Options{FS: mappedFS{afero.NewOsFs(), again}, Dir: env.Dir, SegmentBytes: small.SegmentBytes})
	}}
}

// TestMsyncFails: an engine that stores through a memory map hears once that a store was not
// written. One that asks again is told that all is well, believes it, and falls by that; one
// that takes the first word holds.
func TestMsyncFails(t *testing.T) {
	c := harness.Config{Profile: crash.Ext4Ordered(), Depth: -1, NoShrink: true, Quick: true}
	for nth := range 4 {
		program := raftlog.MustParse(fmt.Sprintf("fail write %d\npersist 1\npersist 1\nreopen", nth+1))
		c.Only = append(c.Only, scenarios.NamedProgram{Name: program[0].String(), Program: program})
	}
	for _, again := range []bool{false, true} {
		o := verifyOnDir(t, mapped(again), c)
		if o.Has(models.ErrorSurfaced) != again || !again && o.Verdict != evidence.Held {
			t.Errorf("asks again: %v: %s\n%v", again, o.Summary(), o.Findings)
		}
		noChildren(t)
	}
}

// TestMappedEngineHolds: a sound engine that stores through memory maps holds through a share
// of all faults.
func TestMappedEngineHolds(t *testing.T) {
	c := harness.Config{
		Profile: crash.Ext4Ordered(), Faults: harness.FaultsShare, FaultsEvery: 4, Depth: -1, NoShrink: true, Quick: true,
		Only: []scenarios.NamedProgram{{Name: "persist", Program: raftlog.MustParse("persist 1")}},
	}
	if testing.Short() {
		c.FaultsEvery = 16
	}
	o := verifyOnDir(t, mapped(false), c)
	if o.Verdict != evidence.Held || o.Tally.Faults.Fired == 0 {
		t.Errorf("%s\n%v", o.Summary(), o.Findings)
	}
}
