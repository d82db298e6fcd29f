package canary

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"

	"github.com/spf13/afero"
)

// try notes that err, if it is one, breaks the engine.
func (e *plain) try(err error) error {
	if err != nil && e.broken == nil {
		e.broken = err
		e.noteFull(err)
	}
	return err
}

// notWritten ends a write of the tail that failed, after which the state would be next.
func (e *plain) notWritten(err error, next state) error {
	switch e.plant {
	case keepsRefused:
		e.state = next // plant: state-ahead-of-failed-write
		return err
	case buriesHalf: // a bug: goes on where the file ends now, as with O_APPEND
		info, statErr := e.tail.file.Stat()
		if statErr == nil {
			e.tail.off = info.Size() // plant: half-record-buried
		}
		return errors.Join(err, e.try(statErr))
	}
	return e.try(err)
}

// syncLog makes durable what is in a file of the log.
func (e *plain) syncLog(f afero.File) error {
	err := f.Sync()
	switch {
	case e.plant == ignoresSyncError:
		return nil // plant: fsync-error-ignored
	case e.plant == ignoresSyncWithoutSpace && errors.Is(err, syscall.ENOSPC):
		return nil // plant: fsync-without-space-ignored
	case e.plant == retriesSync && err != nil:
		return f.Sync() // plant: fsync-retried
	}
	return err
}

// flushingFile is a file whose writes wait in a buffer for its close.
type flushingFile struct {
	afero.File
	buffer *bufio.Writer
}

func (f flushingFile) Close() error {
	return errors.Join(f.buffer.Flush(), f.Sync(), f.File.Close())
}

// replaceBuffered is a bug: it does not look at the error of a close, which writes.
func (e *plain) replaceBuffered(name string, data []byte) error {
	other := e.path(name + ".new")
	file, err := e.fs.OpenFile(other, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	f := flushingFile{file, bufio.NewWriter(file)}
	_, err = f.buffer.Write(data)
	_ = f.Close() // plant: close-error-ignored
	if err == nil {
		err = e.fs.Rename(other, e.path(name))
	}
	if err != nil {
		return err
	}
	return e.syncDir()
}

// fullName is the file by which an engine notes that the disk was full, which is a bug.
const fullName = "full"

// noteFull is a bug: it notes that the disk was full, and nothing takes the note away.
func (e *plain) noteFull(err error) {
	if e.plant != staysFull || !errors.Is(err, syscall.ENOSPC) {
		return
	}
	if f, err := e.fs.Create(e.path(fullName)); err == nil { // plant: full-disk-wedges
		_ = f.Close()
	}
}

func (e *plain) refuseIfFull(names []string) {
	if slices.Contains(names, fullName) {
		e.broken = fmt.Errorf("read-only: %w", syscall.ENOSPC)
	}
}
