package enginebench

import (
	"bytes"
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

func (l logs) entry(reopens bool) run {
	// Coprime to the size of the log, and far from 1, so that neighbours are not read in turn.
	const stride = 7919
	return func(ctx context.Context, dir string) (Sample, error) {
		return l.sample(ctx, dir, logTask{
			filled: logEntries, reopens: reopens,
			calls: readCalls, entries: readCalls,
			call: func(ctx context.Context, log engines.LogStore, i int) error {
				index := uint64(1 + i*stride%logEntries)
				e, ok, err := log.Entry(ctx, index)
				if err == nil && (!ok || e.Index != index || len(e.Payload) != PayloadBytes) {
					err = fmt.Errorf("got %t, index %d and %d bytes, want entry %d", ok, e.Index, len(e.Payload), index)
				}
				return err
			},
			check: endsAt(logEntries),
		})
	}
}

func (l logs) getEntries(reopens bool) run {
	return func(ctx context.Context, dir string) (Sample, error) {
		var got []engines.Entry
		return l.sample(ctx, dir, logTask{
			filled: logEntries, reopens: reopens,
			calls: rangeCalls, entries: rangeCalls * logEntries,
			call: func(ctx context.Context, log engines.LogStore, _ int) (err error) {
				got, err = log.GetEntries(ctx, 1, logEntries)
				return err
			},
			check: func(context.Context, engines.LogStore) error { return isSpan(got, 1, logEntries) },
		})
	}
}

// isSpan returns an error unless got are the entries first to last.
func isSpan(got []engines.Entry, first, last int) error {
	want := span(first, last)
	if len(got) != len(want) {
		return fmt.Errorf("got %d entries, want %d", len(got), len(want))
	}
	for i, e := range got {
		if e.ID() != want[i].ID() || !bytes.Equal(e.Payload, want[i].Payload) {
			return fmt.Errorf("got another entry at position %d of a range than was written, want entry %d", i, want[i].Index)
		}
	}
	return nil
}

func (l logs) lastIndex(ctx context.Context, dir string) (Sample, error) {
	return l.sample(ctx, dir, logTask{
		filled: logEntries,
		calls:  readCalls,
		call:   func(ctx context.Context, log engines.LogStore, _ int) error { return endsAt(logEntries)(ctx, log) },
		check:  endsAt(logEntries),
	})
}
