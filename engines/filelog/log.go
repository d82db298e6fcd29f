package filelog

import (
	"errors"
	"fmt"
	"sync"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// logStore is the log of an Engine. Changes go through three stages: written to
// the tail, synced, and published to readers. A durable log publishes what is
// synced only, so that no reader relies on what a crash takes back.
type logStore struct {
	dir        directory
	hard       *hardStore
	buffered   bool
	limitBytes int64
	fail       poison

	// mu guards the fields below. It is not held during a sync, but for the
	// one that begins a segment.
	mu   sync.Mutex
	cond sync.Cond
	// appended is the extent of the log with all that was written.
	appended extent
	tail     *tail
	// nextSeq, sealedEnd and sealedSum are what the next segment continues; the
	// tail, if there is one, knows better.
	nextSeq   uint64
	sealedEnd uint64
	sealedSum uint32
	// written and synced count changes, as their tickets do.
	written, synced uint64
	syncing         bool
	pending         []change
	needless        []needless
	scratch         []byte

	// viewMu guards what readers see. It is taken after mu.
	viewMu sync.RWMutex
	view   view
	arena  *arena
	segs   []*segment
	closed bool
}

// tail is the segment that this engine writes.
type tail struct {
	file afero.File
	seq  uint64
	chain
}

// needless says that segments before seq are not needed once ticket is synced.
type needless struct{ ticket, seq uint64 }

func (l *logStore) init(d directory, hard *hardStore, buffered bool, limitBytes int) {
	l.dir, l.hard, l.buffered, l.limitBytes = d, hard, buffered, int64(limitBytes)
	l.cond.L = &l.mu
}

// IsWriteDurable reports whether changes are durable when they return.
func (l *logStore) IsWriteDurable() bool { return !l.buffered }

// usable returns why l takes no changes.
func (l *logStore) usable() error {
	if l.closed {
		return fmt.Errorf("filelog: log: %w", engines.ErrClosed)
	}
	return l.fail.err()
}

// close refuses further calls and releases the files.
func (l *logStore) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.syncing {
		l.cond.Wait()
	}
	l.viewMu.Lock()
	defer l.viewMu.Unlock()
	if l.closed {
		return fmt.Errorf("filelog: close: %w", engines.ErrClosed)
	}
	l.closed = true
	l.arena.free(l.view.at)
	l.arena, l.view.at = nil, nil
	var errs []error
	for _, s := range l.segs {
		errs = append(errs, s.close())
	}
	if l.tail != nil {
		errs = append(errs, l.tail.file.Close())
	}
	return errors.Join(errs...)
}
