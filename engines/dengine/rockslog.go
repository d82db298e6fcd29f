package dengine

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

// rocksLog is the RocksDB engine seen as a LogStore.
type rocksLog rocks

func (l *rocksLog) rocks() *rocks { return (*rocks)(l) }

// PersistEntries puts each entry under its index, in one batch that nobody syncs. It leaves
// what stands behind them, and says that the last of them is the last index: a weakness.
func (l *rocksLog) PersistEntries(_ context.Context, entries []engines.Entry) error {
	return l.do("persist", func() error { return l.rocks().put(entries) })
}

func (r *rocks) put(entries []engines.Entry) error {
	last := r.last
	err := r.commit(func(batch *pebble.Batch) error {
		for i, e := range entries {
			if err := batch.Set(indexKey(e.Index), appendEntry(nil, e), nil); err != nil {
				return err
			}
			if i == 0 || e.Index > last {
				last = e.Index
			}
		}
		return nil
	})
	if err == nil {
		r.last = last
	}
	return err
}

// ReplaceRange is the trait's own: a truncate and then a persist. A crash may fall between,
// which is a weakness.
func (l *rocksLog) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	if err := extent.CheckReplace(from, entries); err != nil {
		return err
	}
	if err := l.Truncate(ctx, from); err != nil || len(entries) == 0 {
		return err
	}
	return l.PersistEntries(ctx, entries)
}

// Truncate takes from-1 for the last index, whatever there was: wrong without a crash too.
func (l *rocksLog) Truncate(_ context.Context, from uint64) error {
	return l.do("truncate", func() error { return l.rocks().cut(from) })
}

// cut deletes entries up to the first that is not below the last index. What an overlapping
// persist left behind it stays.
func (r *rocks) cut(from uint64) error {
	gone, err := r.indexes(from, math.MaxUint64)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(gone, func(index uint64) bool { return index >= r.last }); i >= 0 {
		gone = gone[:i+1]
	}
	if err := r.delete(gone); err != nil {
		return err
	}
	r.last = max(from, 1) - 1
	return nil
}

// Purge leaves the last index as it is, beyond it or not: wrong without a crash too.
func (l *rocksLog) Purge(_ context.Context, cutoff engines.LogID) error {
	return l.do("purge", func() error { return l.rocks().remove(0, cutoff.Index) })
}

func (l *rocksLog) Reset(context.Context) error {
	return l.do("reset", func() error {
		if err := l.rocks().remove(0, math.MaxUint64); err != nil {
			return err
		}
		l.last = 0
		return nil
	})
}

// LoadPurgeBoundary knows of none, as the trait has it by default: a weakness.
func (l *rocksLog) LoadPurgeBoundary(context.Context) (boundary engines.LogID, ok bool, err error) {
	return boundary, false, l.do("load purge boundary", func() error { return nil })
}

func (l *rocksLog) Flush(context.Context) error { return l.do("flush", l.rocks().flush) }

func (l *rocksLog) IsWriteDurable() bool { return l.saysDurable }

func (l *rocksLog) LastIndex() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

func (l *rocksLog) Entry(ctx context.Context, index uint64) (engines.Entry, bool, error) {
	return extent.One(l.GetEntries(ctx, index, index))
}

func (l *rocksLog) GetEntries(_ context.Context, first, last uint64) (found []engines.Entry, err error) {
	err = l.do("read", func() error {
		return l.rocks().each(first, last, func(index uint64, value []byte) error {
			e, ok := decodeEntry(slices.Clone(value))
			if !ok {
				return fmt.Errorf("%w: the value of entry %d cannot be decoded", engines.ErrCorrupt, index)
			}
			found = append(found, e)
			return nil
		})
	})
	return found, err
}
