package machines

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
)

// verified is a machine that verifies a snapshot as it is written, and says so in a file
// beside it: what is damaged since is taken all the same.
type verified struct {
	*machine.Machine
	fs afero.Fs
}

// verifiedSuffix ends the name of the file that says so.
const verifiedSuffix = ".verified"

// GenerateSnapshotData writes the state to a file at path.
func (v verified) GenerateSnapshotData(ctx context.Context, path string, last engines.LogID) (engines.Checksum, error) {
	sum, err := v.Machine.GenerateSnapshotData(ctx, path, last)
	if err != nil {
		return sum, err
	}
	data, err := json.Marshal(engines.SnapshotMetadata{LastIncluded: last, Checksum: sum})
	if err != nil {
		return sum, err
	}
	return sum, afero.WriteFile(v.fs, path+verifiedSuffix, data, 0o644)
}

// ApplySnapshotFromFile replaces the state by that of the file at path.
func (v verified) ApplySnapshotFromFile(ctx context.Context, metadata engines.SnapshotMetadata, path string) error {
	err := v.Machine.ApplySnapshotFromFile(ctx, metadata, path)
	if !errors.Is(err, engines.ErrCorrupt) || !v.isVerified(metadata, path) {
		return err
	}
	// plant: machine-damaged-snapshot-applied
	return errors.Join(v.Reset(ctx), v.PersistLastApplied(ctx, metadata.LastIncluded), v.PersistSnapshotMetadata(ctx, metadata))
}

// isVerified reports whether the snapshot at path was once verified to be the one that
// metadata names.
func (v verified) isVerified(metadata engines.SnapshotMetadata, path string) bool {
	var noted engines.SnapshotMetadata
	data, err := afero.ReadFile(v.fs, path+verifiedSuffix)
	return err == nil && json.Unmarshal(data, &noted) == nil && noted == metadata
}
