package machinetest

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// testCase is something that every machine must do.
type testCase struct {
	name string
	run  func(m *subject)
}

func newEnv(t *testing.T, needs engines.Needs) engines.Env {
	if needs == engines.NeedsDir {
		return engines.Env{Dir: t.TempDir()}
	}
	env := engines.Env{FS: afero.NewMemMapFs(), Dir: "/machine"}
	if err := env.FS.Mkdir(env.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return env
}

// subject is the machine of a case, open and started, and its place.
type subject struct {
	engines.StateMachine
	t       *testing.T
	factory engines.MachineFactory
	other   func(engines.Env) (engines.StateMachine, error)
	env     engines.Env
}

func (m *subject) ctx() context.Context { return m.t.Context() }

// open opens the machine and starts it.
func (m *subject) open() {
	m.t.Helper()
	var err error
	m.StateMachine, err = m.factory.Open(m.env)
	m.succeed("open", err)
	m.succeed("start", m.Start(m.ctx()))
}

// another returns another machine, in a place of its own on the same file system.
func (m *subject) another() *subject {
	m.t.Helper()
	o := &subject{t: m.t, factory: engines.MachineFactory{Open: m.other}, env: engines.Env{FS: m.env.FS, Dir: m.env.Dir + "-other"}}
	m.succeed("make a directory", m.fs().Mkdir(o.env.Dir, 0o755))
	o.open()
	return o
}

// reopen closes the machine and opens it again, and returns what is to be seen then.
func (m *subject) reopen(before string) (want string) {
	m.t.Helper()
	if engines.MachineClaimsOf(m.StateMachine).Volatile {
		before = "at 0/0"
	}
	m.succeed("close", m.Close())
	m.open()
	return before
}

// fs holds the files of snapshots.
func (m *subject) fs() afero.Fs {
	if m.env.FS == nil {
		return afero.NewOsFs()
	}
	return m.env.FS
}

// path returns the path of a file beside the machine's own.
func (m *subject) path(name string) string { return filepath.Join(m.env.Dir, "snapshots", name) }

func (m *subject) succeed(call string, err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatalf("%s: %v", call, err)
	}
}

// apply applies commands as a chunk from an index on, in term 1, and wants each to succeed.
func (m *subject) apply(first uint64, commands ...engines.Command) {
	m.t.Helper()
	results, err := m.ApplyChunk(m.ctx(), chunk(first, commands...))
	m.succeed("apply", err)
	for i := range commands {
		if want := (engines.ApplyResult{Index: first + uint64(i), Succeeded: true}); len(results) != len(commands) || results[i] != want {
			m.t.Fatalf("got results %+v, want %d that succeeded from %d on", results, len(commands), first)
		}
	}
}

// shows wants the machine to show a state, by all that reads it.
func (m *subject) shows(want string) {
	m.t.Helper()
	pairs, revision, err := m.ScanPrefix(m.ctx(), nil)
	m.succeed("scan", err)
	last := m.LastApplied()
	got := ""
	for _, pair := range pairs {
		got += fmt.Sprintf("%s=%s ", pair.Key, pair.Value)
		if value, ok, err := m.Get(m.ctx(), pair.Key); string(value) != string(pair.Value) || !ok || err != nil {
			m.t.Errorf("got %q, %v, %v for %q, and a scan got %q", value, ok, err, pair.Key, pair.Value)
		}
	}
	got += fmt.Sprintf("at %d/%d", last.Index, last.Term)
	if metadata, ok := m.SnapshotMetadata(); ok {
		got += fmt.Sprintf(" snapshot %d/%d %x", metadata.LastIncluded.Index, metadata.LastIncluded.Term, metadata.Checksum[:4])
	}
	if got != want {
		m.t.Errorf("got state %q, want %q", got, want)
	}
	if revision != last.Index || m.Len() != len(pairs) || m.IsEmpty() != (len(pairs) == 0) {
		m.t.Errorf("got revision %d, length %d, empty %v, want %d, %d pairs", revision, m.Len(), m.IsEmpty(), last.Index, len(pairs))
	}
	if term, ok := m.EntryTerm(last.Index); ok != (last.Index > 0) || term != last.Term {
		m.t.Errorf("got term %d, %v of the last applied entry, want %d", term, ok, last.Term)
	}
}

// chunk returns entries of term 1 from first on.
func chunk(first uint64, commands ...engines.Command) []engines.Entry {
	var out []engines.Entry
	for i, c := range commands {
		out = append(out, engines.Entry{Index: first + uint64(i), Term: 1, Payload: c.Payload()})
	}
	return out
}

func put(key, value string) engines.Command {
	return engines.Command{Kind: engines.CommandPut, Key: []byte(key), Value: []byte(value)}
}

func del(key string) engines.Command {
	return engines.Command{Kind: engines.CommandDelete, Key: []byte(key)}
}

// swap expects what a caller says, where nil is no value.
func swap(key string, expected []byte, value string) engines.Command {
	return engines.Command{Kind: engines.CommandCompareAndSwap, Key: []byte(key), Expected: expected, Value: []byte(value)}
}
