package filemachine

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
	"github.com/ackproof/ackproof/engines/internal/newfile"
)

// store is the pairs in memory and the file that they are made again from.
type store struct {
	*machine.Memory
	fs           afero.Fs
	path         string
	compactBytes int64

	state machine.State
	// number is the newest file's.
	number uint64
	// file is the newest one if it was made here; nil if a new one is due.
	file afero.File
	seed uint32
	// base is where the first record ends, end the last one, and synced how far the file
	// is durable.
	base, end, synced int64
	// failed: a write or fsync did, and nothing is written any more.
	failed bool
	buf    []byte
}

// Write adds a record to the file, or makes a new file.
func (s *store) Write(c machine.Change) (show func() error, err error) {
	c = c.Clone()
	if c.Replace {
		err = s.begin(c)
	} else {
		err = s.add(c)
	}
	if err != nil {
		s.failed = s.failed || !errors.Is(err, engines.ErrInvalid)
		return nil, err
	}
	return func() error {
		s.Apply(c)
		s.state = c.State
		return nil
	}, nil
}

// add adds a change to the file.
func (s *store) add(c machine.Change) error {
	if s.file == nil || s.end-s.base > max(s.compactBytes, compactFactor*s.base) {
		if err := s.compact(); err != nil {
			return err
		}
	}
	return s.write(record{kind: kindChange, change: c})
}

// compactFactor is how much of a file may be changes, in sizes of the state that it began
// with. So a byte of a change costs a third of one more, when a new file is made.
const compactFactor = 3

// compact makes a new file of the state as it stands.
func (s *store) compact() error {
	c := machine.Change{Replace: true, State: s.state}
	err := s.Scan(nil, func(key, value []byte) error {
		c.Pairs = append(c.Pairs, engines.KeyValue{Key: key, Value: value})
		return nil
	})
	if err != nil {
		return err
	}
	return s.begin(c)
}

// begin makes a new file that holds c, durably, and has it take the place of the old one.
func (s *store) begin(c machine.Change) error {
	data, seed := appendHead(s.buf[:0], s.number+1)
	data, err := record{kind: kindBase, at: headBytes, change: c}.append(data, seed)
	if err != nil {
		return err
	}
	f, err := newfile.Replace(s.fs, s.path, func(w io.Writer) error {
		return complete(len(data))(w.Write(data))
	})
	if err != nil {
		return fmt.Errorf("make a new file: %w", err)
	}
	if s.file != nil {
		_ = s.file.Close() // nothing in it matters any more
	}
	s.file, s.seed, s.number = f, seed, s.number+1
	s.base = int64(len(data))
	s.end, s.synced = s.base, s.base
	s.keep(data)
	return nil
}

// write writes r at the end of the file.
func (s *store) write(r record) error {
	r.at, r.synced = s.end, s.synced
	data, err := r.append(s.buf[:0], s.seed)
	if err != nil {
		return err
	}
	if err := complete(len(data))(s.file.WriteAt(data, s.end)); err != nil {
		return fmt.Errorf("write a record at %d: %w", s.end, err)
	}
	s.end += int64(len(data))
	s.keep(data)
	return nil
}

// complete returns a check that a call wrote all it should.
func complete(want int) func(n int, err error) error {
	return func(n int, err error) error {
		if err == nil && n != want {
			err = fmt.Errorf("wrote %d of %d bytes: %w", n, want, io.ErrShortWrite)
		}
		return err
	}
}

// bufBytesMax bounds the memory that is kept for encoding.
const bufBytesMax = 1 << 20

func (s *store) keep(buf []byte) {
	if cap(buf) <= bufBytesMax {
		s.buf = buf
	}
}

// Sync makes durable what was written.
func (s *store) Sync() error {
	if s.synced == s.end {
		return nil // a new file is
	}
	if err := s.file.Sync(); err != nil {
		s.failed = true
		return fmt.Errorf("fsync: %w", err)
	}
	s.synced = s.end
	return nil
}

// Close marks the file if all in it is durable, so that the next open can believe it.
func (s *store) Close() error {
	if s.file == nil {
		return nil
	}
	var err error
	if !s.failed && s.synced == s.end {
		err = s.write(record{kind: kindMark, change: machine.Change{State: s.state}})
	}
	return errors.Join(err, s.file.Close())
}
