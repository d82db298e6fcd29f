package machines

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
)

// ApplyChunk applies chunk as one record.
func (p *plain) ApplyChunk(ctx context.Context, chunk []engines.Entry) (results []engines.ApplyResult, err error) {
	err = p.serve(ctx, "apply", func() error {
		commands, err := p.check(chunk)
		if err != nil {
			return err
		}
		a := application{before: p.pairs, values: map[string][]byte{}, state: p.state}
		for i, e := range chunk {
			result := engines.ApplyResult{Index: e.Index, Repeated: e.Index <= a.state.Applied.Index}
			if p.plant == appliesRepeats {
				result.Repeated = false // plant: machine-repeats-applied-again
			}
			if !result.Repeated {
				result.Succeeded = a.do(e, commands[i])
			}
			results = append(results, result)
			if p.plant == splitsChunks {
				if err := p.commit(a.change(), false); err != nil { // plant: machine-chunk-entry-by-entry
					return err
				}
			}
		}
		// Entries that come again may not be durable yet, and are acknowledged too.
		return p.commit(a.change(), !p.buffered && p.plant != skipsApplySync) // plant: machine-apply-not-synced
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// check returns the commands of chunk, if it can be applied now.
func (p *plain) check(chunk []engines.Entry) ([]engines.Command, error) {
	if err := engines.CheckBatch(chunk); err != nil {
		return nil, err
	}
	commands := make([]engines.Command, len(chunk))
	for i, e := range chunk {
		var err error
		if commands[i], err = engines.ParseCommand(e.Payload); err != nil {
			return nil, fmt.Errorf("entry %d: %w", e.Index, err)
		}
	}
	if last := p.state.Applied.Index; len(chunk) > 0 && chunk[0].Index-1 > last {
		return nil, fmt.Errorf("%w: got a chunk from %d, want it from %d at most", engines.ErrGap, chunk[0].Index, last+1)
	}
	return commands, nil
}

// application is what the entries of a chunk come to.
type application struct {
	before *machine.Memory
	// values are the new ones, nil for a key that was deleted.
	values map[string][]byte
	state  machine.State
}

// do does the command of e, and reports whether it succeeded.
func (a *application) do(e engines.Entry, c engines.Command) bool {
	if e.Index > a.state.Applied.Index {
		a.state.Applied = e.ID()
	}
	switch c.Kind {
	case engines.CommandDelete:
		a.values[string(c.Key)] = nil
	case engines.CommandCompareAndSwap:
		found := a.get(c.Key)
		if (found == nil) != (c.Expected == nil) || !bytes.Equal(found, c.Expected) {
			return false
		}
		fallthrough
	case engines.CommandPut:
		a.values[string(c.Key)] = c.Value
	}
	return true
}

// get returns the value that key has by now, nil if there is none.
func (a *application) get(key []byte) []byte {
	if value, ok := a.values[string(key)]; ok {
		return value
	}
	value, _, _ := a.before.Get(key) // memory cannot fail
	return value
}

// change returns what is to be committed.
func (a *application) change() machine.Change {
	c := machine.Change{State: a.state}
	for _, key := range slices.Sorted(maps.Keys(a.values)) {
		c.Pairs = append(c.Pairs, engines.KeyValue{Key: []byte(key), Value: a.values[key]})
	}
	return c
}
