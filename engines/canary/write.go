package canary

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/afero"
)

// fileBytesMax returns the size at which the next file is begun: small, so that short
// programs fill several, or one that takes many batches.
func (m mode) fileBytesMax() int64 {
	if m.large {
		return 96 << 10
	}
	return 2048
}

// append writes frames, which are one change, and makes them durable as the mode
// says. With unsynced it leaves the sync out, which is a bug.
func (e *plain) append(frames []frame, unsynced bool) error {
	if err := e.ready(framesBytes(frames)); err != nil {
		return err
	}
	if err := e.write(frames); err != nil {
		return err
	}
	if e.buffered || unsynced {
		return nil
	}
	return e.syncTail()
}

// ready makes a tail that takes size more bytes.
func (e *plain) ready(size int) error {
	if e.plant == syncsLogLater {
		if err := e.syncTail(); err != nil {
			return err
		}
	}
	switch {
	case e.tail.file == nil:
		return e.rewrite(e.state, syncs{file: true, dir: e.plant != skipsRenameSync}) // plant: rename-without-directory-sync
	case e.tail.off+int64(size) > e.fileBytesMax():
		return e.roll()
	}
	return nil
}

// write writes frames at the end of the tail, and applies them.
func (e *plain) write(frames []frame) error {
	buf := make([]byte, 0, framesBytes(frames))
	start, seed, next := e.tail.off, e.tail.seed, e.state
	for _, f := range frames {
		next.apply(f, e.tail.number, start+int64(len(buf)))
		buf, seed = e.plant.checksums().encode(buf, f, seed)
	}
	if err := writeAt(e.tail.file, buf, start); err != nil {
		return e.notWritten(err, next)
	}
	e.state, e.tail.off, e.tail.seed = next, start+int64(len(buf)), seed
	e.unsynced = true
	return nil
}

func writeAt(f afero.File, b []byte, off int64) error {
	n, err := f.WriteAt(b, off)
	if err == nil && n < len(b) {
		err = fmt.Errorf("wrote %d of %d bytes", n, len(b))
	}
	return err
}

// syncTail makes what was written durable.
func (e *plain) syncTail() error {
	if !e.unsynced {
		return nil
	}
	file := e.tail.file
	if e.plant == syncsFirstFile {
		file = e.first // plant: sync-of-wrong-file
	}
	if err := e.syncLog(file); err != nil {
		if e.plant == goesOnAfterSyncError {
			return err // plant: goes-on-after-failed-fsync
		}
		return e.try(err)
	}
	e.unsynced = false
	return nil
}

// roll begins the next file, once this one is durable: the next must not outlive
// its end.
func (e *plain) roll() error {
	if e.plant != syncsNewestFile { // plant: flush-of-newest-file-only, flush-forgets-full-file
		if err := e.syncTail(); err != nil {
			return err
		}
	}
	number := e.next
	f, err := e.fs.OpenFile(e.path(moreName(number)), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return e.try(err)
	}
	if e.plant != skipsNewName { // plant: new-name-not-synced
		if err := e.syncDir(); err != nil {
			return errors.Join(e.try(err), f.Close())
		}
	}
	if e.tail.file != e.first && e.plant != keepsOldFileOpen { // plant: old-file-kept-open
		_ = e.tail.file.Close() // synced, and nothing relies on it any more
	}
	e.tail = tail{file: f, number: number, seed: e.tail.seed}
	e.next++
	return nil
}

// rewrite begins a new log with all that next holds, which becomes the state, and
// removes the files of the old one. It is durable if both are synced.
func (e *plain) rewrite(next state, s syncs) error {
	number := e.next
	e.next++
	t := tail{number: number, seed: uint32(number)} // keeps bytes of old logs out
	next.entries = slices.Clone(next.entries)
	frames := next.frames()
	buf := make([]byte, 0, framesBytes(frames))
	for i, f := range frames {
		if i > 0 {
			h := &next.entries[i-1]
			h.file, h.off = number, int64(len(buf))
		}
		buf, t.seed = e.plant.checksums().encode(buf, f, t.seed)
	}
	t.off = int64(len(buf))
	name := baseName(number)
	if err := e.replaceFile(name, buf, s); err != nil {
		return e.try(err)
	}
	var err error
	if t.file, err = e.fs.OpenFile(e.path(name), os.O_RDWR, 0); err != nil {
		return e.try(err)
	}
	_ = e.release() // nothing relies on the old files any more
	e.state, e.first, e.tail, e.unsynced, e.unsettled = next, t.file, t, false, false
	if e.plant == keepsOldFiles {
		return nil // as purged-files-kept does; no place in a journal is to blame
	}
	return e.try(e.removeBefore(number))
}

// syncs says what a replacement of a file makes durable.
type syncs struct{ file, dir bool }

var both = syncs{file: true, dir: true}

// replaceFile gives the file name the content data in one step. The other name is
// removed first, never emptied: a crash may have left both names on one file.
func (e *plain) replaceFile(name string, data []byte, s syncs) error {
	other := e.path(name + ".new")
	if e.plant == renamesNewFiles {
		other = e.freeName() // as crash-leftovers-kept does; no place in a journal is to blame
	}
	if err := e.fs.Remove(other); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := e.fs.OpenFile(other, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	err = writeAt(f, data, 0)
	if e.plant == ignoresShortWrite {
		err = nil // plant: rename-after-short-write
	}
	if err == nil && s.file {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	err = e.fs.Rename(other, e.path(name))
	if e.plant == ignoresRenameError {
		err = nil // plant: rename-error-ignored
	}
	if err != nil || !s.dir {
		return err
	}
	return e.syncDir()
}

// overwrite is a bug: it writes frames over those from index first on, and cuts
// off the rest of the file afterwards.
func (e *plain) overwrite(first uint64, frames []frame) error {
	if err := e.ready(framesBytes(frames)); err != nil {
		return err
	}
	keep := e.state.from(first)
	if keep < len(e.state.entries) {
		at := e.state.entries[keep]
		if at.file != e.tail.number {
			// It lies in an older file: begin again with what stays.
			e.state.entries = e.state.entries[:keep]
			return e.begin(frames)
		}
		e.state.entries, e.tail.off = e.state.entries[:keep], at.off
	}
	if err := e.write(frames); err != nil {
		return err
	}
	if err := e.syncTail(); err != nil {
		return err
	}
	return e.try(errors.Join(e.tail.file.Truncate(e.tail.off), e.tail.file.Sync())) // plant: old-tail-behind-new-entries
}

// begin rewrites the log and appends frames.
func (e *plain) begin(frames []frame) error {
	if err := e.rewrite(e.state, both); err != nil {
		return err
	}
	return e.append(frames, false)
}
