package hosted

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
)

// Open opens the log in dir, a directory that the worker sees under this name.
// It has the abilities that the worker lists, no others, and is an engines.Claimer
// if the worker states claims. An engine of this Conn that is still open is
// abandoned, as if its process had crashed. A worker that runs something else is not
// asked: the error wraps [ErrSubject].
//
// Every method returns a *Failure if the worker breaks the protocol; LastIndex,
// which can return no error, panics with it, and with any other error. A context
// is looked at before the request is sent; a request that was sent is waited for.
// After Close, or once another engine was opened, methods return ErrClosed and
// LastIndex 0.
func (c *Conn) Open(dir string, readOnly bool) (engines.StorageEngine, error) {
	var answer LogAnswer
	h, err := c.open(SubjectLog, dir, readOnly, &answer)
	if err != nil {
		return nil, err
	}
	e := &engine{handle: h}
	e.log, e.meta = newLogStore(e, answer.Abilities), &metaStore{e}
	if answer.Claims == nil {
		return e, nil
	}
	e.durable = answer.Claims.WriteDurable
	return &claimer{engine: e, claims: engines.Claims(*answer.Claims)}, nil
}

// claimer is an engine that states its claims.
type claimer struct {
	*engine
	claims engines.Claims
}

func (c *claimer) Claims() engines.Claims { return c.claims }

// newLogStore returns the log with exactly these abilities.
func newLogStore(e *engine, abilities []string) engines.LogStore {
	log, indexer := &logStore{e}, durableIndexer{e}
	both := replacingKeeping{log, rangeReplacer{e}, boundaryLoader{e}}
	replaces := replacing{log, both.rangeReplacer}
	keeps := keeping{log, both.boundaryLoader}
	has := func(ability string) bool { return slices.Contains(abilities, ability) }
	switch [...]bool{has(abilityReplaceRange), has(abilityPurgeBoundary), has(abilityDurableIndex)} {
	case [...]bool{true, true, true}:
		return struct {
			replacingKeeping
			durableIndexer
		}{both, indexer}
	case [...]bool{true, true, false}:
		return both
	case [...]bool{true, false, true}:
		return struct {
			replacing
			durableIndexer
		}{replaces, indexer}
	case [...]bool{true, false, false}:
		return replaces
	case [...]bool{false, true, true}:
		return struct {
			keeping
			durableIndexer
		}{keeps, indexer}
	case [...]bool{false, true, false}:
		return keeps
	case [...]bool{false, false, true}:
		return struct {
			*logStore
			durableIndexer
		}{log, indexer}
	}
	return log
}

// The logs with the abilities that have been there longest.
type (
	replacing struct {
		*logStore
		rangeReplacer
	}
	keeping struct {
		*logStore
		boundaryLoader
	}
	replacingKeeping struct {
		*logStore
		rangeReplacer
		boundaryLoader
	}
)
