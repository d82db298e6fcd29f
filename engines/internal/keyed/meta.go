package keyed

import (
	"context"

	"github.com/ackproof/ackproof/engines"
)

// MetaStore returns the hard state.
func (e *Engine) MetaStore() engines.MetaStore { return (*metaStore)(e) }

// metaStore is the engine seen as a MetaStore.
type metaStore Engine

func (s *metaStore) SaveHardState(ctx context.Context, state engines.HardState) error {
	const call = "save hard state"
	e := (*Engine)(s)
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.usable(ctx, call); err != nil {
		return err
	}
	b := Batch{Key: e.config.HardState, Value: encodePair(state.Term, state.Vote)}
	return e.named(call, e.commit(b, e.config.Claims.HardStateDurable))
}

func (s *metaStore) LoadHardState(ctx context.Context) (engines.HardState, bool, error) {
	const call = "load hard state"
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := (*Engine)(s).usable(ctx, call); err != nil {
		return engines.HardState{}, false, err
	}
	var state engines.HardState
	var ok bool
	err := s.store.Read(func(r Reader) (err error) {
		state.Term, state.Vote, ok, err = loadPair(r, s.config.HardState)
		return err
	})
	if err != nil {
		return engines.HardState{}, false, (*Engine)(s).named(call, err)
	}
	return state, ok, nil
}

func (s *metaStore) Flush(ctx context.Context) error { return (*Engine)(s).flush(ctx) }
