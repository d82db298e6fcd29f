package machines_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

const dir = "/machine"

var background = context.Background()

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// view is what a machine shows.
type view struct{ pairs, applied, snapshot string }

func viewOf(m engines.StateMachine) (v view, err error) {
	pairs, revision, err := m.ScanPrefix(background, nil)
	last := m.LastApplied()
	if err == nil && revision != last.Index {
		err = fmt.Errorf("got revision %d, want %d", revision, last.Index)
	}
	v.applied = fmt.Sprintf("%d/%d", last.Index, last.Term)
	for _, pair := range pairs {
		v.pairs += fmt.Sprintf("%s=%s ", pair.Key, pair.Value)
	}
	if metadata, ok := m.SnapshotMetadata(); ok {
		v.snapshot = fmt.Sprintf("%d/%d %x", metadata.LastIncluded.Index, metadata.LastIncluded.Term, metadata.Checksum[:4])
	}
	return v, err
}

func see(t *testing.T, m engines.StateMachine) view {
	t.Helper()
	v, err := viewOf(m)
	must(t, err)
	return v
}

func put(key, value string) engines.Command {
	return engines.Command{Kind: engines.CommandPut, Key: []byte(key), Value: []byte(value)}
}

// chunk returns entries of term 1 from first on.
func chunk(first uint64, commands ...engines.Command) []engines.Entry {
	var out []engines.Entry
	for i, c := range commands {
		out = append(out, engines.Entry{Index: first + uint64(i), Term: 1, Payload: c.Payload()})
	}
	return out
}

func apply(t *testing.T, m engines.StateMachine, entries []engines.Entry) {
	t.Helper()
	_, err := m.ApplyChunk(background, entries)
	must(t, err)
}

func generate(t *testing.T, m engines.StateMachine, path string) engines.SnapshotMetadata {
	t.Helper()
	last := m.LastApplied()
	sum, err := m.GenerateSnapshotData(background, path, last)
	must(t, err)
	return engines.SnapshotMetadata{LastIncluded: last, Checksum: sum}
}
