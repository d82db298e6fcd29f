package boltmachine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
	"go.uber.org/goleak"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/engines/internal/boltstore"
	"github.com/ackproof/ackproof/engines/internal/machine"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestContract(t *testing.T) { enginetest.TestMachine(t, Factory()) }

func TestClaims(t *testing.T) {
	m := start(t, Options{Dir: t.TempDir()})
	want := engines.MachineClaims{ApplyDurable: true, RestoreDurable: true, ResetDurable: true, ShutdownDurable: true, SpaceReclaimed: true, CloseReleases: true}
	if got := engines.MachineClaimsOf(m); got != want {
		t.Errorf("got claims %+v, want %+v", got, want)
	}
	must(t, m.Close())
}

func TestReadOnly(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	if _, err := Open(Options{Dir: dir, ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got error %v from an empty directory, want %v", err, fs.ErrNotExist)
	}
	m := start(t, Options{Dir: dir})
	must(t, apply(ctx, m, put("a", "1"), put("b", "2")))
	want := show(t, m)
	must(t, m.Close())
	before, err := os.ReadFile(filepath.Join(dir, fileName))
	must(t, err)

	m = start(t, Options{Dir: dir, ReadOnly: true})
	for name, err := range map[string]error{"apply": apply(ctx, m, put("a", "2")), "reset": m.Reset(ctx)} {
		if !errors.Is(err, berrors.ErrDatabaseReadOnly) || !errors.Is(err, engines.ErrInvalid) {
			t.Errorf("%s: got error %v, want %v", name, err, berrors.ErrDatabaseReadOnly)
		}
	}
	must(t, m.Flush(ctx))
	if got := show(t, m); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	must(t, m.Close())
	if after, err := os.ReadFile(filepath.Join(dir, fileName)); string(after) != string(before) || err != nil {
		t.Errorf("got another file after a read-only open, or error %v", err)
	}
}

func TestSecondOpenRefused(t *testing.T) {
	dir := t.TempDir()
	m := start(t, Options{Dir: dir})
	if _, err := Open(Options{Dir: dir}); !errors.Is(err, ErrLocked) {
		t.Errorf("got error %v, want %v", err, ErrLocked)
	}
	must(t, m.Close())
}

// What bbolt cannot take is refused with all of its chunk, and the machine goes on.
func TestKeyTooLong(t *testing.T) {
	m := start(t, Options{Dir: t.TempDir()})
	must(t, apply(t.Context(), m, put("a", "1")))
	longest := strings.Repeat("k", bbolt.MaxKeySize-1)
	err := apply(t.Context(), m, put("a", "2"), put(longest+"k", "1"))
	if !errors.Is(err, engines.ErrInvalid) || !errors.Is(err, berrors.ErrKeyTooLarge) {
		t.Errorf("got error %v, want %v", err, berrors.ErrKeyTooLarge)
	}
	if got, want := show(t, m), "a=1 at 1/1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	must(t, apply(t.Context(), m, put(longest, "1")))
	must(t, m.Close())
}

// A machine that was killed leaves in its file what it has acknowledged.
func TestKilledMachine(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	m := start(t, Options{Dir: dir})
	defer m.Close()
	for i := range 30 {
		must(t, apply(t.Context(), m, put(fmt.Sprint(i), strings.Repeat("v", 500)), put("last", fmt.Sprint(i))))
		data, err := os.ReadFile(filepath.Join(dir, fileName))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(copied, fileName), data, 0o600))
		again := start(t, Options{Dir: copied})
		if got, want := show(t, again), show(t, m); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
		must(t, again.Close())
	}
}

// Every change is one transaction: that is what makes it atomic. What changes nothing is
// none.
func TestOneTransactionForEachChange(t *testing.T) {
	ctx, s := t.Context(), openStore(t, t.TempDir())
	m := machine.Open(s, machine.State{}, machine.Config{Claims: claims})
	must(t, m.Start(ctx))
	var taken engines.SnapshotMetadata
	path := filepath.Join(t.TempDir(), "snapshot")
	for _, call := range []struct {
		name  string
		count int
		do    func() error
	}{
		{"apply", 1, func() error { return apply(ctx, m, put("a", "1"), put("b", "2"), put("a", "3")) }},
		{"flush", 0, func() error { return m.Flush(ctx) }},
		{"persist", 1, func() error { return m.PersistLastApplied(ctx, engines.LogID{Index: 9, Term: 1}) }},
		{"persist again", 0, func() error { return m.SaveHardState(ctx) }},
		{"generate", 0, func() (err error) {
			taken.LastIncluded = m.LastApplied()
			taken.Checksum, err = m.GenerateSnapshotData(ctx, path, taken.LastIncluded)
			return err
		}},
		{"restore", 1, func() error { return m.ApplySnapshotFromFile(ctx, taken, path) }},
		{"reset", 1, func() error { return m.Reset(ctx) }},
	} {
		before := lastTx(t, s)
		must(t, call.do())
		if got := lastTx(t, s) - before; got != call.count {
			t.Errorf("%s: got %d transactions, want %d", call.name, got, call.count)
		}
	}
	must(t, m.Close())
}

func lastTx(t *testing.T, s *store) (id int) {
	t.Helper()
	must(t, s.db.View(func(tx *bbolt.Tx) error { id = tx.ID(); return nil }))
	return id
}

// After a failed commit nobody knows what the file holds, so the machine says nothing any
// more, and what it said before is there when it is opened anew.
func TestFailedCommitStops(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	s := openStore(t, dir)
	m := machine.Open(s, machine.State{}, machine.Config{Claims: claims})
	must(t, m.Start(ctx))
	must(t, apply(ctx, m, put("a", "1")))
	want := show(t, m)
	s.db.MaxSize = 1 // from here on the file cannot grow
	errs := map[string]error{"apply": apply(ctx, m, put("a", strings.Repeat("v", 100_000)))}
	_, _, errs["get"] = m.Get(ctx, []byte("a"))
	_, _, errs["scan"] = m.ScanPrefix(ctx, nil)
	errs["persist"] = m.PersistLastApplied(ctx, engines.LogID{Index: 9, Term: 1})
	errs["flush"], errs["reset"] = m.Flush(ctx), m.Reset(ctx)
	errs["close"] = m.Close()
	for call, err := range errs {
		if !errors.Is(err, berrors.ErrMaxSizeReached) {
			t.Errorf("%s: got error %v, want %v", call, err, berrors.ErrMaxSizeReached)
		}
	}
	again := start(t, Options{Dir: dir})
	if got := show(t, again); got != want {
		t.Errorf("got %q after a new open, want %q", got, want)
	}
	must(t, again.Close())
}

func TestLostStateIsCorrupt(t *testing.T) {
	for name, damage := range map[string]func(*bbolt.Tx) error{
		"no state": func(tx *bbolt.Tx) error { return tx.Bucket(metaBucket).Delete(keptKey) },
		"no meta":  func(tx *bbolt.Tx) error { return tx.DeleteBucket(metaBucket) },
		"no pairs": func(tx *bbolt.Tx) error { return tx.DeleteBucket(pairsBucket) },
		"short":    func(tx *bbolt.Tx) error { return tx.Bucket(metaBucket).Put(keptKey, []byte{1}) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			m := start(t, Options{Dir: dir})
			must(t, apply(t.Context(), m, put("a", "1")))
			must(t, m.Close())
			s := openStore(t, dir)
			must(t, s.db.Update(damage))
			must(t, s.Close())
			m, err := Open(Options{Dir: dir})
			if !errors.Is(err, engines.ErrCorrupt) {
				t.Errorf("got error %v, want %v", err, engines.ErrCorrupt)
			}
			if err == nil {
				must(t, m.Close())
			}
		})
	}
}

func openStore(t *testing.T, dir string) *store {
	t.Helper()
	db, err := boltstore.Open(boltstore.Options{Dir: dir}, fileName)
	must(t, err)
	return &store{db: db}
}

// start opens a machine that the test closes, and starts it.
func start(t *testing.T, o Options) engines.StateMachine {
	t.Helper()
	m, err := Open(o)
	must(t, err)
	must(t, m.Start(t.Context()))
	return m
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(key, value string) engines.Command {
	return engines.Command{Kind: engines.CommandPut, Key: []byte(key), Value: []byte(value)}
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

// show returns the pairs of a machine and its position.
func show(t *testing.T, m engines.StateMachine) string {
	t.Helper()
	pairs, _, err := m.ScanPrefix(t.Context(), nil)
	must(t, err)
	if m.Len() != len(pairs) {
		t.Errorf("got length %d, want %d", m.Len(), len(pairs))
	}
	out := ""
	for _, pair := range pairs {
		out += fmt.Sprintf("%s=%s ", pair.Key, pair.Value)
	}
	last := m.LastApplied()
	return out + fmt.Sprintf("at %d/%d", last.Index, last.Term)
}
