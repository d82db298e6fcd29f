package boltlog

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/ackproof/ackproof/engines"
)

// MetaStore returns the hard state.
func (e *Engine) MetaStore() engines.MetaStore { return (*metaStore)(e) }

// metaStore is the engine seen as a MetaStore.
type metaStore Engine

func (s *metaStore) SaveHardState(ctx context.Context, state engines.HardState) error {
	e := (*Engine)(s)
	e.mu.Lock()
	defer e.mu.Unlock()
	err := e.usable(ctx)
	if err == nil {
		err = e.commit(func(tx *bbolt.Tx) error { return savePair(tx, hardStateKey, state.Term, state.Vote) })
	}
	if err != nil {
		return fmt.Errorf("boltlog: save hard state: %w", err)
	}
	return nil
}

func (s *metaStore) LoadHardState(ctx context.Context) (state engines.HardState, ok bool, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	err = (*Engine)(s).usable(ctx)
	if err == nil {
		err = s.db.View(func(tx *bbolt.Tx) (err error) {
			state.Term, state.Vote, ok, err = loadPair(tx, hardStateKey)
			return err
		})
	}
	if err != nil {
		return engines.HardState{}, false, fmt.Errorf("boltlog: load hard state: %w", err)
	}
	return state, ok, nil
}

func (s *metaStore) Flush(ctx context.Context) error { return (*Engine)(s).flush(ctx) }
