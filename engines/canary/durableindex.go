package canary

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/bufferedlog"
)

// indexCanaries are wrong about how much of the log is durable. The engine below is durable
// at Flush, what it recovers too: so each thing that the index rests on is seen.
func indexCanaries() []Canary {
	below := mode{buffered: true, lazy: true}.factory()
	return []Canary{
		Canary{
			Name: "durable-index-at-open", Property: "durable-index-honest",
			About: "The durable index begins at the last index of what is opened, without an fsync (d-engine 0.2's buffered log).",
		}.belowIndex(below, func(l fullLog) engines.LogStore { return &noFirstFlush{fullLog: l} }),
		Canary{
			Name: "durable-index-never-lowered", Property: "durable-index-honest",
			About: "A conflict cuts the log below the durable index, which stays: the entries that take the place of those it spoke of count as durable (d-engine 0.2's buffered log).",
		}.inIndex(below, func(l indexedLog) engines.LogStore { return &risingIndex{indexedLog: l} }),
		Canary{
			Name: "durable-index-believes-claim", Property: "durable-index-honest",
			About: "The log below says that its writes are durable and only hands them to the operating system: the durable index moves as they are written.",
		}.belowIndex(below, func(l fullLog) engines.LogStore { return saysDurable{l} }),
		Canary{
			Name: "durable-index-past-failed-flush", Property: "durable-index-honest", Faults: true,
			About: "A flush moves the durable index and then looks at its error, which its caller is told.",
		}.pastFailedFlush(below),
	}
}

// writtenBehind makes short programs fill the buffer.
var writtenBehind = bufferedlog.Options{Strategy: bufferedlog.MemoryFirst, BufferBytes: 64}

// indexedLog is a log with all abilities, and a durable index.
type indexedLog interface {
	fullLog
	engines.DurableIndexer
}

// inIndex returns c with a durable index above the log of f, and that changed.
func (c Canary) inIndex(f engines.Factory, change func(indexedLog) engines.LogStore) Canary {
	return c.inLog(bufferedlog.Factory(f, writtenBehind), func(l fullLog) engines.LogStore { return change(l.(indexedLog)) })
}

// belowIndex returns c with a durable index above the log of f, which is changed.
func (c Canary) belowIndex(f engines.Factory, change func(fullLog) engines.LogStore) Canary {
	c.healthy, c.planted = bufferedlog.Factory(f, writtenBehind), bufferedlog.Factory(plantInLog(f, change), writtenBehind)
	return c
}

// noFirstFlush takes the first flush, which is that of the open above, for granted.
type noFirstFlush struct {
	fullLog
	opened atomic.Bool
}

func (l *noFirstFlush) Flush(ctx context.Context) error {
	if !l.opened.Swap(true) {
		return nil
	}
	return l.fullLog.Flush(ctx)
}

// risingIndex returns no smaller index than before.
type risingIndex struct {
	indexedLog
	mu      sync.Mutex
	highest uint64
}

func (l *risingIndex) DurableIndex(ctx context.Context) (uint64, error) {
	index, err := l.indexedLog.DurableIndex(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.highest = max(l.highest, index)
	return l.highest, err
}

// saysDurable claims what it does not do.
type saysDurable struct{ fullLog }

func (saysDurable) IsWriteDurable() bool { return true }

// pastFailedFlush returns c with a durable index above the log of f, from which failed
// flushes are kept: callers are told.
func (c Canary) pastFailedFlush(f engines.Factory) Canary {
	c.healthy = bufferedlog.Factory(f, writtenBehind)
	c.planted = engines.Factory{Name: c.healthy.Name, Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := f.Open(env)
		if err != nil {
			return nil, err
		}
		below := &quiet{fullLog: e.LogStore().(fullLog)}
		above, err := bufferedlog.Open(withLog{e.(claimingEngine), below}, writtenBehind)
		if err := errors.Join(err, below.failed()); err != nil {
			return nil, errors.Join(err, e.Close())
		}
		return withLog{above, outspoken{above.LogStore().(indexedLog), below}}, nil
	}}
	return c
}

// quiet keeps to itself that flushes fail.
type quiet struct {
	fullLog
	mu  sync.Mutex
	err error
}

func (l *quiet) Flush(ctx context.Context) error {
	err := l.fullLog.Flush(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
	return nil
}

// failed returns the error of the newest flush.
func (l *quiet) failed() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// outspoken tells what a log below keeps to itself.
type outspoken struct {
	indexedLog
	below *quiet
}

func (l outspoken) Flush(ctx context.Context) error {
	return errors.Join(l.indexedLog.Flush(ctx), l.below.failed())
}
