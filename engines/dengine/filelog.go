package dengine

import (
	"context"
	"errors"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

// PersistEntries appends entries. It leaves what stands behind them: a weakness.
func (l *fileLog) PersistEntries(_ context.Context, entries []engines.Entry) error {
	return l.do("persist", func() error { return l.append(entries) })
}

// ReplaceRange cuts the log and appends entries, without an fsync: a crash may fall between,
// which is a weakness.
func (l *fileLog) ReplaceRange(_ context.Context, from uint64, entries []engines.Entry) error {
	return l.do("replace", func() error {
		if err := extent.CheckReplace(from, entries); err != nil {
			return err
		}
		return errors.Join(l.cut(from), l.append(entries))
	})
}

// Truncate cuts the log without an fsync: a weakness.
func (l *fileLog) Truncate(_ context.Context, from uint64) error {
	return l.do("truncate", func() error { return l.cut(from) })
}

// Purge empties the file and writes into it again what is left: a weakness.
func (l *fileLog) Purge(_ context.Context, cutoff engines.LogID) error {
	return l.do("purge", func() error {
		if cutoff.Index == 0 {
			return nil
		}
		left := l.between(cutoff.Index+1, l.last)
		last := max(l.last, cutoff.Index)
		if err := l.rewrite(left); err != nil {
			return err
		}
		l.last = last
		return l.file.Sync()
	})
}

func (l *fileLog) Reset(context.Context) error {
	return l.do("reset", func() error { return errors.Join(l.rewrite(nil), l.file.Sync()) })
}

// LoadPurgeBoundary knows of none, as the trait has it by default: a weakness.
func (l *fileLog) LoadPurgeBoundary(context.Context) (boundary engines.LogID, ok bool, err error) {
	return boundary, false, l.do("load purge boundary", func() error { return nil })
}

func (l *fileLog) Flush(context.Context) error { return l.do("flush", l.file.Sync) }

func (l *fileLog) IsWriteDurable() bool { return l.saysDurable }

func (l *fileLog) LastIndex() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

func (l *fileLog) Entry(ctx context.Context, index uint64) (engines.Entry, bool, error) {
	return extent.One(l.GetEntries(ctx, index, index))
}

func (l *fileLog) GetEntries(_ context.Context, first, last uint64) (found []engines.Entry, err error) {
	err = l.do("read", func() error {
		found = l.between(first, last)
		return nil
	})
	return found, err
}
