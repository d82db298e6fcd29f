package machine

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

func TestStatesParseBack(t *testing.T) {
	id := engines.LogID{Index: 1<<63 + 5, Term: 7}
	for _, s := range []State{
		{},
		{Applied: id},
		{HasSnapshot: true},
		{Applied: id, HasSnapshot: true, Snapshot: engines.SnapshotMetadata{LastIncluded: id, Checksum: engines.Checksum{1, 31: 2}}},
	} {
		stored := s.Append([]byte("before"))
		if got, err := ParseState(stored[6:]); got != s || err != nil || string(stored[:6]) != "before" {
			t.Errorf("%+v is stored as %x, which is %+v, %v", s, stored, got, err)
		}
	}
	for size := range 80 {
		if _, err := ParseState(make([]byte, size)); (err == nil) != (size == 16 || size == 64) || err != nil && !errors.Is(err, engines.ErrCorrupt) {
			t.Errorf("%d bytes: got %v", size, err)
		}
	}
}

// brokenStore keeps pairs in memory, and fails as it is told to.
type brokenStore struct {
	*Memory
	write, show, sync, read error
	writes, syncs, closes   int
}

func (s *brokenStore) Write(c Change) (show func() error, err error) {
	s.writes++
	c = c.Clone()
	return func() error {
		s.Apply(c)
		return s.show
	}, s.write
}

func (s *brokenStore) Get(key []byte) ([]byte, bool, error) {
	value, ok, _ := s.Memory.Get(key)
	return value, ok, s.read
}

func (s *brokenStore) Sync() error {
	s.syncs++
	return s.sync
}

func (s *brokenStore) Close() error {
	s.closes++
	return nil
}

var (
	ctx       = context.Background()
	errBroken = errors.New("broken")
)

func open(t *testing.T, claims engines.MachineClaims) (*Machine, *brokenStore) {
	t.Helper()
	s := &brokenStore{Memory: NewMemory()}
	m := Open(s, State{}, Config{Name: "test", Claims: claims})
	if err := m.Start(ctx); err != nil {
		t.Fatal(err)
	}
	return m, s
}

func put(m *Machine, index uint64, expected []byte) error {
	c := engines.Command{Kind: engines.CommandCompareAndSwap, Key: []byte("k"), Value: []byte("v"), Expected: expected}
	_, err := m.ApplyChunk(ctx, []engines.Entry{{Index: index, Term: 1, Payload: c.Payload()}})
	return err
}

// After a failed write, or fsync, a machine says so until it is closed, and writes nothing.
func TestStoppedForGood(t *testing.T) {
	for name, breaks := range map[string]func(*brokenStore){
		"write": func(s *brokenStore) { s.write = errBroken },
		"show":  func(s *brokenStore) { s.show = errBroken },
		"sync":  func(s *brokenStore) { s.sync = errBroken },
	} {
		m, s := open(t, engines.MachineClaims{ApplyDurable: true})
		breaks(s)
		if err := put(m, 1, nil); !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "open it again") {
			t.Errorf("%s: got %v, want %v", name, err, errBroken)
		}
		s.write, s.show, s.sync = nil, nil, nil
		writes, syncs := s.writes, s.syncs
		_, _, getting := m.Get(ctx, []byte("k"))
		for call, err := range map[string]error{
			"apply": put(m, 2, nil), "get": getting, "flush": m.Flush(ctx), "reset": m.Reset(ctx), "stop": m.Stop(ctx), "close": m.Close(),
		} {
			if !errors.Is(err, errBroken) {
				t.Errorf("%s, %s: got %v, want %v", name, call, err, errBroken)
			}
		}
		if s.writes != writes || s.syncs != syncs || s.closes != 1 {
			t.Errorf("%s: %d writes and %d fsyncs more, %d closes", name, s.writes-writes, s.syncs-syncs, s.closes)
		}
	}
}

// A change that the store refuses, or that cannot be worked out, changes nothing and stops
// nothing.
func TestRefusedChanges(t *testing.T) {
	m, s := open(t, engines.MachineClaims{})
	s.write = engines.ErrInvalid
	if err := put(m, 1, nil); !errors.Is(err, engines.ErrInvalid) {
		t.Errorf("got %v, want %v", err, engines.ErrInvalid)
	}
	s.write, s.read = nil, errBroken
	if err := put(m, 1, []byte("x")); !errors.Is(err, errBroken) {
		t.Errorf("got %v, want %v", err, errBroken)
	}
	if _, _, err := m.GetMulti(ctx, [][]byte{nil}); !errors.Is(err, errBroken) {
		t.Errorf("got %v, want %v", err, errBroken)
	}
	s.read = nil
	if last := m.LastApplied(); last.Index != 0 || !m.IsEmpty() {
		t.Errorf("got %v, %d keys after refused chunks", last, m.Len())
	}
	if err := put(m, 1, nil); err != nil || m.Len() != 1 {
		t.Errorf("got %v, %d keys, want one", err, m.Len())
	}
}

// What is durable already is not synced again, and what is acknowledged is if it must be.
func TestSyncs(t *testing.T) {
	m, s := open(t, engines.MachineClaims{ApplyDurable: true})
	for _, c := range []struct {
		name          string
		do            func() error
		writes, syncs int
	}{
		{"apply", func() error { return put(m, 1, nil) }, 1, 1},
		{"flush", func() error { return m.Flush(ctx) }, 0, 0},
		{"repeat", func() error { return put(m, 1, nil) }, 0, 0},
		{"update", func() error { m.UpdateLastApplied(engines.LogID{Index: 3, Term: 1}); return nil }, 0, 0},
		{"repeat of what is in memory only", func() error { return put(m, 2, nil) }, 1, 1},
		{"persist what is there", func() error { return m.PersistLastApplied(ctx, engines.LogID{Index: 2}) }, 0, 0},
		{"persist", func() error { return m.PersistLastApplied(ctx, engines.LogID{Index: 4}) }, 1, 1},
		{"reset that need not be durable", func() error { return m.Reset(ctx) }, 1, 0},
		{"stop", func() error { return m.Stop(ctx) }, 0, 1},
		{"stop of what was stopped", func() error { return m.Stop(ctx) }, 0, 0},
		{"update while stopped", func() error { m.UpdateSnapshotMetadata(engines.SnapshotMetadata{}); return nil }, 0, 0},
		{"stop after it", func() error { return m.Stop(ctx) }, 1, 1},
		{"close", m.Close, 0, 0},
	} {
		s.writes, s.syncs = 0, 0
		if err := c.do(); err != nil || s.writes != c.writes || s.syncs != c.syncs {
			t.Errorf("%s: got %v, %d writes, %d fsyncs, want %d, %d", c.name, err, s.writes, s.syncs, c.writes, c.syncs)
		}
	}
}

func TestMemoryScansInOrder(t *testing.T) {
	m := NewMemory()
	var c Change
	for i := range 1000 {
		key := byte(i * 7)
		c.Pairs = append(c.Pairs, engines.KeyValue{Key: []byte{key, byte(i >> 8)}, Value: []byte{}})
	}
	m.Apply(c)
	var last []byte
	count := 0
	err := m.Scan([]byte{9}, func(key, value []byte) error {
		if bytes.Compare(last, key) >= 0 || key[0] != 9 || value == nil {
			t.Errorf("got %x=%v after %x", key, value, last)
		}
		last = bytes.Clone(key)
		count++
		return nil
	})
	if count != 4 || err != nil {
		t.Errorf("got %d keys, %v, want 4", count, err)
	}
}
