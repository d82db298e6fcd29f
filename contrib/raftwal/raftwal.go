// Package raftwal is hashicorp/raft-wal as an engine: a log in segments that are
// preallocated, 64 MiB each unless told otherwise, and a database of bbolt beside them.
//
// It offers neither purge nor reset. A persist that overwrites is two steps of the WAL,
// so a crash may leave the first alone. Version 0.4.0 cannot read what it holds after a
// truncation and a reopen ("sealed segment has no index block"), so only logs that are
// appended to are tested here.
package raftwal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	wal "github.com/hashicorp/raft-wal"
	"github.com/hashicorp/raft-wal/metadb"
)

// Engine is a WAL, its own log and its own hard state.
type Engine struct {
	wal  *wal.WAL
	meta *metadb.BoltMetaDB // the WAL leaves it open
}

var (
	_ engines.StorageEngine = (*Engine)(nil)
	_ engines.LogStore      = (*Engine)(nil)
	_ engines.Claimer       = (*Engine)(nil)
)

// Factory returns the WAL with segments of a size; 0 is its default, 64 MiB.
func Factory(name string, segmentBytes int) engines.Factory {
	return engines.Factory{
		Name: name, Needs: engines.NeedsDir, Without: engines.Without{Purge: true, Reset: true},
		Open: func(env engines.Env) (engines.StorageEngine, error) { return Open(env.Dir, segmentBytes) },
	}
}

// Open opens the WAL in dir, which must exist.
func Open(dir string, segmentBytes int) (*Engine, error) {
	meta := &metadb.BoltMetaDB{}
	w, err := wal.Open(dir, wal.WithSegmentSize(segmentBytes), wal.WithMetaStore(meta), wal.WithLogger(hclog.NewNullLogger()))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("raftwal: %w", err), meta.Close())
	}
	return &Engine{w, meta}, nil
}

// LogStore returns the log.
func (e *Engine) LogStore() engines.LogStore { return e }

// MetaStore returns the hard state.
func (e *Engine) MetaStore() engines.MetaStore { return hardState{e.wal} }

// Claims says what the WAL promises.
func (e *Engine) Claims() engines.Claims {
	return engines.Claims{
		WriteDurable: true, AtomicBatch: true, MutationsDurable: true, HardStateDurable: true,
		OrderedHardState: true, CloseDurable: true, OverwriteMaySplit: true,
	}
}

// IsWriteDurable reports that StoreLogs syncs.
func (e *Engine) IsWriteDurable() bool { return true }

// Close closes the WAL and its database.
func (e *Engine) Close() error { return errors.Join(e.wal.Close(), e.meta.Close()) }

// Flush does nothing: all is durable.
func (e *Engine) Flush(context.Context) error { return nil }

// LastIndex returns the index of the newest entry, 0 if there is none.
func (e *Engine) LastIndex() uint64 {
	last, err := e.wal.LastIndex()
	if err != nil {
		return 0
	}
	return last
}

// PersistEntries deletes what the batch replaces, and stores it.
func (e *Engine) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if err := engines.CheckBatch(entries); err != nil || len(entries) == 0 {
		return err
	}
	from := entries[0].Index
	if last := e.LastIndex(); from > last+1 {
		return fmt.Errorf("raftwal: entries from index %d, want at most %d: %w", from, last+1, engines.ErrGap)
	}
	if err := e.Truncate(ctx, from); err != nil {
		return err
	}
	logs := make([]*raft.Log, len(entries))
	for i, entry := range entries {
		logs[i] = &raft.Log{Index: entry.Index, Term: entry.Term, Data: entry.Payload}
	}
	return e.wal.StoreLogs(logs)
}

// Truncate deletes the end of the log.
func (e *Engine) Truncate(_ context.Context, from uint64) error {
	last := e.LastIndex()
	if from > last {
		return nil
	}
	return e.wal.DeleteRange(max(from, 1), last)
}

// Entry returns the entry at index.
func (e *Engine) Entry(_ context.Context, index uint64) (engines.Entry, bool, error) {
	var log raft.Log
	err := e.wal.GetLog(index, &log)
	if errors.Is(err, raft.ErrLogNotFound) {
		return engines.Entry{}, false, nil
	}
	return engines.Entry{Index: log.Index, Term: log.Term, Payload: log.Data}, err == nil, err
}

// GetEntries returns the entries from first to last, as far as there are any.
func (e *Engine) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	var out []engines.Entry
	for i := max(first, 1); i <= min(last, e.LastIndex()); i++ {
		entry, ok, err := e.Entry(ctx, i)
		switch {
		case err != nil:
			return nil, err
		case ok:
			out = append(out, entry)
		}
	}
	return out, nil
}

// Purge is not offered.
func (e *Engine) Purge(context.Context, engines.LogID) error { return errors.ErrUnsupported }

// Reset is not offered.
func (e *Engine) Reset(context.Context) error { return errors.ErrUnsupported }

// hardState is the hard state in the WAL's stable store.
type hardState struct{ wal *wal.WAL }

var hardStateKey = []byte("hard-state")

func (h hardState) SaveHardState(_ context.Context, state engines.HardState) error {
	text, err := json.Marshal(state)
	if err != nil {
		return err
	}
	return h.wal.Set(hardStateKey, text)
}

func (h hardState) LoadHardState(context.Context) (state engines.HardState, ok bool, err error) {
	text, err := h.wal.Get(hardStateKey)
	if err != nil || text == nil {
		return state, false, err
	}
	err = json.Unmarshal(text, &state)
	return state, err == nil, err
}

func (h hardState) Flush(context.Context) error { return nil }
