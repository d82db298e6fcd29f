package canary

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// plain is a small log engine in files that any bug can be planted in. Its log
// begins with a file NNNNNNNN.base, which holds all that there was when it was
// made, and goes on in files NNNNNNNN.more of the next numbers, as each gets
// full. Everything is in memory as well; files are read by open only.
//
// Each change is one group of frames, written by one write: a crash leaves all of
// a group or nothing. Each sum covers the frames before, so that recovery shows a
// version that the log went through. A base is made under another name, synced
// and renamed, and every life of the engine that writes begins with a new one: no
// file is written that another life wrote, and no number is used twice. So does one
// that finds changes behind a base: they may be in the page cache only, where a
// failed fsync may have left them for good.
type plain struct {
	mode
	fs  afero.Fs
	dir string

	mu     sync.Mutex
	closed bool
	// broken is the first write or sync that failed: nobody knows what the disk
	// holds since.
	broken error
	state  state
	tail   tail
	// first is the handle of the base, and later of the tail.
	first    afero.File
	next     uint64 // number of the next file
	unsynced bool
	// appended says that changes were recovered from behind the base, and unsettled that
	// what was recovered is not known to be durable.
	appended, unsettled bool
	hard                hardState
	// dirSynced says that the directory was synced in this life.
	dirSynced bool
}

// tail is the file that is written.
type tail struct {
	file   afero.File
	number uint64
	off    int64
	seed   uint32 // of the frame at off
}

// mode is what an engine promises, and what is planted in it. At most one of the
// promises differs from those of the zero value, which claims all.
type mode struct {
	plant plant
	// buffered makes the log durable at Flush only.
	buffered bool
	// loose does not claim batches and replacing to be atomic.
	loose bool
	// modest does not claim that the hard state is durable when saved, only that
	// it is never behind the log.
	modest bool
	// closing is buffered, and claims that a close makes the log durable.
	closing bool
	// reading is buffered, and claims that what a read shows is durable: reads sync first.
	reading bool
	// lazy is buffered, and declines that what it recovers is durable before a flush.
	lazy bool
	// large is buffered, and has files of 96 KiB.
	large bool
	// makes has an open make the directory, and the first base in it.
	makes bool
	// splits, keeps and gaps decline what is said of a persist.
	splits, keeps, gaps bool
}

var _ engines.Claimer = (*plain)(nil)

func (e *plain) Claims() engines.Claims {
	return engines.Claims{
		AtomicBatch: !e.loose, AtomicReplace: !e.loose, MutationsDurable: !e.buffered,
		HardStateDurable: !e.modest, OrderedHardState: true, CloseDurable: e.closing, ReadsDurable: e.reading, CloseReleases: true,
		RecoveryNeedsFlush: e.lazy, OverwriteMaySplit: e.splits, OverwriteKeepsTail: e.keeps, AcceptsGaps: e.gaps,
		SpaceReclaimed: true,
	}
}

func (e *plain) release() error {
	var err error
	if e.first != nil && e.first != e.tail.file {
		err = e.first.Close()
	}
	if e.tail.file != nil {
		err = errors.Join(err, e.tail.file.Close())
	}
	e.first, e.tail.file = nil, nil
	return err
}

// do runs a change unless nobody waits for it or the engine takes none.
func (e *plain) do(ctx context.Context, name string, change func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	err := e.broken
	switch {
	case e.closed:
		err = engines.ErrClosed
	case err == nil:
		err = change()
	}
	if err != nil {
		return fmt.Errorf("plain: %s: %w", name, err)
	}
	return nil
}

// look runs a read. An engine that takes no changes any more still answers.
func (e *plain) look(ctx context.Context, read func()) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return fmt.Errorf("plain: read: %w", engines.ErrClosed)
	}
	read()
	return nil
}

// hardState is the hard state of a plain engine, in a file that is replaced as a
// whole.
type hardState struct {
	value engines.HardState
	saved bool
	// delayed says that value is in memory only, which is a bug.
	delayed bool
}
