package machines

import (
	"context"
	"errors"
	"fmt"
	iofs "io/fs"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
	"github.com/ackproof/ackproof/engines/internal/snapshot"
)

// GenerateSnapshotData writes the state to a file at path.
func (p *plain) GenerateSnapshotData(ctx context.Context, path string, last engines.LogID) (sum engines.Checksum, err error) {
	err = p.serve(ctx, "generate snapshot", func() (err error) {
		if applied := p.state.Applied; applied != last {
			return fmt.Errorf("%w: got index %d, term %d, want the last applied %d, %d",
				engines.ErrInvalid, last.Index, last.Term, applied.Index, applied.Term)
		}
		sum, err = snapshot.Write(carelessFS{p.fs, p.plant}, path, last, func(visit func(key, value []byte) error) error {
			return p.pairs.Scan(nil, visit)
		})
		return err
	})
	return sum, err
}

// carelessFS is a file system to write snapshots to, in which a bug may be planted.
// Without one everything passes through.
type carelessFS struct {
	afero.Fs
	plant plant
}

// Remove takes away what a crash left of a snapshot that was being written.
func (c carelessFS) Remove(name string) error {
	if c.plant == keepsDebris {
		return nil // plant: machine-debris-stops-generate
	}
	return c.Fs.Remove(name)
}

// OpenFile opens the file of a snapshot.
func (c carelessFS) OpenFile(name string, flag int, perm iofs.FileMode) (afero.File, error) {
	f, err := c.Fs.OpenFile(name, flag, perm)
	if err == nil && c.plant == skipsSnapshotSync {
		f = unsyncedFile{f} // plant: machine-snapshot-not-synced
	}
	return f, err
}

// Open opens a directory that has the name of a snapshot.
func (c carelessFS) Open(name string) (afero.File, error) {
	f, err := c.Fs.Open(name)
	if err == nil && c.plant == skipsSnapshotName {
		f = unsyncedFile{f} // plant: machine-snapshot-name-not-synced
	}
	return f, err
}

type unsyncedFile struct{ afero.File }

func (unsyncedFile) Sync() error { return nil }

// ApplySnapshotFromFile replaces the state by that of the file at path.
func (p *plain) ApplySnapshotFromFile(ctx context.Context, metadata engines.SnapshotMetadata, path string) error {
	return p.serve(ctx, "apply snapshot", func() error {
		pairs, err := snapshot.Read(p.fs, path, metadata)
		if p.plant == believesDamage && errors.Is(err, engines.ErrCorrupt) {
			err = nil // plant: machine-snapshot-not-checked
		}
		if err != nil {
			return err
		}
		last := p.state.Applied.Index
		if metadata.LastIncluded.Index < last && p.plant != takesStale { // plant: machine-stale-snapshot-taken
			return fmt.Errorf("%w: got one of index %d, want %d at least", engines.ErrStale, metadata.LastIncluded.Index, last)
		}
		return p.restore(metadata, pairs)
	})
}

// restore replaces the state in one record.
func (p *plain) restore(metadata engines.SnapshotMetadata, pairs []engines.KeyValue) error {
	c := machine.Change{
		Replace: true, Pairs: pairs,
		State: machine.State{Applied: metadata.LastIncluded, Snapshot: metadata, HasSnapshot: true},
	}
	switch p.plant {
	case restoresInPlace:
		if err := p.commit(machine.Change{Replace: true, State: p.state}, true); err != nil { // plant: machine-restore-in-place
			return err
		}
	case restoresMetadataLater:
		first := c
		first.State.Snapshot, first.State.HasSnapshot = p.state.Snapshot, p.state.HasSnapshot
		if err := p.commit(first, true); err != nil { // plant: machine-restore-metadata-later
			return err
		}
		c.Replace, c.Pairs = false, nil
	}
	return p.commit(c, true)
}
