package bufferedlog

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// DefaultBufferBytes is the size of the buffer unless Options says otherwise.
const DefaultBufferBytes = 1 << 20

// Strategy says when entries are written to the log below.
type Strategy int

const (
	// DiskFirst writes them before the call returns.
	DiskFirst Strategy = iota
	// MemoryFirst writes them later.
	MemoryFirst
)

// String returns the word for s that names of engines have.
func (s Strategy) String() string {
	switch s {
	case DiskFirst:
		return "disk-first"
	case MemoryFirst:
		return "memory-first"
	}
	return "unknown"
}

// Options says how a layer works. The zero value is disk-first.
type Options struct {
	Strategy Strategy
	// BufferBytes is for MemoryFirst: at how many bytes of payloads in memory a call
	// writes them. 0 means DefaultBufferBytes.
	BufferBytes int
}

// Engine is an engine with a layer above its log. Its hard state is that of the engine
// below. One goroutine changes the log, as engines.LogStore says; all else may be called
// from any.
type Engine struct {
	below  engines.StorageEngine
	claims engines.Claims
	log    log
}

// log is a layer.
type log interface {
	engines.LogStore
	engines.RangeReplacer
	engines.PurgeBoundaryLoader
	engines.DurableIndexer
	// close refuses all further calls. Before it writes what waits.
	close() error
}

var (
	_ engines.StorageEngine = (*Engine)(nil)
	_ engines.Claimer       = (*Engine)(nil)
)

// Open puts a layer above the log of below, and flushes that log. Close closes below too.
// After an error below is open still, and the caller's.
func Open(below engines.StorageEngine, o Options) (*Engine, error) {
	under, claims := below.LogStore(), engines.ClaimsOf(below)
	keeper, keeps := under.(engines.PurgeBoundaryLoader)
	switch {
	case o.Strategy != DiskFirst && o.Strategy != MemoryFirst:
		return nil, fmt.Errorf("bufferedlog: %w: got strategy %d, want DiskFirst or MemoryFirst", engines.ErrInvalid, o.Strategy)
	case o.BufferBytes < 0:
		return nil, fmt.Errorf("bufferedlog: %w: got a buffer of %d bytes, want 0 or more", engines.ErrInvalid, o.BufferBytes)
	case !keeps:
		return nil, fmt.Errorf("bufferedlog: %w: got a log that loads no purge boundary, want a PurgeBoundaryLoader", engines.ErrInvalid)
	case claims.AcceptsGaps || claims.OverwriteKeepsTail:
		return nil, fmt.Errorf("bufferedlog: %w: got a log that accepts gaps or keeps overwritten tails, want one that declines neither", engines.ErrInvalid)
	}
	if err := under.Flush(context.Background()); err != nil {
		return nil, fmt.Errorf("bufferedlog: flush what was recovered: %w", err)
	}
	l, err := newLog(under, keeper, claims, o)
	if err != nil {
		return nil, fmt.Errorf("bufferedlog: load the purge boundary: %w", err)
	}
	return &Engine{below: below, claims: claimsAbove(under, claims, o.Strategy), log: l}, nil
}

func newLog(under engines.LogStore, keeper engines.PurgeBoundaryLoader, claims engines.Claims, o Options) (log, error) {
	index := &index{writesDurable: claims.WriteDurable, stopped: claims.Volatile}
	if last := under.LastIndex(); !claims.Volatile {
		index.durable, index.written = last, last
	}
	if o.Strategy == DiskFirst {
		return &diskFirst{LogStore: under, PurgeBoundaryLoader: keeper, index: index}, nil
	}
	return openMemoryFirst(under, keeper, index, cmp.Or(o.BufferBytes, DefaultBufferBytes))
}

// claimsAbove returns what a layer promises above a log with claims.
func claimsAbove(under engines.LogStore, claims engines.Claims, s Strategy) engines.Claims {
	if _, replaces := under.(engines.RangeReplacer); !replaces {
		claims.AtomicReplace = false
	}
	if s == MemoryFirst {
		// All is shown, and acknowledged, before it is written.
		claims.WriteDurable, claims.MutationsDurable, claims.ReadsDurable = false, false, false
	}
	return claims
}

// LogStore returns the log, which also is a RangeReplacer, a PurgeBoundaryLoader and a
// DurableIndexer.
func (e *Engine) LogStore() engines.LogStore { return e.log }

// MetaStore returns the hard state of the engine below.
func (e *Engine) MetaStore() engines.MetaStore { return e.below.MetaStore() }

// Claims returns what the engine promises: what the one below does, but for what
// memory-first cannot.
func (e *Engine) Claims() engines.Claims { return e.claims }

// Close writes what waits in memory, and closes the engine below. It makes durable what
// that makes durable.
func (e *Engine) Close() error { return errors.Join(e.log.close(), e.below.Close()) }

// Factory returns engines of f, which must have an Open, with a layer above their logs.
// They are named after f and the strategy.
func Factory(f engines.Factory, o Options) engines.Factory {
	return engines.Factory{
		Name: fmt.Sprintf("%s-%s", f.Name, o.Strategy), Needs: f.Needs, Without: f.Without, Limits: f.Limits,
		Open: func(env engines.Env) (engines.StorageEngine, error) {
			below, err := f.Open(env)
			if err != nil {
				return nil, err
			}
			e, err := Open(below, o)
			if err != nil {
				return nil, errors.Join(err, below.Close())
			}
			return e, nil
		},
	}
}
