package machines

import (
	"context"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
)

// UpdateLastApplied moves the position on in memory.
func (p *plain) UpdateLastApplied(id engines.LogID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.moveOn(id)
}

func (p *plain) moveOn(id engines.LogID) {
	if id.Index > p.state.Applied.Index {
		p.state.Applied = id
	}
}

// PersistLastApplied moves the position on and makes it durable.
func (p *plain) PersistLastApplied(ctx context.Context, id engines.LogID) error {
	return p.do(ctx, "persist last applied", func() error {
		p.moveOn(id)
		return p.settle(true)
	})
}

// UpdateSnapshotMetadata replaces the metadata of the last snapshot in memory.
func (p *plain) UpdateSnapshotMetadata(metadata engines.SnapshotMetadata) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.Snapshot, p.state.HasSnapshot = metadata, true
}

// PersistSnapshotMetadata replaces the metadata of the last snapshot and makes it durable.
func (p *plain) PersistSnapshotMetadata(ctx context.Context, metadata engines.SnapshotMetadata) error {
	return p.do(ctx, "persist snapshot metadata", func() error {
		p.state.Snapshot, p.state.HasSnapshot = metadata, true
		return p.settle(p.plant != skipsMetadataSync) // plant: machine-metadata-not-synced
	})
}

// SaveHardState makes all that was done durable.
func (p *plain) SaveHardState(ctx context.Context) error {
	return p.do(ctx, "save hard state", func() error { return p.settle(true) })
}

// Flush makes all that was done durable.
func (p *plain) Flush(ctx context.Context) error {
	return p.do(ctx, "flush", func() error {
		return p.settle(p.plant != skipsFlushSync) // plant: machine-flush-not-synced
	})
}

// Reset empties the machine.
func (p *plain) Reset(ctx context.Context) error {
	return p.serve(ctx, "reset", func() error {
		return p.commit(machine.Change{Replace: true}, p.plant != skipsResetSync) // plant: machine-reset-undone
	})
}
