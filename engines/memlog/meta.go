package memlog

import (
	"context"

	"github.com/ackproof/ackproof/engines"
)

func (e *engine) MetaStore() engines.MetaStore { return (*metaStore)(e) }

// metaStore is the engine seen as a MetaStore.
type metaStore engine

func (s *metaStore) SaveHardState(ctx context.Context, state engines.HardState) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := (*engine)(s).usable(ctx); err != nil {
		return err
	}
	s.hardState, s.hasHardState = state, true
	return nil
}

func (s *metaStore) LoadHardState(ctx context.Context) (engines.HardState, bool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := (*engine)(s).usable(ctx); err != nil {
		return engines.HardState{}, false, err
	}
	return s.hardState, s.hasHardState, nil
}

func (s *metaStore) Flush(ctx context.Context) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return (*engine)(s).usable(ctx)
}
