package hosted

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/engines/memmachine"
)

// servedMachine is a machine with a worker of its own, which ends with it.
type servedMachine struct {
	engines.StateMachine
	end func() error // at the first Close
}

func (s *servedMachine) MachineClaims() engines.MachineClaims {
	return engines.MachineClaimsOf(s.StateMachine)
}

func (s *servedMachine) Close() error { return errors.Join(s.StateMachine.Close(), s.end()) }

// machines is the factory of proxies of machines in memory.
func machines(concurrently bool) engines.MachineFactory {
	return engines.MachineFactory{
		Name: "mem-machine",
		Open: func(env engines.Env) (engines.StateMachine, error) {
			conn, end := inProcess(&Server{Name: "mem-machine", OpenMachine: func(string, bool) (engines.StateMachine, error) {
				return memmachine.New(env.FS), nil
			}})
			m, err := conn.OpenMachine(env.Dir, false)
			if err != nil {
				return nil, errors.Join(err, end())
			}
			conn.Concurrently(concurrently)
			return &servedMachine{m, sync.OnceValue(end)}, nil
		},
	}
}

func TestMachineConformance(t *testing.T) { enginetest.TestMachine(t, machines(false)) }

// TestMachineConformanceInPhase does the same with every request marked as concurrent.
func TestMachineConformanceInPhase(t *testing.T) { enginetest.TestMachine(t, machines(true)) }

// claimingMachine is a machine with other claims.
type claimingMachine struct {
	engines.StateMachine
	claims engines.MachineClaims
}

func (c claimingMachine) MachineClaims() engines.MachineClaims { return c.claims }

// TestMachineClaims sends each claim across, alone.
func TestMachineClaims(t *testing.T) {
	for i, want := range []engines.MachineClaims{
		{},
		{ApplyDurable: true},
		{RestoreDurable: true},
		{ResetDurable: true},
		{ShutdownDurable: true},
		{ReadersNotBlocked: true},
		{SpaceReclaimed: true},
		{CloseReleases: true},
		{CorruptionDetected: true},
		{Volatile: true},
		{ChunkMaySplit: true},
		{PersistNeedsFlush: true},
		{RecoveryNeedsFlush: true},
	} {
		conn, end := inProcess(&Server{Name: "claims", OpenMachine: func(string, bool) (engines.StateMachine, error) {
			return claimingMachine{memmachine.New(nil), want}, nil
		}})
		m, err := conn.OpenMachine("/db", false)
		if err != nil {
			t.Fatal(err)
		}
		if got := engines.MachineClaimsOf(m); got != want {
			t.Errorf("%d: got claims %+v, want %+v", i, got, want)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	}
}

// TestMachineClaimNames holds the names that claims have in the protocol.
func TestMachineClaimNames(t *testing.T) {
	got, err := json.Marshal(MachineClaims{true, true, true, true, true, true, true, true, true, true, true, true})
	const want = `{"apply_durable":true,"restore_durable":true,"reset_durable":true,"shutdown_durable":true,` +
		`"readers_not_blocked":true,"space_reclaimed":true,"close_releases":true,"corruption_detected":true,"volatile":true,"chunk_may_split":true,"persist_needs_flush":true,"recovery_needs_flush":true}`
	if string(got) != want || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

// nilMachine is a machine that gives nil for what is there and empty.
type nilMachine struct{ engines.StateMachine }

func (nilMachine) Get(context.Context, []byte) ([]byte, bool, error) { return nil, true, nil }

func (nilMachine) ScanPrefix(context.Context, []byte) ([]engines.KeyValue, uint64, error) {
	return []engines.KeyValue{{}}, 1, nil
}

// TestEmptyIsThere wants an empty key and an empty value to come out as there.
func TestEmptyIsThere(t *testing.T) {
	conn, end := inProcess(&Server{Name: "nil", OpenMachine: func(string, bool) (engines.StateMachine, error) {
		return nilMachine{memmachine.New(nil)}, nil
	}})
	m, err := conn.OpenMachine("/db", false)
	if err != nil {
		t.Fatal(err)
	}
	if value, ok, err := m.Get(t.Context(), nil); len(value) != 0 || !ok || err != nil {
		t.Errorf("got %q, %v, %v, want an empty value", value, ok, err)
	}
	if pairs, _, err := m.ScanPrefix(t.Context(), nil); len(pairs) != 1 || err != nil {
		t.Errorf("got %v, %v, want one pair", pairs, err)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

// TestMachineAfterItsEnd wants ErrClosed or zero values of a machine that is gone, and no
// call on it to reach the one that was opened since.
func TestMachineAfterItsEnd(t *testing.T) {
	conn, end := inProcess(durableMachineServer())
	first, err := conn.OpenMachine("/first", false)
	if err != nil {
		t.Fatal(err)
	}
	second, err := conn.OpenMachine("/second", false)
	if err != nil {
		t.Fatal(err)
	}
	first.UpdateLastApplied(engines.LogID{Index: 5, Term: 1})
	first.UpdateSnapshotMetadata(engines.SnapshotMetadata{})
	if err := first.Start(t.Context()); !errors.Is(err, engines.ErrClosed) {
		t.Errorf("got error %v, want %v", err, engines.ErrClosed)
	}
	for range 2 {
		if err := first.Close(); !errors.Is(err, engines.ErrClosed) {
			t.Errorf("got error %v, want %v", err, engines.ErrClosed)
		}
	}
	for name, m := range map[string]engines.StateMachine{"first": first, "second": second} {
		_, hasTerm := m.EntryTerm(5)
		_, hasSnapshot := m.SnapshotMetadata()
		if m.IsRunning() || m.Len() != 0 || !m.IsEmpty() || m.LastApplied() != (engines.LogID{}) || hasTerm || hasSnapshot {
			t.Errorf("the %s machine shows something, want nothing", name)
		}
	}
	if err := errors.Join(second.Close(), end()); err != nil {
		t.Error(err)
	}
}

// TestSubjects wants a worker to be asked for what it runs, and for nothing else.
func TestSubjects(t *testing.T) {
	logs, endLogs := inProcess(memServer())
	if _, err := logs.OpenMachine("/db", false); !errors.Is(err, ErrSubject) {
		t.Errorf("got error %v, want %v", err, ErrSubject)
	}
	if _, err := logs.Open("/db", false); err != nil {
		t.Error(err)
	}
	conn, endMachines := inProcess(durableMachineServer())
	if _, err := conn.Open("/db", false); !errors.Is(err, ErrSubject) {
		t.Errorf("got error %v, want %v", err, ErrSubject)
	}
	m, err := conn.OpenMachine("/db", false)
	if err != nil {
		t.Fatal(err)
	}
	// Nor does a refused open end the engine that is open.
	if _, err := conn.Open("/db", false); !errors.Is(err, ErrSubject) {
		t.Errorf("got error %v, want %v", err, ErrSubject)
	}
	if err := m.Start(t.Context()); err != nil {
		t.Error(err)
	}
	if err := conn.Call("last_index", nil, nil); !errors.Is(err, ErrUnknownOp) {
		t.Errorf("got error %v from a log's operation, want %v", err, ErrUnknownOp)
	}
	if err := errors.Join(endLogs(), endMachines()); err != nil {
		t.Error(err)
	}
}
