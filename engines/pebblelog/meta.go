package pebblelog

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
)

// MetaStore returns the hard state.
func (e *Engine) MetaStore() engines.MetaStore { return (*metaStore)(e) }

// metaStore is the engine seen as a MetaStore.
type metaStore Engine

// SaveHardState is durable when it returns in the buffered form too: a vote that
// a crash takes back could be given twice in one term. Its sync covers the
// entries before it as well.
func (s *metaStore) SaveHardState(ctx context.Context, state engines.HardState) error {
	e := (*Engine)(s)
	if err := e.usable(ctx); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	batch := e.db.NewBatch()
	err := batch.Set(hardStateKey, encodePair(state.Term, state.Vote), pebble.Sync)
	if err != nil {
		err = errors.Join(err, batch.Close())
	} else {
		err = e.commit(batch, pebble.Sync)
	}
	if err != nil {
		return fmt.Errorf("pebblelog: save hard state: %w", err)
	}
	return nil
}

func (s *metaStore) LoadHardState(ctx context.Context) (engines.HardState, bool, error) {
	if err := (*Engine)(s).usable(ctx); err != nil {
		return engines.HardState{}, false, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var state engines.HardState
	var ok bool
	err := s.guard.run(func() (err error) {
		state.Term, state.Vote, ok, err = loadPair(s.db, hardStateKey)
		return err
	})
	if err != nil {
		return engines.HardState{}, false, fmt.Errorf("pebblelog: load hard state: %w", err)
	}
	return state, ok, nil
}

func (s *metaStore) Flush(ctx context.Context) error { return (*Engine)(s).flush(ctx) }
