package host

import (
	"context"
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// callWith makes a call with run, and returns its result.
func callWith(ctx context.Context, run func(func()) *CallFailure, e engines.StorageEngine, r Request) models.Result {
	var result models.Result // after a hang somebody may still write to it
	failed := run(func() {
		if err := dispatch(ctx, e, r.Op, r.Entries, &result); err != nil {
			mustReturn(err)
			result = models.Result{Err: ErrorText(err)}
		}
	})
	if failed == nil {
		return result
	}
	return failed.Result()
}

func dispatch(ctx context.Context, e engines.StorageEngine, op models.Op, entries []engines.Entry, result *models.Result) (err error) {
	log, meta := e.LogStore(), e.MetaStore()
	switch op.Kind {
	case models.Persist:
		return log.PersistEntries(ctx, entries)
	case models.Replace:
		replacer, ok := log.(engines.RangeReplacer)
		if !ok {
			return errors.New("engine cannot replace a range")
		}
		return replacer.ReplaceRange(ctx, op.From, entries)
	case models.Truncate:
		return log.Truncate(ctx, op.From)
	case models.Purge:
		return log.Purge(ctx, op.Cutoff)
	case models.Reset:
		return log.Reset(ctx)
	case models.Flush:
		return log.Flush(ctx)
	case models.SaveHardState:
		return meta.SaveHardState(ctx, op.HardState)
	case models.FlushMeta:
		return meta.Flush(ctx)
	}
	return read(ctx, e, op, result)
}

func read(ctx context.Context, e engines.StorageEngine, op models.Op, result *models.Result) (err error) {
	log, meta := e.LogStore(), e.MetaStore()
	switch op.Kind {
	case models.ReadEntry:
		var entry engines.Entry
		if entry, result.OK, err = log.Entry(ctx, op.From); result.OK {
			result.Entries = []models.Entry{models.EntryOf(entry)}
		}
	case models.ReadRange:
		var entries []engines.Entry
		entries, err = log.GetEntries(ctx, op.From, op.To)
		result.Entries = models.EntriesOf(entries)
	case models.ReadLastIndex:
		result.LastIndex = log.LastIndex()
	case models.ReadHardState:
		result.HardState, result.OK, err = meta.LoadHardState(ctx)
	case models.ReadBoundary:
		if loader, ok := log.(engines.PurgeBoundaryLoader); ok {
			result.Boundary, result.OK, err = loader.LoadPurgeBoundary(ctx)
		}
	default:
		panic(fmt.Sprintf("host: %v is not one call", op.Kind))
	}
	return err
}

// ErrorText returns the text of an error, never empty.
func ErrorText(err error) string {
	if text := err.Error(); text != "" {
		return text
	}
	return fmt.Sprintf("%T without a text", err)
}
