package boltmachine

import (
	"bytes"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/boltstore"
	"github.com/ackproof/ackproof/engines/internal/machine"
)

// The layout is in the package comment. Both buckets are made by the first change.
var (
	pairsBucket = []byte("pairs")
	metaBucket  = []byte("meta")
	keptKey     = []byte("state")
)

// pairPrefix is there as bbolt has no empty keys.
const pairPrefix = 'k'

func pairKey(key []byte) []byte { return append([]byte{pairPrefix}, key...) }

// store is a bbolt file as a [machine.Store].
type store struct {
	db   *boltstore.DB
	kept machine.Counted
}

// load reads what is kept beside the pairs.
func (s *store) load() error {
	return s.db.View(func(tx *bbolt.Tx) (err error) {
		meta, pairs := tx.Bucket(metaBucket), tx.Bucket(pairsBucket)
		switch {
		case (meta == nil) != (pairs == nil), meta != nil && meta.Get(keptKey) == nil:
			return fmt.Errorf("%w: got one of pairs and the position that they stand at, want both or none", engines.ErrCorrupt)
		case meta != nil:
			s.kept, err = machine.ParseCounted(meta.Get(keptKey))
		}
		return err
	})
}

func (s *store) Get(key []byte) (value []byte, ok bool, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		if pairs := tx.Bucket(pairsBucket); pairs != nil {
			if found := pairs.Get(pairKey(key)); found != nil {
				value = append([]byte{}, found...) // not nil, as there is one
			}
		}
		return nil
	})
	return value, value != nil, err
}

func (s *store) Scan(prefix []byte, visit func(key, value []byte) error) error {
	return s.db.View(func(tx *bbolt.Tx) error {
		pairs := tx.Bucket(pairsBucket)
		if pairs == nil {
			return nil
		}
		from, c := pairKey(prefix), pairs.Cursor()
		for key, value := c.Seek(from); bytes.HasPrefix(key, from); key, value = c.Next() {
			if err := visit(key[1:], value); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *store) Len() int { return s.kept.Keys }

// Write makes c in a transaction, and leaves to show to commit it: what is committed is
// visible.
func (s *store) Write(c machine.Change) (show func() error, err error) {
	tx, err := s.db.Begin(true)
	if err != nil {
		return nil, refused(err)
	}
	kept, err := change(tx, c, s.kept)
	if err != nil {
		return nil, errors.Join(refused(err), tx.Rollback())
	}
	return func() error {
		if err := tx.Commit(); err != nil {
			return err
		}
		s.kept = kept
		return nil
	}, nil
}

// refused gives bbolt's refusals the contract's name.
func refused(err error) error {
	switch {
	case errors.Is(err, berrors.ErrDatabaseReadOnly), errors.Is(err, berrors.ErrKeyTooLarge), errors.Is(err, berrors.ErrValueTooLarge):
		return fmt.Errorf("%w: %w", engines.ErrInvalid, err)
	}
	return err
}

// change makes c in tx and returns what is kept after it.
func change(tx *bbolt.Tx, c machine.Change, kept machine.Counted) (machine.Counted, error) {
	pairs, meta, err := buckets(tx, c.Replace)
	if err != nil {
		return kept, err
	}
	kept, err = kept.After(c, func(key []byte) (bool, error) { return pairs.Get(pairKey(key)) != nil, nil })
	if err != nil {
		return kept, err
	}
	for _, pair := range c.Pairs {
		if pair.Value == nil {
			err = pairs.Delete(pairKey(pair.Key))
		} else {
			err = pairs.Put(pairKey(pair.Key), pair.Value)
		}
		if err != nil {
			return kept, err
		}
	}
	return kept, meta.Put(keptKey, kept.Append(nil))
}

// buckets returns the buckets, that of the pairs empty if it is to be replaced.
func buckets(tx *bbolt.Tx, replace bool) (pairs, meta *bbolt.Bucket, err error) {
	if replace && tx.Bucket(pairsBucket) != nil {
		if err := tx.DeleteBucket(pairsBucket); err != nil {
			return nil, nil, err
		}
	}
	if pairs, err = tx.CreateBucketIfNotExists(pairsBucket); err != nil {
		return nil, nil, err
	}
	if replace {
		pairs.FillPercent = 1 // the pairs come in order, and no page is split in half
	}
	meta, err = tx.CreateBucketIfNotExists(metaBucket)
	return pairs, meta, err
}

// Sync has nothing to do: every transaction is synced.
func (s *store) Sync() error { return nil }

func (s *store) Close() error { return s.db.Close() }
