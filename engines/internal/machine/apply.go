package machine

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ackproof/ackproof/engines"
)

// ApplyChunk applies chunk as one change of the store.
func (m *Machine) ApplyChunk(ctx context.Context, chunk []engines.Entry) (results []engines.ApplyResult, err error) {
	err = m.serve(ctx, "apply", func() error {
		commands, err := m.check(chunk)
		if err != nil {
			return err
		}
		a := application{store: m.store, values: map[string][]byte{}}
		c := Change{State: m.state}
		for i, e := range chunk {
			result := engines.ApplyResult{Index: e.Index, Repeated: e.Index <= m.state.Applied.Index}
			if !result.Repeated {
				if result.Succeeded, err = a.do(commands[i]); err != nil {
					return err
				}
				c.State.Applied = e.ID()
			}
			results = append(results, result)
		}
		c.Pairs = a.pairs()
		// Entries that come again may not be durable yet, and are acknowledged too.
		return m.commit(c, m.config.Claims.ApplyDurable)
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// check returns the commands of chunk, if it can be applied now.
func (m *Machine) check(chunk []engines.Entry) ([]engines.Command, error) {
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
	if last := m.state.Applied.Index; len(chunk) > 0 && chunk[0].Index-1 > last {
		return nil, fmt.Errorf("%w: got a chunk from %d, want it from %d at most", engines.ErrGap, chunk[0].Index, last+1)
	}
	return commands, nil
}

// application is what the commands of one chunk come to.
type application struct {
	store Store
	// values are the new ones, nil for a key that was deleted.
	values map[string][]byte
}

// do does one command, and reports whether it succeeded.
func (a *application) do(c engines.Command) (succeeded bool, err error) {
	switch c.Kind {
	case engines.CommandPut:
		a.values[string(c.Key)] = c.Value
	case engines.CommandDelete:
		a.values[string(c.Key)] = nil
	case engines.CommandCompareAndSwap:
		found, err := a.get(c.Key)
		if err != nil || (found == nil) != (c.Expected == nil) || !bytes.Equal(found, c.Expected) {
			return false, err
		}
		a.values[string(c.Key)] = c.Value
	}
	return true, nil
}

// get returns the value that key has by now, nil if there is none.
func (a *application) get(key []byte) ([]byte, error) {
	if value, ok := a.values[string(key)]; ok {
		return value, nil
	}
	value, _, err := a.store.Get(key)
	return value, err
}

// pairs returns what was changed, in the order of keys.
func (a *application) pairs() []engines.KeyValue {
	var out []engines.KeyValue
	for _, key := range slices.Sorted(maps.Keys(a.values)) {
		out = append(out, engines.KeyValue{Key: []byte(key), Value: a.values[key]})
	}
	return out
}
