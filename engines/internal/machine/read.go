package machine

import (
	"bytes"
	"context"
	"errors"

	"github.com/ackproof/ackproof/engines"
)

// Get returns the value of key.
func (m *Machine) Get(ctx context.Context, key []byte) (value []byte, ok bool, err error) {
	_, err = m.read(ctx, "get", func() (err error) {
		value, ok, err = m.store.Get(key)
		return err
	})
	return value, ok, err
}

// GetMulti returns the values of keys, as of one applied index.
func (m *Machine) GetMulti(ctx context.Context, keys [][]byte) (values [][]byte, applied uint64, err error) {
	applied, err = m.read(ctx, "get multi", func() error {
		for _, key := range keys {
			value, _, err := m.store.Get(key)
			if err != nil {
				return err
			}
			values = append(values, value)
		}
		return nil
	})
	return values, applied, err
}

// ScanPrefix returns the pairs whose keys begin with prefix.
func (m *Machine) ScanPrefix(ctx context.Context, prefix []byte) (pairs []engines.KeyValue, revision uint64, err error) {
	revision, err = m.read(ctx, "scan", func() error {
		return m.store.Scan(prefix, func(key, value []byte) error {
			pairs = append(pairs, engines.KeyValue{Key: bytes.Clone(key), Value: bytes.Clone(value)})
			return nil
		})
	})
	return pairs, revision, err
}

// read lets do read what stands at the index that it returns.
func (m *Machine) read(ctx context.Context, call string, do func() error) (applied uint64, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err = m.refusal(ctx); err == nil && !m.running {
		err = engines.ErrStopped
	}
	if err == nil {
		err = do()
	}
	return m.state.Applied.Index, m.named(call, err)
}

// EntryTerm returns the term of the last applied entry, and knows no other.
func (m *Machine) EntryTerm(index uint64) (term uint64, ok bool) {
	last := m.LastApplied()
	if index == 0 || index != last.Index {
		return 0, false
	}
	return last.Term, true
}

// Len returns how many keys there are.
func (m *Machine) Len() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.store.Len()
}

// errFound ends a scan.
var errFound = errors.New("found")

// IsEmpty reports whether there are no keys.
func (m *Machine) IsEmpty() bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.store.Scan(nil, func(_, _ []byte) error { return errFound }) == nil
}

// LastApplied returns the position that the state stands at.
func (m *Machine) LastApplied() engines.LogID {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.state.Applied
}

// SnapshotMetadata returns the metadata of the last snapshot.
func (m *Machine) SnapshotMetadata() (engines.SnapshotMetadata, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.state.Snapshot, m.state.HasSnapshot
}
