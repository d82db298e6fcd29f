package pebblemachine

import (
	"context"
	"fmt"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/pebblestore"
)

const testDir = "/db"

// start opens a machine that the test closes, and starts it.
func start(t testing.TB, o Options, snapshots afero.Fs) engines.StateMachine {
	t.Helper()
	o.Dir = testDir
	if o.Tune == nil {
		o.Tune = pebblestore.Small
	}
	m, err := Open(o, snapshots)
	must(t, err)
	must(t, m.Start(context.Background()))
	return m
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(key, value string) engines.Command {
	return engines.Command{Kind: engines.CommandPut, Key: []byte(key), Value: []byte(value)}
}

func del(key string) engines.Command {
	return engines.Command{Kind: engines.CommandDelete, Key: []byte(key)}
}

// apply applies commands as the next entries, in one chunk.
func apply(ctx context.Context, m engines.StateMachine, commands ...engines.Command) error {
	var chunk []engines.Entry
	for i, c := range commands {
		chunk = append(chunk, engines.Entry{Index: m.LastApplied().Index + 1 + uint64(i), Term: 1, Payload: c.Payload()})
	}
	_, err := m.ApplyChunk(ctx, chunk)
	return err
}

// show returns all that a machine shows, long values by their lengths.
func show(t testing.TB, m engines.StateMachine) string {
	t.Helper()
	pairs, _, err := m.ScanPrefix(context.Background(), nil)
	must(t, err)
	if m.Len() != len(pairs) {
		t.Errorf("got length %d, want %d", m.Len(), len(pairs))
	}
	out := ""
	for _, pair := range pairs {
		if value := pair.Value; len(value) > 9 {
			pair.Value = fmt.Appendf(nil, "%d bytes of %s", len(value), value[:1])
		}
		out += fmt.Sprintf("%s=%s ", pair.Key, pair.Value)
	}
	last := m.LastApplied()
	out += fmt.Sprintf("at %d/%d", last.Index, last.Term)
	if metadata, ok := m.SnapshotMetadata(); ok {
		out += fmt.Sprintf(" snapshot %d/%d %x", metadata.LastIncluded.Index, metadata.LastIncluded.Term, metadata.Checksum[:4])
	}
	return out
}
