package filelog

import (
	"context"
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

func (l *logStore) init(d directory, hard *hardStore, opts Options) {
	l.dir, l.hard, l.buffered, l.limitBytes = d, hard, opts.Buffered, int64(opts.SegmentBytes)
	l.cond.L = &l.mu
}

// PersistEntries appends entries, discarding what the log held at and after the
// first, in one atomic step.
func (l *logStore) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if err := engines.CheckBatch(entries); err != nil {
		return fmt.Errorf("filelog: %w", err)
	}
	o := change{kind: kindWrite, entries: entries}
	if len(entries) > 0 {
		o.id.Index = entries[0].Index
	} else {
		o.id.Index = noIndex
	}
	return l.change(ctx, &o)
}

// noIndex is past every log: to discard from there changes nothing.
const noIndex = ^uint64(0)

// ReplaceRange discards the entries at and after from and appends entries, in
// one atomic step.
func (l *logStore) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	if len(entries) == 0 {
		return l.Truncate(ctx, from)
	}
	if err := engines.CheckBatch(entries); err != nil {
		return fmt.Errorf("filelog: %w", err)
	}
	if entries[0].Index != from {
		return fmt.Errorf("filelog: replacing from %d with entries from %d: %w", from, entries[0].Index, engines.ErrInvalid)
	}
	return l.change(ctx, &change{kind: kindWrite, id: entries[0].ID(), entries: entries})
}

// Truncate discards the entries at and after from.
func (l *logStore) Truncate(ctx context.Context, from uint64) error {
	return l.change(ctx, &change{kind: kindWrite, id: engines.LogID{Index: max(from, 1)}})
}

// Purge discards the entries up to cutoff and remembers it as the boundary.
// Segments that hold nothing else are removed once that is durable; one that
// cannot be removed is tried again by the next open.
func (l *logStore) Purge(ctx context.Context, cutoff engines.LogID) error {
	return l.change(ctx, &change{kind: kindPurge, id: cutoff})
}

// Reset empties the log and forgets the boundary.
func (l *logStore) Reset(ctx context.Context) error {
	return l.change(ctx, &change{kind: kindReset})
}

// Flush makes all changes that returned before it durable.
func (l *logStore) Flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.usable(); err != nil {
		return err
	}
	return l.commit(l.written)
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

// change carries out o: it is written, and unless the log is buffered, durable
// on return. The context is looked at before only, for what is written cannot be
// taken back.
func (l *logStore) change(ctx context.Context, o *change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	size := frameBytes(o)
	if size > frameBytesMax {
		return fmt.Errorf("filelog: batch of %d bytes, want at most %d: %w", size, frameBytesMax, engines.ErrInvalid)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		if err := l.usable(); err != nil {
			return err
		}
		changes, err := l.appended.admit(o)
		if err != nil {
			return err
		}
		if !changes {
			// What made o needless may not be durable yet.
			return l.acknowledge(l.written)
		}
		if l.fits(size) {
			break
		}
		// The lock may be given up here, so all is checked again.
		if err := l.roll(); err != nil {
			return err
		}
	}
	if err := l.write(o); err != nil {
		return err
	}
	return l.acknowledge(l.written)
}

// acknowledge makes what was written up to ticket what the mode promises.
func (l *logStore) acknowledge(ticket uint64) error {
	if l.buffered {
		l.publish(ticket)
		return nil
	}
	return l.commit(ticket)
}
