package boltlog

import (
	"fmt"
	"sync"

	"go.etcd.io/bbolt"

	"github.com/ackproof/ackproof/engines/internal/keyed"
)

// store is a bbolt file as an ordered key-value store.
type store struct {
	db     *bbolt.DB
	noSync bool
	// writing keeps a Sync from running beside a transaction.
	writing sync.Mutex
}

func (s *store) Read(do func(keyed.Reader) error) error {
	return s.db.View(func(tx *bbolt.Tx) error { return do(reader{tx}) })
}

// Commit does b in one transaction, durable or not as the database was opened. If
// that fails before the commit, nothing has happened. If the commit fails, nobody
// knows what the file holds: a transaction whose last sync failed is still visible,
// and a sync tried again may succeed although the kernel dropped the pages.
func (s *store) Commit(b keyed.Batch, _ bool) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	done := false
	err := s.db.Update(func(tx *bbolt.Tx) error {
		err := apply(tx, b)
		done = err == nil
		return err
	})
	if err != nil && done {
		return fmt.Errorf("%w: %w", keyed.ErrStopped, err)
	}
	return err
}

// Sync has nothing to do in the durable form.
func (s *store) Sync() error {
	if !s.noSync || s.db.IsReadOnly() {
		return nil
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.db.Sync(); err != nil {
		return fmt.Errorf("%w: %w", keyed.ErrStopped, err)
	}
	return nil
}

func (s *store) Close() error { return s.db.Close() }
