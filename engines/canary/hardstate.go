package canary

import (
	"context"
	"errors"
	"hash/crc32"
	"io"
	"os"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

const (
	hardName = "hardstate"
	// Where the hard state is split, which is a bug, each half has a file.
	termName = "term"
	voteName = "vote"
)

func (e *plain) MetaStore() engines.MetaStore { return (*plainMeta)(e) }

// plainMeta is the engine seen as a MetaStore.
type plainMeta plain

func (m *plainMeta) SaveHardState(ctx context.Context, state engines.HardState) error {
	e := (*plain)(m)
	return e.do(ctx, "save hard state", func() error {
		delayed := e.plant == delaysHardState
		if !delayed {
			err := e.storeHardState(state)
			if e.plant == logsHardStateError {
				err = nil // plant: hard-state-error-only-logged
			}
			if err != nil {
				return e.try(err)
			}
		}
		e.hard = hardState{value: state, saved: true, delayed: delayed}
		return nil
	})
}

func (m *plainMeta) LoadHardState(ctx context.Context) (state engines.HardState, ok bool, err error) {
	err = (*plain)(m).look(ctx, func() { state, ok = m.hard.value, m.hard.saved })
	return state, ok, err
}

// Flush has nothing to do in a healthy engine, unless it recovered lazily.
func (m *plainMeta) Flush(ctx context.Context) error {
	e := (*plain)(m)
	return e.do(ctx, "flush hard state", func() error {
		if !e.hard.delayed {
			return e.settle()
		}
		e.hard.delayed = false
		return e.try(e.storeHardState(e.hard.value))
	})
}

// storeHardState makes s durable, in a new file that takes the place of the old one.
func (e *plain) storeHardState(s engines.HardState) error {
	term, vote := s.Term, s.Vote
	switch e.plant {
	case rewritesHardState:
		return e.rewriteHardState(summed(term, vote))
	case splitsHardState:
		return errors.Join(e.replaceFile(termName, summed(term), both), e.replaceFile(voteName, summed(vote), both)) // plant: hard-state-torn
	case ignoresCloseError:
		return e.replaceBuffered(hardName, summed(term, vote))
	case skipsHardStateSync:
		return e.replaceFile(hardName, summed(term, vote), syncs{}) // plant: hard-state-not-synced
	}
	return e.replaceFile(hardName, summed(term, vote), both)
}

// rewriteHardState is a bug: it empties the file before it writes.
func (e *plain) rewriteHardState(data []byte) error {
	f, err := e.fs.OpenFile(e.path(hardName), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644) // plant: hard-state-in-place
	if err != nil {
		return err
	}
	return errors.Join(writeAt(f, data, 0), f.Sync(), f.Close(), e.syncDir())
}

func (e *plain) removeHardState() error {
	if err := e.fs.Remove(e.path(hardName)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return e.syncDir()
}

// loadHardState reads the hard state.
func (e *plain) loadHardState() error {
	if e.plant == splitsHardState {
		term, hasTerm, err := e.loadNumbers(termName, 1)
		vote, hasVote, voteErr := e.loadNumbers(voteName, 1)
		e.hard = hardState{value: engines.HardState{Term: term[0], Vote: vote[0]}, saved: hasTerm || hasVote}
		return errors.Join(err, voteErr)
	}
	numbers, ok, err := e.loadNumbers(hardName, 2)
	e.hard = hardState{value: engines.HardState{Term: numbers[0], Vote: numbers[1]}, saved: ok}
	return err
}

// summed returns numbers and their checksum.
func summed(numbers ...uint64) []byte {
	var b []byte
	for _, n := range numbers {
		b = le.AppendUint64(b, n)
	}
	return le.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// loadNumbers returns the count numbers in the file name; ok is false and all are
// 0 if it does not hold them.
func (e *plain) loadNumbers(name string, count int) (numbers []uint64, ok bool, err error) {
	numbers = make([]uint64, count)
	b, err := e.readFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return numbers, false, nil
	}
	if err != nil {
		return numbers, false, err
	}
	size := 8 * count
	if len(b) != size+4 || crc32.Checksum(b[:size], castagnoli) != le.Uint32(b[size:]) {
		return numbers, false, nil
	}
	for i := range numbers {
		numbers[i] = le.Uint64(b[8*i:])
	}
	return numbers, true, nil
}

// readFile returns what a file holds.
func (e *plain) readFile(name string) ([]byte, error) {
	f, err := e.fs.Open(e.path(name))
	if err != nil {
		return nil, err
	}
	b, err := readAll(f)
	if err == nil && e.plant == rewritesHardState {
		err = f.Sync() // what is written in place may be in the page cache only
	}
	return b, errors.Join(err, f.Close())
}

// readAll reads a file from its beginning.
func readAll(f afero.File) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	b := make([]byte, info.Size())
	n, err := io.ReadFull(f, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // it is shorter than it says
	}
	return b[:n], err
}
