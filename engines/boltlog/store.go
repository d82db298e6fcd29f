package boltlog

import (
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/ackproof/ackproof/engines/internal/boltstore"
	"github.com/ackproof/ackproof/engines/internal/keyed"
)

// store is a bbolt file as an ordered key-value store.
type store struct{ db *boltstore.DB }

func (s *store) Read(do func(keyed.Reader) error) error {
	return s.db.View(func(tx *bbolt.Tx) error { return do(reader{tx}) })
}

// Commit does b in one transaction, durable or not as the file was opened.
func (s *store) Commit(b keyed.Batch, _ bool) error {
	return stopped(s.db.Update(func(tx *bbolt.Tx) error { return apply(tx, b) }))
}

func (s *store) Sync() error { return stopped(s.db.Sync()) }

func (s *store) Close() error { return s.db.Close() }

// stopped ends the use of the store after a failed commit or sync.
func stopped(err error) error {
	if errors.Is(err, boltstore.ErrUnknown) {
		return fmt.Errorf("%w: %w", keyed.ErrStopped, err)
	}
	return err
}
