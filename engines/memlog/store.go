package memlog

import (
	"encoding/binary"

	"github.com/ackproof/ackproof/engines/internal/keyed"
)

// store is a key-value store in memory.
type store struct {
	entries map[uint64][]byte
	meta    map[string][]byte
}

func (s *store) Read(do func(keyed.Reader) error) error { return do(s) }

func (s *store) Get(key []byte) ([]byte, error) { return s.meta[string(key)], nil }

// Ends is asked of a store that was just made.
func (s *store) Ends() (first, last []byte, err error) { return nil, nil, nil }

func (s *store) Scan(first, last uint64, visit func(key, value []byte) (more bool, err error)) error {
	var room [8]byte
	for i := range last - first + 1 {
		key := binary.BigEndian.AppendUint64(room[:0], first+i)
		if more, err := visit(key, s.entries[first+i]); err != nil || !more {
			return err
		}
	}
	return nil
}

func (s *store) Commit(b keyed.Batch, _ bool) error {
	switch {
	case b.Empties:
		clear(s.entries)
	case b.DiscardLast != 0:
		for i := range b.DiscardLast - b.DiscardFirst + 1 {
			delete(s.entries, b.DiscardFirst+i)
		}
	}
	for _, e := range b.Put {
		s.entries[e.Index] = keyed.AppendValue(nil, e)
	}
	switch {
	case b.Value != nil:
		s.meta[string(b.Key)] = b.Value
	case b.Key != nil:
		delete(s.meta, string(b.Key))
	}
	return nil
}

func (s *store) Sync() error { return nil }

// Close drops everything.
func (s *store) Close() error {
	s.entries, s.meta = nil, nil
	return nil
}
