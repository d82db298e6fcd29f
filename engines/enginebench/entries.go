package enginebench

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/ackproof/ackproof/engines"
)

const (
	// PayloadBytes is the size of a payload of a log, and of a value of a state machine.
	PayloadBytes = 100
	// KeyBytes is the size of a state machine's keys.
	KeyBytes = 16
)

// term is that of all entries.
const term = 1

// payloads returns n payloads, the same each time.
func payloads(n int) [][]byte {
	source := rand.NewChaCha8([32]byte{})
	room := make([]byte, n*PayloadBytes)
	out := make([][]byte, n)
	for i := range out {
		out[i] = room[i*PayloadBytes : (i+1)*PayloadBytes : (i+1)*PayloadBytes]
		_, _ = source.Read(out[i][:PayloadBytes/2]) // never fails
	}
	return out
}

// span returns the entries first to last.
func span(first, last int) []engines.Entry {
	out := make([]engines.Entry, 0, last-first+1)
	for i, payload := range payloads(last - first + 1) {
		out = append(out, engines.Entry{Index: uint64(first + i), Term: term, Payload: payload})
	}
	return out
}

// puts returns entries 1 to n, each of which puts a value under a key of its own.
func puts(n int) []engines.Entry {
	out := make([]engines.Entry, 0, n)
	for i, value := range payloads(n) {
		put := engines.Command{Kind: engines.CommandPut, Key: fmt.Appendf(nil, "%0*d", KeyBytes, i), Value: value}
		out = append(out, engines.Entry{Index: uint64(i + 1), Term: term, Payload: put.Payload()})
	}
	return out
}

// inBatches cuts entries into batches of batchEntries, or fewer where limits want that.
func inBatches(entries []engines.Entry, batchEntries int, limits engines.Limits) [][]engines.Entry {
	var out [][]engines.Entry
	for len(entries) > 0 {
		n := limits.Fitting(entries[:min(batchEntries, len(entries))])
		out = append(out, entries[:n])
		entries = entries[n:]
	}
	return out
}

// persist writes batches to log.
func persist(ctx context.Context, log engines.LogStore, batches [][]engines.Entry) error {
	for _, batch := range batches {
		if err := log.PersistEntries(ctx, batch); err != nil {
			return fmt.Errorf("persist entries from %d on: %w", batch[0].Index, err)
		}
	}
	return nil
}
