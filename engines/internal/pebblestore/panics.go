package pebblestore

import (
	"cmp"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// panicStops is a file system on which the guard ends the database where Pebble would
// panic at an error and nobody could catch it.
//
// Pebble v2.1.7 does so in two places: where the fsync of a directory fails as it moves a
// marker, on a background goroutine too; and where it cannot begin the next file of its
// write-ahead log or end the old one, with a lock that it gives back twice then.
type panicStops struct {
	vfs.FS
	guard *guard
}

// Unwrap returns the file system below.
func (p panicStops) Unwrap() vfs.FS { return p.FS }

func (p panicStops) OpenDir(name string) (vfs.File, error) {
	d, err := p.FS.OpenDir(name)
	return p.file(d, err)
}

func (p panicStops) Create(name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := p.FS.Create(name, category)
	if err == nil && filepath.Ext(name) != ".log" {
		return f, nil
	}
	return p.file(f, err)
}

func (p panicStops) ReuseForWrite(oldname, newname string, category vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := p.FS.ReuseForWrite(oldname, newname, category)
	return p.file(f, err)
}

func (p panicStops) file(f vfs.File, err error) (vfs.File, error) {
	if p.stop(err); err != nil {
		return nil, err
	}
	return &stopping{File: f, stops: p}, nil
}

// stop ends the database, and does not return, if Pebble would panic at err.
func (p panicStops) stop(err error) {
	if err != nil && panicsAtErrors() {
		p.guard.fail(err)
		select {} // as Fatalf does
	}
}

// panicsAtErrors reports whether Pebble panics at an error of what the caller does.
func panicsAtErrors() bool {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	for frame, more := frames.Next(); ; frame, more = frames.Next() {
		if strings.HasSuffix(frame.Function, "atomicfs.(*Marker).Move") || strings.HasSuffix(frame.Function, "pebble/v2.(*DB).rotateWAL") {
			return true
		}
		if !more {
			return false
		}
	}
}

// stopping is a directory, or a file of the write-ahead log: Pebble hears of errors of that
// when it closes it.
type stopping struct {
	vfs.File
	stops panicStops

	mu     sync.Mutex
	failed error // the first
}

func (s *stopping) note(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = cmp.Or(s.failed, err)
}

func (s *stopping) noted() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

func (s *stopping) Write(b []byte) (int, error) {
	n, err := s.File.Write(b)
	s.note(err)
	return n, err
}

func (s *stopping) Sync() error {
	err := s.File.Sync()
	s.note(err)
	s.stops.stop(err)
	return err
}

func (s *stopping) SyncData() error {
	err := s.File.SyncData()
	s.note(err)
	return err
}

func (s *stopping) Close() error {
	err := s.File.Close()
	s.note(err)
	s.stops.stop(s.noted())
	return err
}
