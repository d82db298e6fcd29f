package dengine

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
)

// rocksMeta is the RocksDB engine seen as a MetaStore.
type rocksMeta rocks

// SaveHardState puts the hard state and does not sync it: a weakness.
func (m *rocksMeta) SaveHardState(_ context.Context, state engines.HardState) error {
	return m.do("save hard state", func() error {
		return (*rocks)(m).commit(func(batch *pebble.Batch) error {
			return batch.Set(hardStateKey, encodeHardState(state), nil)
		})
	})
}

func (m *rocksMeta) LoadHardState(context.Context) (state engines.HardState, ok bool, err error) {
	err = m.do("load hard state", func() error {
		return m.db.Read(func(db *pebble.DB) error {
			value, closer, err := db.Get(hardStateKey)
			if errors.Is(err, pebble.ErrNotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			if state, ok = decodeHardState(value); !ok {
				err = fmt.Errorf("%w: got a hard state of %d bytes, want %d", engines.ErrCorrupt, len(value), hardStateBytes)
			}
			return errors.Join(err, closer.Close())
		})
	})
	return state, ok, err
}

func (m *rocksMeta) Flush(context.Context) error { return m.do("flush", (*rocks)(m).flush) }
