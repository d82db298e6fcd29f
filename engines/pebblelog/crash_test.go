package pebblelog

import (
	"context"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/ackproof/ackproof/engines"
)

func batch(first, last uint64, sizeBytes int) []engines.Entry {
	var out []engines.Entry
	for index := first; index <= last; index++ {
		out = append(out, engines.Entry{Index: index, Term: 1, Payload: make([]byte, sizeBytes)})
	}
	return out
}

func open(t testing.TB, o Options) *Engine {
	t.Helper()
	if o.Tune == nil {
		o.Tune = Small
	}
	o.Dir = "/db"
	e, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// loss is what a power loss that takes everything not synced leaves after do.
type loss struct {
	name     string
	buffered bool
	do       func(context.Context, *Engine) error
	last     uint64
	boundary uint64
	term     uint64
}

func losses() []loss {
	const rotating = 1000 // bytes of payload with which 200 entries outgrow a memtable
	return []loss{
		{"durable persist", false, func(ctx context.Context, e *Engine) error {
			return e.LogStore().PersistEntries(ctx, batch(1, 9, 10))
		}, 9, 0, 0},
		{"durable truncate", false, func(ctx context.Context, e *Engine) error {
			return first(e.LogStore().PersistEntries(ctx, batch(1, 9, 10)), e.LogStore().Truncate(ctx, 5))
		}, 4, 0, 0},
		{"durable purge", false, func(ctx context.Context, e *Engine) error {
			return first(e.LogStore().PersistEntries(ctx, batch(1, 9, 10)), e.LogStore().Purge(ctx, engines.LogID{Index: 5, Term: 1}))
		}, 9, 5, 0},
		{"durable reset", false, func(ctx context.Context, e *Engine) error {
			return first(e.LogStore().Purge(ctx, engines.LogID{Index: 5, Term: 1}), e.LogStore().Reset(ctx))
		}, 0, 0, 0},
		{"buffered persist is lost", true, func(ctx context.Context, e *Engine) error {
			return e.LogStore().PersistEntries(ctx, batch(1, 9, 10))
		}, 0, 0, 0},
		{"buffered flush", true, func(ctx context.Context, e *Engine) error {
			return first(e.LogStore().PersistEntries(ctx, batch(1, 9, 10)), e.LogStore().Flush(ctx))
		}, 9, 0, 0},
		{"buffered flush after the log was rotated", true, func(ctx context.Context, e *Engine) error {
			for index := uint64(1); index <= 200; index++ {
				if err := e.LogStore().PersistEntries(ctx, batch(index, index, rotating)); err != nil {
					return err
				}
			}
			return e.LogStore().Flush(ctx)
		}, 200, 0, 0},
		{"buffered hard state takes the log with it", true, func(ctx context.Context, e *Engine) error {
			return first(
				e.LogStore().PersistEntries(ctx, batch(1, 9, 10)),
				e.MetaStore().SaveHardState(ctx, engines.HardState{Term: 3, Vote: 1}),
				e.LogStore().PersistEntries(ctx, batch(10, 12, 10)),
			)
		}, 9, 0, 3},
	}
}

func TestPowerLoss(t *testing.T) {
	for _, tt := range losses() {
		t.Run(tt.name, func(t *testing.T) {
			ctx, fs := t.Context(), vfs.NewCrashableMem()
			e := open(t, Options{FS: fs, Buffered: tt.buffered})
			defer e.Close()
			// The zero CrashCloneCfg keeps only what was synced.
			must(t, tt.do(ctx, e))
			after := open(t, Options{FS: fs.CrashClone(vfs.CrashCloneCfg{}), Buffered: tt.buffered})
			defer after.Close()
			if got := after.LogStore().LastIndex(); got != tt.last {
				t.Errorf("got last index %d, want %d", got, tt.last)
			}
			boundary, _, err := after.LogStore().(engines.PurgeBoundaryLoader).LoadPurgeBoundary(ctx)
			if err != nil || boundary.Index != tt.boundary {
				t.Errorf("got purge boundary %d, error %v, want %d", boundary.Index, err, tt.boundary)
			}
			state, _, err := after.MetaStore().LoadHardState(ctx)
			if err != nil || state.Term != tt.term {
				t.Errorf("got hard state %+v, error %v, want term %d", state, err, tt.term)
			}
		})
	}
}

// first returns the first error of calls that were made in order.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
