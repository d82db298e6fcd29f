package hosted

import (
	"context"

	"github.com/ackproof/ackproof/engines"
)

func (m *machine) SnapshotMetadata() (metadata engines.SnapshotMetadata, ok bool) {
	var answer MachineAnswer
	if !m.ask("snapshot_metadata", Request{}, &answer) || answer.Metadata == nil {
		return engines.SnapshotMetadata{}, false
	}
	if !answer.Metadata.isWhole() {
		panic(m.lacks("snapshot_metadata", "metadata", `"last_included" and "checksum" in it`))
	}
	return answer.Metadata.fromWire(), true
}

func (m *machine) UpdateSnapshotMetadata(metadata engines.SnapshotMetadata) {
	m.ask("update_snapshot_metadata", Request{Metadata: metadataToWire(metadata)}, nil)
}

func (m *machine) PersistSnapshotMetadata(ctx context.Context, metadata engines.SnapshotMetadata) error {
	return m.call(ctx, "persist_snapshot_metadata", Request{Metadata: metadataToWire(metadata)}, nil)
}

func (m *machine) GenerateSnapshotData(ctx context.Context, path string, last engines.LogID) (engines.Checksum, error) {
	var answer MachineAnswer
	if err := m.call(ctx, "generate_snapshot_data", Request{Path: &path, LastIncluded: (*LogID)(&last)}, &answer); err != nil {
		return engines.Checksum{}, err
	}
	if answer.Checksum == nil {
		return engines.Checksum{}, m.lacks("generate_snapshot_data", "checksum", "64 hexadecimal digits")
	}
	return engines.Checksum(*answer.Checksum), nil
}

func (m *machine) ApplySnapshotFromFile(ctx context.Context, metadata engines.SnapshotMetadata, path string) error {
	return m.call(ctx, "apply_snapshot_from_file", Request{Metadata: metadataToWire(metadata), Path: &path}, nil)
}
