package canary

import (
	"bytes"
	"context"
	"errors"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

func (e *plain) LogStore() engines.LogStore { return (*plainLog)(e) }

// plainLog is the engine seen as a LogStore.
type plainLog plain

var (
	_ engines.RangeReplacer       = (*plainLog)(nil)
	_ engines.PurgeBoundaryLoader = (*plainLog)(nil)
)

func (l *plainLog) engine() *plain { return (*plain)(l) }

func (l *plainLog) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	return l.engine().do(ctx, "persist", func() error { return l.engine().persist(entries) })
}

func (l *plainLog) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	return l.engine().do(ctx, "replace", func() error {
		if len(entries) == 0 {
			return l.engine().cut(from)
		}
		if err := extent.CheckReplace(from, entries); err != nil {
			return err
		}
		return l.engine().put(entries)
	})
}

func (l *plainLog) Truncate(ctx context.Context, from uint64) error {
	return l.engine().do(ctx, "truncate", func() error { return l.engine().cut(from) })
}

// persist puts entries as the mode says.
func (e *plain) persist(entries []engines.Entry) error {
	if err := engines.CheckBatch(entries); err != nil || len(entries) == 0 {
		return err
	}
	first := entries[0].Index
	overwrites := first <= e.state.last() && first > e.state.boundary.Index
	switch {
	case overwrites && e.keeps:
		return e.append(group(putFrames(entries)), false)
	case overwrites && e.splits:
		if err := e.cut(first); err != nil {
			return err
		}
	case first == e.state.last()+1 && e.plant == splitsAppends:
		return errors.Join(e.put(entries[:1]), e.put(entries[1:])) // plant: append-split
	}
	return e.put(entries)
}

// putFrames returns what puts entries in their places and leaves those behind them.
func putFrames(entries []engines.Entry) []frame {
	frames := make([]frame, len(entries))
	for i, e := range entries {
		frames[i] = entryFrame(e)
		frames[i].kind = kindPut
	}
	return frames
}

// put writes entries from the first of them on.
func (e *plain) put(entries []engines.Entry) error {
	if err := engines.CheckBatch(entries); err != nil || len(entries) == 0 {
		return err
	}
	first := entries[0].Index
	if err := e.state.admit(first); err != nil && !(e.gaps && errors.Is(err, engines.ErrGap)) {
		return err
	}
	var frames []frame
	if first <= e.state.last() && e.plant != overwritesInPlace {
		frames = append(frames, frame{kind: kindCut, id: engines.LogID{Index: first}})
	}
	for _, entry := range entries {
		frames = append(frames, entryFrame(entry))
	}
	if e.plant == overwritesInPlace {
		return e.overwrite(first, frames)
	}
	return e.append(group(frames), e.plant == skipsLogSync || e.plant == syncsLogLater) // plant: no-sync-on-persist, ack-before-sync
}

// cut discards the entries at and after from.
func (e *plain) cut(from uint64) error {
	from = max(from, 1)
	if from > e.state.last() {
		return nil
	}
	if err := e.state.admit(from); err != nil {
		return err
	}
	if e.plant == overwritesInPlace {
		return e.overwrite(from, nil)
	}
	return e.append([]frame{{kind: kindCut, id: engines.LogID{Index: from}}}, e.plant == skipsTruncateSync) // plant: truncate-not-synced
}

// Purge writes what is left, and the boundary, into a new base.
func (l *plainLog) Purge(ctx context.Context, cutoff engines.LogID) error {
	e := l.engine()
	return e.do(ctx, "purge", func() error {
		if cutoff.Index <= e.state.boundary.Index {
			return nil
		}
		purge := frame{kind: kindBoundary, id: cutoff}
		next := e.state
		next.apply(purge, 0, 0)
		if e.plant != dropsBoundaryFirst {
			return e.rewrite(next, syncs{file: e.plant != skipsCompactSync, dir: true}) // plant: rename-without-file-sync
		}
		next.boundary, next.purged = e.state.boundary, e.state.purged // plant: purge-before-boundary
		if err := e.rewrite(next, both); err != nil {
			return err
		}
		return e.append([]frame{purge}, false)
	})
}

// Reset begins a new base with nothing in it.
func (l *plainLog) Reset(ctx context.Context) error {
	e := l.engine()
	return e.do(ctx, "reset", func() error {
		if !e.state.purged && len(e.state.entries) == 0 {
			return nil
		}
		if err := e.rewrite(state{}, both); err != nil || e.plant != resetsHardState {
			return err
		}
		return e.try(e.removeHardState()) // plant: reset-loses-hard-state
	})
}

func (l *plainLog) Flush(ctx context.Context) error {
	e := l.engine()
	return e.do(ctx, "flush", func() error { return errors.Join(e.settle(), e.syncTail()) })
}

func (l *plainLog) IsWriteDurable() bool { return !l.buffered }

func (l *plainLog) LastIndex() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.plant != skipsReadSync {
		_ = l.engine().syncShown() // it cannot refuse; what comes later does
	}
	return l.state.last()
}

func (l *plainLog) Entry(ctx context.Context, index uint64) (engines.Entry, bool, error) {
	return extent.One(l.GetEntries(ctx, index, index))
}

func (l *plainLog) GetEntries(ctx context.Context, first, last uint64) (found []engines.Entry, err error) {
	var unsynced error
	err = l.engine().look(ctx, func() {
		if unsynced = l.engine().syncShown(); unsynced != nil {
			return
		}
		for _, h := range l.state.entries[l.state.from(first):] {
			if h.Index > last {
				return
			}
			e := h.Entry
			e.Payload = bytes.Clone(e.Payload)
			found = append(found, e)
		}
	})
	return found, errors.Join(err, unsynced)
}

// syncShown makes durable what a read is about to show, if that is claimed.
func (e *plain) syncShown() error {
	if !e.reading || e.closed {
		return nil
	}
	return errors.Join(e.broken, e.syncTail())
}

func (l *plainLog) LoadPurgeBoundary(ctx context.Context) (id engines.LogID, ok bool, err error) {
	err = l.engine().look(ctx, func() { id, ok = l.state.boundary, l.state.purged })
	return id, ok, err
}
