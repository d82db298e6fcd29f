package explain

import (
	"io/fs"
	"path"
	"runtime"
	"sync"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject"
)

// recoveryFrames returns where the engine's recovery dealt with a file: where it panicked
// or hangs or, of what came before its first open had ended, the last change of the
// file or else the last read. It is nil if that is not known.
func (x *explainer) recoveryFrames(file string) []journal.Frame {
	if frames := x.Words().Frames; len(frames) > 0 {
		return frames
	}
	trace := &fileTrace{reads: map[string][]journal.Frame{}, changes: map[string][]journal.Frame{}}
	h, ok := x.host.With(trace.in)
	if !ok {
		return nil // its files are read in another process
	}
	r := h.Recoveries()
	defer r.Close()
	recovered := r.Recover(host.Must(x.Image()))
	if !evidence.IsFirst(x.Life.Verdict(x.State.Point, recovered), x.cause.Property) {
		return nil // the engine noticed that it was watched
	}
	return trace.of(file)
}

// fileTrace remembers which stack read and which changed each file last, until an
// engine has opened. It is safe for concurrent use.
type fileTrace struct {
	mu             sync.Mutex
	reads, changes map[string][]journal.Frame
	ended          bool
}

// in returns the factory with its engines' files traced.
func (t *fileTrace) in(f subject.Factory) subject.Factory {
	open := f.Open
	f.OpenReadOnly = nil
	f.Open = func(env engines.Env) (subject.Store, error) {
		defer t.end()
		env.FS = tracedFS{env.FS, t}
		return open(env)
	}
	return f
}

func (t *fileTrace) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
}

func (t *fileTrace) of(file string) []journal.Frame {
	t.mu.Lock()
	defer t.mu.Unlock()
	if change := t.changes[file]; len(change) > 0 {
		return change
	}
	return t.reads[file]
}

// note notes in which, one of the trace's maps, who deals with the file.
func (t *fileTrace) note(which map[string][]journal.Frame, file string) {
	const depthMax = 24
	const ownFrames = 3 // Callers, note, the file's method
	var pcs [depthMax]uintptr
	n := runtime.Callers(ownFrames, pcs[:])
	var stack []journal.Frame
	frames := runtime.CallersFrames(pcs[:n])
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		stack = append(stack, journal.Frame{Function: f.Function, File: f.File, Line: f.Line})
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ended {
		which[path.Clean(file)] = evidence.EngineFrames(stack)
	}
}

// tracedFS is a file system whose files note who reads and changes them.
type tracedFS struct {
	afero.Fs
	trace *fileTrace
}

func (t tracedFS) Open(name string) (afero.File, error) { return t.wrap(t.Fs.Open(name)) }

func (t tracedFS) OpenFile(name string, flag int, perm fs.FileMode) (afero.File, error) {
	return t.wrap(t.Fs.OpenFile(name, flag, perm))
}

func (t tracedFS) wrap(f afero.File, err error) (afero.File, error) {
	if err != nil {
		return f, err
	}
	return tracedFile{f, t.trace}, nil
}

type tracedFile struct {
	afero.File
	trace *fileTrace
}

func (t tracedFile) Read(p []byte) (int, error) {
	t.trace.note(t.trace.reads, t.Name())
	return t.File.Read(p)
}

func (t tracedFile) ReadAt(p []byte, off int64) (int, error) {
	t.trace.note(t.trace.reads, t.Name())
	return t.File.ReadAt(p, off)
}

func (t tracedFile) Write(p []byte) (int, error) {
	t.trace.note(t.trace.changes, t.Name())
	return t.File.Write(p)
}

func (t tracedFile) WriteAt(p []byte, off int64) (int, error) {
	t.trace.note(t.trace.changes, t.Name())
	return t.File.WriteAt(p, off)
}

func (t tracedFile) Truncate(size int64) error {
	t.trace.note(t.trace.changes, t.Name())
	return t.File.Truncate(size)
}
