package enginebench

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/memlog"
)

// wrongEngine has a log that does one thing wrong, or does not close.
type wrongEngine struct {
	engines.StorageEngine
	how string
}

func (w wrongEngine) LogStore() engines.LogStore {
	return wrong{w.StorageEngine.LogStore(), w.how}
}

func (w wrongEngine) Close() error {
	if w.how == "close" {
		return errors.New("will not close")
	}
	return w.StorageEngine.Close()
}

// wrong is a log that does one thing wrong.
type wrong struct {
	engines.LogStore
	how string
}

func (w wrong) Purge(ctx context.Context, cutoff engines.LogID) error {
	if w.how == "purge" {
		return nil
	}
	return w.LogStore.Purge(ctx, cutoff)
}

func (w wrong) Truncate(ctx context.Context, from uint64) error {
	if w.how == "truncate" {
		from++
	}
	return w.LogStore.Truncate(ctx, from)
}

func (w wrong) Reset(ctx context.Context) error {
	if w.how == "reset" {
		return nil
	}
	return w.LogStore.Reset(ctx)
}

func (w wrong) Flush(context.Context) error {
	if w.how == "flush" {
		panic("not written yet")
	}
	return nil
}

func (w wrong) Entry(ctx context.Context, index uint64) (engines.Entry, bool, error) {
	if w.how == "entry" {
		index++
	}
	return w.LogStore.Entry(ctx, index)
}

func (w wrong) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	got, err := w.LogStore.GetEntries(ctx, first, last)
	if w.how == "get_entries" && len(got) > 0 {
		got[1].Payload = bytes.Clone(got[0].Payload)
	}
	return got, err
}

func (w wrong) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if w.how == "persist_entries" {
		entries = entries[:len(entries)-1]
	}
	return w.LogStore.PersistEntries(ctx, entries)
}

func (w wrong) LastIndex() uint64 {
	if w.how == "last_index" {
		return 0
	}
	return w.LogStore.LastIndex()
}

// doing returns a factory of logs that do something wrong.
func doing(how string) engines.Factory {
	f := memlog.Factory()
	open := f.Open
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		if how == "open" {
			return nil, errors.New("will not open")
		}
		e, err := open(env)
		if err != nil {
			return nil, err
		}
		return wrongEngine{e, how}, nil
	}
	return f
}

func TestWrongLogs(t *testing.T) {
	for how, c := range map[string]struct{ measured, want string }{
		"open":            {"last_index", "will not open"},
		"close":           {"last_index", "will not close"},
		"persist_entries": {"persist_entries", ""}, // its own error
		"entry":           {"entry", "want entry 1"},
		"get_entries":     {"get_entries", "want entry 2"},
		"purge":           {"purge", "want those from 10001 to 10100"},
		"truncate":        {"truncate", "want those from 1 to 100"},
		"flush":           {"flush", "the engine panicked: not written yet"},
		"reset":           {"reset", "got last index 10000, want 0"},
		"last_index":      {"last_index", "got last index 0, want 10000"},
	} {
		dir := t.TempDir()
		r := Measure(t.Context(), named(t, doing(how), c.measured), dir, 1)
		if r.Err == nil || !strings.Contains(r.Err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", how, r.Err, c.want)
		}
		if v := Judge(r, Device{}); v.Standing != Failed {
			t.Errorf("%s: got %s, want it failed", how, v.Standing)
		}
		isEmpty(t, dir)
	}
}

// closes counts its closes.
type closes struct{ count int }

func (c *closes) Close() error {
	c.count++
	return nil
}

// An engine is closed before its directory is removed, after a panic too.
func TestPanicCloses(t *testing.T) {
	engine := &closes{}
	m := maker[*closes]{needs: engines.NeedsDir, open: func(engines.Env) (*closes, error) { return engine, nil }}
	_, err := m.sample(t.Context(), t.TempDir(), task[*closes]{
		prepare: func(context.Context, *closes) error { panic("not written yet") },
	})
	if err == nil || !strings.Contains(err.Error(), "not written yet") || engine.count != 1 {
		t.Errorf("got error %v and %d closes, want the panic and 1", err, engine.count)
	}
}
