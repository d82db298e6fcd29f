package machine

import (
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/snapshot"
)

// UpdateLastApplied moves the position on in memory.
func (m *Machine) UpdateLastApplied(id engines.LogID) {
	m.changing.Lock()
	defer m.changing.Unlock()
	m.moveOn(id)
}

func (m *Machine) moveOn(id engines.LogID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if id.Index > m.state.Applied.Index {
		m.state.Applied = id
	}
}

// PersistLastApplied moves the position on and makes it durable.
func (m *Machine) PersistLastApplied(ctx context.Context, id engines.LogID) error {
	return m.change(ctx, "persist last applied", func() error {
		m.moveOn(id)
		return m.settle()
	})
}

// UpdateSnapshotMetadata replaces the metadata of the last snapshot in memory.
func (m *Machine) UpdateSnapshotMetadata(metadata engines.SnapshotMetadata) {
	m.changing.Lock()
	defer m.changing.Unlock()
	m.setSnapshot(metadata)
}

func (m *Machine) setSnapshot(metadata engines.SnapshotMetadata) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state.Snapshot, m.state.HasSnapshot = metadata, true
}

// PersistSnapshotMetadata replaces the metadata of the last snapshot and makes it durable.
func (m *Machine) PersistSnapshotMetadata(ctx context.Context, metadata engines.SnapshotMetadata) error {
	return m.change(ctx, "persist snapshot metadata", func() error {
		m.setSnapshot(metadata)
		return m.settle()
	})
}

// SaveHardState makes all that was done durable, as Flush does.
func (m *Machine) SaveHardState(ctx context.Context) error {
	return m.change(ctx, "save hard state", func() error { return m.settle() })
}

// Flush makes all that was done durable.
func (m *Machine) Flush(ctx context.Context) error {
	return m.change(ctx, "flush", func() error { return m.settle() })
}

// Reset empties the machine.
func (m *Machine) Reset(ctx context.Context) error {
	return m.serve(ctx, "reset", func() error {
		return m.commit(Change{Replace: true}, m.config.Claims.ResetDurable)
	})
}

// GenerateSnapshotData writes the state to a file at path. Reads go on meanwhile.
func (m *Machine) GenerateSnapshotData(ctx context.Context, path string, last engines.LogID) (sum engines.Checksum, err error) {
	err = m.serve(ctx, "generate snapshot", func() (err error) {
		if m.state.Applied != last {
			return fmt.Errorf("%w: got index %d, term %d, want the last applied %d, %d",
				engines.ErrInvalid, last.Index, last.Term, m.state.Applied.Index, m.state.Applied.Term)
		}
		sum, err = snapshot.Write(m.config.FS, path, last, func(visit func(key, value []byte) error) error {
			return m.store.Scan(nil, visit)
		})
		return err
	})
	return sum, err
}

// ApplySnapshotFromFile replaces the state by that of the file at path.
func (m *Machine) ApplySnapshotFromFile(ctx context.Context, metadata engines.SnapshotMetadata, path string) error {
	return m.serve(ctx, "apply snapshot", func() error {
		pairs, err := snapshot.Read(m.config.FS, path, metadata)
		if err != nil {
			return err
		}
		if last := m.state.Applied.Index; metadata.LastIncluded.Index < last {
			return fmt.Errorf("%w: got one of index %d, want %d at least", engines.ErrStale, metadata.LastIncluded.Index, last)
		}
		state := State{Applied: metadata.LastIncluded, Snapshot: metadata, HasSnapshot: true}
		return m.commit(Change{Replace: true, Pairs: pairs, State: state}, m.config.Claims.RestoreDurable)
	})
}
