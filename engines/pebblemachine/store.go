package pebblemachine

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
	"github.com/ackproof/ackproof/engines/internal/pebblestore"
)

// store is a Pebble database as a [machine.Store]. Readers read the version shown, which
// Pebble keeps for them: it makes a batch visible before it is synced.
type store struct {
	db       *pebblestore.DB
	durable  bool
	readOnly bool
	shown    *version
	kept     machine.Counted // of the version shown
	// closing are versions that were shown before. They are closed by who writes next, as
	// that takes locks of Pebble, for which no reader is to wait.
	closing []*version
}

// load shows what the database holds.
func (s *store) load() error {
	var err error
	if s.shown, err = newest(s.db); err != nil {
		return err
	}
	value, _, err := s.shown.get(keptKey)
	if err != nil {
		return err
	}
	if s.kept, err = machine.ParseCounted(value); err != nil || value != nil {
		return err
	}
	pairs, _, err := s.shown.part(pairKey(nil), pairsEnd, 1)
	if err == nil && len(pairs) > 0 {
		err = fmt.Errorf("%w: got pairs, and no position that they stand at", engines.ErrCorrupt)
	}
	return err
}

func (s *store) Get(key []byte) (value []byte, ok bool, err error) { return s.shown.get(pairKey(key)) }

func (s *store) Scan(prefix []byte, visit func(key, value []byte) error) error {
	return s.shown.scan(prefix, visit)
}

func (s *store) Len() int { return s.kept.Keys }

// Write commits c, and leaves to show what takes no time.
func (s *store) Write(c machine.Change) (show func() error, err error) {
	if err := s.check(c); err != nil {
		return nil, err
	}
	kept, err := s.after(c)
	if err != nil {
		return nil, err
	}
	if err := s.db.Commit(func(b *pebble.Batch) error { return fill(b, c, kept) }, s.durable); err != nil {
		return nil, err
	}
	written, err := newest(s.db)
	if err != nil {
		return nil, err
	}
	return func() error {
		s.closing = append(s.closing, s.shown)
		s.shown, s.kept = written, kept
		return nil
	}, nil
}

// check refuses a change that Pebble cannot take, before it panics.
func (s *store) check(c machine.Change) error {
	const (
		sizeBytesMax  = 4<<30 - 1<<20
		overheadBytes = 16 // more than the prefix, the kind and two lengths
	)
	if s.readOnly {
		return fmt.Errorf("%w: %w", engines.ErrInvalid, pebble.ErrReadOnly)
	}
	sizeBytes := uint64(0)
	for _, pair := range c.Pairs {
		sizeBytes += uint64(len(pair.Key)) + uint64(len(pair.Value)) + overheadBytes
	}
	if sizeBytes > sizeBytesMax {
		return fmt.Errorf("%w: got a change of %d bytes, want at most %d", engines.ErrInvalid, sizeBytes, uint64(sizeBytesMax))
	}
	return nil
}

// after returns what is kept after c, and closes the versions that nobody reads any more.
func (s *store) after(c machine.Change) (machine.Counted, error) {
	var kept machine.Counted
	err := s.db.Read(func(*pebble.DB) (err error) {
		for _, old := range s.closing {
			err = errors.Join(err, old.Close())
		}
		if s.closing = nil; err != nil {
			return err
		}
		kept, err = s.kept.After(c, s.shown.has)
		return err
	})
	if err != nil {
		return machine.Counted{}, err // kept may still be written to
	}
	return kept, nil
}

// fill makes batch do c. A later operation of a batch wins over an earlier one.
func fill(batch *pebble.Batch, c machine.Change, kept machine.Counted) error {
	if c.Replace {
		if err := batch.DeleteRange(pairKey(nil), pairsEnd, nil); err != nil {
			return err
		}
	}
	for _, pair := range c.Pairs {
		var err error
		if pair.Value == nil {
			err = batch.Delete(pairKey(pair.Key), nil)
		} else {
			err = batch.Set(pairKey(pair.Key), pair.Value, nil)
		}
		if err != nil {
			return err
		}
	}
	return batch.Set(keptKey, kept.Append(nil), nil)
}

func (s *store) Sync() error { return s.db.Sync() }

// Close leaves Pebble as it is after a fatal error.
func (s *store) Close() error {
	err := s.db.Read(func(*pebble.DB) (err error) {
		for _, open := range append(s.closing, s.shown) {
			if open != nil { // none is shown by a store that could not be loaded
				err = errors.Join(err, open.Close())
			}
		}
		return err
	})
	if errors.Is(err, pebblestore.ErrFatal) {
		return err
	}
	return errors.Join(err, s.db.Close())
}
