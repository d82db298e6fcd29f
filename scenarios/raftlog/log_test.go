package raftlog

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// strictLog is a log in memory that refuses every call that any engine may
// refuse, and every one that Raft would not make. It knows nothing of how
// programs are resolved.
type strictLog struct {
	boundary  engines.LogID
	entries   []engines.Entry
	hardState engines.HardState
	// payloads are those ever written, by index and term.
	payloads map[engines.LogID]string
}

func newStrictLog() *strictLog { return &strictLog{payloads: map[engines.LogID]string{}} }

func (l *strictLog) lastID() engines.LogID {
	if len(l.entries) == 0 {
		return l.boundary
	}
	return l.entries[len(l.entries)-1].ID()
}

// apply makes the call that a is.
func (l *strictLog) apply(a scenarios.Action) error {
	if a.Fault != nil {
		return nil
	}
	if _, restarts := a.Op.(models.Restart); restarts {
		return nil
	}
	entries, op := entriesOf(a), logOp(a.Op)
	if got := logmodel.EntriesOf(entries); fmt.Sprint(got) != fmt.Sprint(op.Entries) && len(got) > 0 {
		return fmt.Errorf("got entries %v in the call, want those of the payloads, %v", op.Entries, got)
	}
	switch op.Kind {
	case logmodel.Persist:
		if len(entries) == 0 {
			return nil
		}
		return l.write(entries[0].Index, entries)
	case logmodel.Replace:
		return l.write(op.From, entries)
	case logmodel.Truncate:
		return l.truncate(op.From)
	case logmodel.Purge:
		return l.purge(op.Cutoff)
	case logmodel.Reset:
		l.boundary, l.entries = engines.LogID{}, nil
	case logmodel.SaveHardState:
		return l.save(op.HardState)
	case logmodel.ReadRange:
		if op.From > op.To {
			return fmt.Errorf("got a range from %d to %d", op.From, op.To)
		}
	case logmodel.Flush, logmodel.FlushMeta, logmodel.ReadEntry, logmodel.ReadLastIndex,
		logmodel.ReadHardState, logmodel.ReadBoundary, logmodel.ReadDurableIndex:
	default:
		return fmt.Errorf("got a call of kind %v", op.Kind)
	}
	return nil
}

func (l *strictLog) write(from uint64, entries []engines.Entry) error {
	if len(entries) > 0 && entries[0].Index != from {
		return fmt.Errorf("%w: got a first index %d, want %d", engines.ErrInvalid, entries[0].Index, from)
	}
	if from > l.lastID().Index+1 {
		return fmt.Errorf("%w: got index %d after %d", engines.ErrGap, from, l.lastID().Index)
	}
	if err := l.truncate(from); err != nil {
		return err
	}
	for _, e := range entries {
		if err := l.append(e); err != nil {
			return err
		}
	}
	return nil
}

func (l *strictLog) append(e engines.Entry) error {
	last := l.lastID()
	written, again := l.payloads[e.ID()]
	switch {
	case e.Index != last.Index+1:
		return fmt.Errorf("%w: got index %d after %d", engines.ErrInvalid, e.Index, last.Index)
	case e.Term < last.Term:
		return fmt.Errorf("got term %d after %d", e.Term, last.Term)
	case e.Term > l.hardState.Term:
		return fmt.Errorf("got term %d, saved is %d", e.Term, l.hardState.Term)
	case again && written != string(e.Payload):
		return fmt.Errorf("got two payloads for %v", e.ID())
	}
	l.payloads[e.ID()] = string(e.Payload)
	l.entries = append(l.entries, e)
	return nil
}

func (l *strictLog) truncate(from uint64) error {
	switch {
	case from == 0:
		return fmt.Errorf("%w: got index 0", engines.ErrInvalid)
	case from <= l.boundary.Index:
		return fmt.Errorf("%w: got index %d, boundary is %d", engines.ErrCompacted, from, l.boundary.Index)
	}
	// Clipped, as versions before this one share the memory behind.
	l.entries = slices.Clip(l.entries[:min(len(l.entries), int(from-l.boundary.Index-1))])
	return nil
}

func (l *strictLog) purge(cutoff engines.LogID) error {
	gone := int(cutoff.Index) - int(l.boundary.Index)
	switch {
	case gone < 0:
		return errors.New("got a purge below the boundary")
	case gone == 0 && cutoff != l.boundary:
		return fmt.Errorf("got cutoff %v, want %v", cutoff, l.boundary)
	case gone > 0 && gone <= len(l.entries) && cutoff != l.entries[gone-1].ID():
		return fmt.Errorf("got cutoff %v, want %v", cutoff, l.entries[gone-1].ID())
	case cutoff.Term < l.lastID().Term && gone > len(l.entries), cutoff.Term > l.hardState.Term:
		return fmt.Errorf("got cutoff %v after %v, saved is %d", cutoff, l.lastID(), l.hardState.Term)
	}
	l.boundary, l.entries = cutoff, l.entries[min(len(l.entries), gone):]
	return nil
}

func (l *strictLog) save(state engines.HardState) error {
	old := l.hardState
	switch {
	case state.Term < old.Term:
		return fmt.Errorf("got hard state %v after %v", state, old)
	case state.Term == old.Term && old.Vote != 0 && state.Vote != old.Vote:
		return fmt.Errorf("got a second vote: %v after %v", state, old)
	}
	l.hardState = state
	return nil
}

func (l *strictLog) view() *logmodel.View {
	return &logmodel.View{
		Boundary: l.boundary, HasBoundary: l.boundary.Index > 0, LastIndex: l.lastID().Index,
		Entries: logmodel.EntriesOf(l.entries), HardState: l.hardState, HasHardState: true,
	}
}

// run puts l through p. A crash takes it back to an earlier version, as far as
// the step's loss says, and every new life is adopted.
func (l *strictLog) run(p scenarios.Program) error {
	r := newResolver()
	versions := []strictLog{*l}
	for i, s := range unrolled(p) {
		for _, a := range actionsOf(r, s) {
			if err := l.apply(a); err != nil {
				return fmt.Errorf("step %d, %v: %w", i, s, err)
			}
			versions = append(versions, *l)
		}
		if s.Kind == scenarios.Crash {
			*l = versions[len(versions)-1-lost(s.Loss, len(versions))]
		}
		if s.Kind.EndsLife() {
			r.Adopt(logmodel.Contract{Replaces: true}, l.view())
			versions = []strictLog{*l}
		}
	}
	return nil
}

// unrolled returns p with the rounds of each repeat one after the other.
func unrolled(p scenarios.Program) (out scenarios.Program) {
	for _, s := range p {
		if s.Kind != scenarios.Repeat {
			out = append(out, s)
			continue
		}
		for range s.Count {
			out = append(out, s.Body...)
		}
	}
	return out
}

// lost returns how many of the versions a crash takes back.
func lost(loss scenarios.Loss, versions int) int {
	switch loss.Manner {
	case scenarios.LoseEverything:
		return versions - 1
	case scenarios.LoseSample:
		return loss.Seed % versions
	}
	return 0
}

// newResolver returns a resolver for an engine that offers all.
func newResolver() scenarios.Resolver {
	r := NewResolver()
	r.Adopt(logmodel.Contract{Replaces: true}, &logmodel.View{})
	return r
}

// logOp returns op as the log's own, one of no kind if it is none of those.
func logOp(op models.Op) *logmodel.Op {
	if own, ok := op.(*logmodel.Op); ok {
		return own
	}
	return &logmodel.Op{}
}

// entriesOf returns the entries that an action writes.
func entriesOf(a scenarios.Action) []engines.Entry {
	entries, _ := a.Input.([]engines.Entry)
	return entries
}

// actionsOf resolves s to its calls, readers and flushers after the writer, and the
// purger between the calls of the writer.
func actionsOf(r scenarios.Resolver, s scenarios.Step) (actions []scenarios.Action) {
	switch s.Kind {
	case scenarios.FirstOpen, scenarios.Hold, scenarios.Usage:
		return nil
	case scenarios.Reopen:
		return []scenarios.Action{{Op: models.Reopen}}
	case scenarios.Kill, scenarios.Crash:
		for _, call := range s.Body {
			actions = append(actions, r.Resolve(call)...)
		}
		return append(actions, scenarios.Action{Op: models.Crash})
	case scenarios.Concurrently:
		return together(r, s)
	}
	return r.Resolve(s)
}

func together(r scenarios.Resolver, s scenarios.Step) []scenarios.Action {
	concurrent := r.Together(s)
	actions := concurrent.Writer
	var others []scenarios.Action
	for _, client := range concurrent.Others {
		if logOp(client[0].Op).Kind != logmodel.Purge {
			others = append(others, client...)
			continue
		}
		for i, a := range client {
			actions = slices.Insert(actions, min(i*(1+s.Seed%3), len(actions)), a)
		}
	}
	return append(actions, others...)
}

func TestStrictLogRefuses(t *testing.T) {
	entry := func(index, term uint64) engines.Entry { return engines.Entry{Index: index, Term: term} }
	persist := func(entries ...engines.Entry) scenarios.Action {
		return scenarios.Action{Op: &logmodel.Op{Kind: logmodel.Persist, Entries: logmodel.EntriesOf(entries)}, Input: entries}
	}
	tests := map[string]scenarios.Action{
		"a gap":                persist(entry(5, 2)),
		"index 0":              persist(entry(0, 2)),
		"a hole in the batch":  persist(entry(4, 2), entry(6, 2)),
		"a purged index":       persist(entry(1, 2)),
		"a falling term":       persist(entry(4, 1)),
		"a term not saved":     persist(entry(4, 3)),
		"another payload":      persist(engines.Entry{Index: 3, Term: 2, Payload: []byte("x")}),
		"a truncate of purged": {Op: &logmodel.Op{Kind: logmodel.Truncate, From: 1}},
		"a cutoff's term":      {Op: &logmodel.Op{Kind: logmodel.Purge, Cutoff: engines.LogID{Index: 2, Term: 1}}},
		"a second vote":        {Op: &logmodel.Op{Kind: logmodel.SaveHardState, HardState: engines.HardState{Term: 2, Vote: 2}}},
		"an older term":        {Op: &logmodel.Op{Kind: logmodel.SaveHardState, HardState: engines.HardState{Term: 1}}},
		"entries not its own":  {Op: &logmodel.Op{Kind: logmodel.Persist}, Input: []engines.Entry{entry(4, 2)}},
		"no kind":              {},
	}
	for name, action := range tests {
		log := newStrictLog()
		log.hardState = engines.HardState{Term: 2, Vote: 1}
		log.boundary = engines.LogID{Index: 1, Term: 1}
		if err := log.apply(persist(entry(2, 2), entry(3, 2))); err != nil {
			t.Fatal(err)
		}
		if err := log.apply(action); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}
