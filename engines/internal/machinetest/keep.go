package machinetest

import (
	"context"
	"errors"

	"github.com/ackproof/ackproof/engines"
)

func keepCases() []testCase {
	return []testCase{
		{"stopped", stopped},
		{"last applied never moves back", func(m *subject) {
			m.apply(1, put("a", "1"))
			m.UpdateLastApplied(engines.LogID{Index: 5, Term: 2})
			m.shows("a=1 at 5/2")
			m.UpdateLastApplied(engines.LogID{Index: 4, Term: 9})
			m.succeed("persist", m.PersistLastApplied(m.ctx(), engines.LogID{Index: 3, Term: 9}))
			m.shows("a=1 at 5/2")
			m.succeed("persist", m.PersistLastApplied(m.ctx(), engines.LogID{Index: 6, Term: 2}))
			m.apply(7, put("b", "1"))
			m.shows(m.reopen("a=1 b=1 at 7/1"))
		}},
		{"snapshot metadata", func(m *subject) {
			m.UpdateSnapshotMetadata(engines.SnapshotMetadata{LastIncluded: engines.LogID{Index: 4, Term: 2}, Checksum: engines.Checksum{1, 2, 3, 4}})
			m.shows("at 0/0 snapshot 4/2 01020304")
			m.succeed("persist", m.PersistSnapshotMetadata(m.ctx(), engines.SnapshotMetadata{}))
			m.shows(m.reopen("at 0/0 snapshot 0/0 00000000"))
		}},
		{"reset", reset},
		{"reopen", reopen},
		{"closed", func(m *subject) {
			m.succeed("close", m.Close())
			if _, err := m.ApplyChunk(m.ctx(), nil); !errors.Is(err, engines.ErrClosed) {
				m.t.Errorf("got %v from apply, want %v", err, engines.ErrClosed)
			}
			if err := m.Close(); !errors.Is(err, engines.ErrClosed) {
				m.t.Errorf("got %v from close, want %v", err, engines.ErrClosed)
			}
			m.open()
		}},
	}
}

// stopped checks what a machine refuses that is not started, and what it takes.
func stopped(m *subject) {
	m.apply(1, put("a", "1"))
	metadata := m.generate("stopped")
	for range 2 {
		m.succeed("stop", m.Stop(m.ctx()))
	}
	if m.IsRunning() {
		m.t.Error("a machine runs that was stopped")
	}
	for call, do := range map[string]func(context.Context) error{
		"apply":     func(ctx context.Context) error { _, err := m.ApplyChunk(ctx, chunk(2, put("b", "1"))); return err },
		"get":       func(ctx context.Context) error { _, _, err := m.Get(ctx, []byte("a")); return err },
		"get multi": func(ctx context.Context) error { _, _, err := m.GetMulti(ctx, nil); return err },
		"scan":      func(ctx context.Context) error { _, _, err := m.ScanPrefix(ctx, nil); return err },
		"reset":     m.Reset,
		"restore":   func(ctx context.Context) error { return m.ApplySnapshotFromFile(ctx, metadata, m.path("stopped")) },
		"generate": func(ctx context.Context) error {
			_, err := m.GenerateSnapshotData(ctx, m.path("other"), metadata.LastIncluded)
			return err
		},
	} {
		if err := do(m.ctx()); !errors.Is(err, engines.ErrStopped) {
			m.t.Errorf("%s: got %v, want %v", call, err, engines.ErrStopped)
		}
	}
	m.succeed("flush", m.Flush(m.ctx()))
	m.succeed("save hard state", m.SaveHardState(m.ctx()))
	m.succeed("persist", m.PersistLastApplied(m.ctx(), engines.LogID{Index: 2, Term: 1}))
	if m.Len() != 1 || m.IsEmpty() {
		m.t.Errorf("got length %d, empty %v, want 1", m.Len(), m.IsEmpty())
	}
	for range 2 {
		m.succeed("start", m.Start(m.ctx()))
	}
	if !m.IsRunning() {
		m.t.Error("a machine does not run that was started")
	}
	m.shows("a=1 at 2/1")
}

func reset(m *subject) {
	for range 2 {
		m.apply(1, put("a", "1"), put("b", "1"))
		m.UpdateSnapshotMetadata(engines.SnapshotMetadata{LastIncluded: engines.LogID{Index: 1, Term: 1}})
		m.UpdateLastApplied(engines.LogID{Index: 9, Term: 1})
		for range 2 {
			m.succeed("reset", m.Reset(m.ctx()))
			m.shows("at 0/0")
		}
		m.shows(m.reopen("at 0/0"))
	}
}

// reopen checks that a clean reopen finds everything, flushed or not.
func reopen(m *subject) {
	m.apply(1, put("a", "1"), put("b", ""), del("c"))
	m.UpdateLastApplied(engines.LogID{Index: 4, Term: 1})
	m.UpdateSnapshotMetadata(engines.SnapshotMetadata{LastIncluded: engines.LogID{Index: 2, Term: 1}, Checksum: engines.Checksum{9}})
	want := m.reopen("a=1 b= at 4/1 snapshot 2/1 09000000")
	m.shows(want)
	if want == "at 0/0" {
		return // nothing of it is left to go on with
	}
	m.apply(5, del("a"), put("b", "2"))
	m.succeed("flush", m.Flush(m.ctx()))
	want = "b=2 at 6/1 snapshot 2/1 09000000"
	m.shows(want)
	for range 3 {
		m.shows(m.reopen(want))
	}
	m.apply(7, put("c", "1"))
	m.succeed("stop", m.Stop(m.ctx()))
	m.shows(m.reopen("b=2 c=1 at 7/1 snapshot 2/1 09000000"))
}
