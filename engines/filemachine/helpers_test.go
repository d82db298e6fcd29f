package filemachine

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

var ctx = context.Background()

const testDir = "/m"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// shown is everything that a machine shows, for comparison with ==.
func shown(m engines.StateMachine) (string, error) {
	if !m.IsRunning() {
		if err := m.Start(ctx); err != nil {
			return "", err
		}
	}
	pairs, revision, err := m.ScanPrefix(ctx, nil)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, pair := range pairs {
		fmt.Fprintf(&out, "%s=%.5s(%d) ", pair.Key, pair.Value, len(pair.Value))
	}
	last := m.LastApplied()
	fmt.Fprintf(&out, "at %d/%d", last.Index, last.Term)
	if metadata, ok := m.SnapshotMetadata(); ok {
		fmt.Fprintf(&out, " snapshot %d/%d", metadata.LastIncluded.Index, metadata.LastIncluded.Term)
	}
	if revision != last.Index || m.Len() != len(pairs) {
		err = fmt.Errorf("revision %d, length %d of %s", revision, m.Len(), &out)
	}
	return out.String(), err
}

func show(t testing.TB, m engines.StateMachine) string {
	t.Helper()
	out, err := shown(m)
	must(t, err)
	return out
}

// recovered opens what fs holds and returns what it shows.
func recovered(fs afero.Fs) (string, error) {
	m, err := Open(Options{FS: fs, Dir: testDir})
	if err != nil {
		return "", err
	}
	out, err := shown(m)
	if err == nil {
		err = m.Close()
	}
	return out, err
}

// puts returns entries that put a text of some length under keys.
func puts(first uint64, size int, keys ...string) []engines.Entry {
	var out []engines.Entry
	for i, key := range keys {
		index := first + uint64(i)
		value := strings.Repeat(fmt.Sprintf("%d,", index), size)[:size]
		command := engines.Command{Kind: engines.CommandPut, Key: []byte(key), Value: []byte(value)}
		out = append(out, engines.Entry{Index: index, Term: 1, Payload: command.Payload()})
	}
	return out
}

func deletes(first uint64, keys ...string) []engines.Entry {
	var out []engines.Entry
	for i, key := range keys {
		command := engines.Command{Kind: engines.CommandDelete, Key: []byte(key)}
		out = append(out, engines.Entry{Index: first + uint64(i), Term: 1, Payload: command.Payload()})
	}
	return out
}
