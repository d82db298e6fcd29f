package bufferedlog

import (
	"context"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/memlog"
)

// below is an engine in memory that claims what a durable one would, and whose log's
// writes and flushes are watched.
type below struct {
	engines.StorageEngine
	claims engines.Claims
	log    *watchedLog
}

func (b *below) LogStore() engines.LogStore { return b.log }
func (b *below) Claims() engines.Claims     { return b.claims }

type fullLog interface {
	engines.LogStore
	engines.RangeReplacer
	engines.PurgeBoundaryLoader
}

// watchedLog calls before each write and flush what is set, and fails with its error.
type watchedLog struct {
	fullLog
	durable            bool
	onWrite, onFlush   func() error
	writes, flushCount int
}

func (l *watchedLog) IsWriteDurable() bool { return l.durable }

func (l *watchedLog) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	l.writes++
	if l.onWrite != nil {
		if err := l.onWrite(); err != nil {
			return err
		}
	}
	return l.fullLog.PersistEntries(ctx, entries)
}

func (l *watchedLog) Flush(ctx context.Context) error {
	l.flushCount++
	if l.onFlush != nil {
		if err := l.onFlush(); err != nil {
			return err
		}
	}
	return l.fullLog.Flush(ctx)
}

// newBelow returns an engine whose log holds the entries up to last.
func newBelow(t *testing.T, last uint64) *below {
	t.Helper()
	mem := memlog.New()
	log := &watchedLog{fullLog: mem.LogStore().(fullLog)}
	if last > 0 {
		must(t, log.PersistEntries(t.Context(), span(1, last, 1)))
	}
	return &below{mem, engines.Claims{AtomicBatch: true, HardStateDurable: true}, log}
}

// layer is an engine and the watched log below it.
type layer struct {
	t *testing.T
	*Engine
	under *watchedLog
}

func open(t *testing.T, b *below, o Options) layer {
	t.Helper()
	e, err := Open(b, o)
	must(t, err)
	return layer{t, e, b.log}
}

func (l layer) persist(first, last, term uint64) {
	l.t.Helper()
	must(l.t, l.log.PersistEntries(l.t.Context(), span(first, last, term)))
}

func (l layer) flush() {
	l.t.Helper()
	must(l.t, l.log.Flush(l.t.Context()))
}

// wants checks the durable index.
func (l layer) wants(index uint64, when string) {
	l.t.Helper()
	if got, err := l.log.DurableIndex(l.t.Context()); err != nil || got != index {
		l.t.Errorf("%s: got durable index %d, %v, want %d", when, got, err, index)
	}
}

func span(first, last, term uint64) []engines.Entry {
	var out []engines.Entry
	for i := first; i <= last; i++ {
		out = append(out, engines.Entry{Index: i, Term: term, Payload: []byte{byte(i), byte(term)}})
	}
	return out
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var strategies = []Strategy{DiskFirst, MemoryFirst}

// each runs test for both strategies.
func each(t *testing.T, test func(t *testing.T, s Strategy)) {
	for _, s := range strategies {
		t.Run(s.String(), func(t *testing.T) { test(t, s) })
	}
}
