// Package memlog keeps a Raft log in memory. Nothing survives a close or a
// crash, and its claims say so: it is the engine for tests, and the one whose
// loss of everything a harness must not call a fault.
package memlog

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/keyed"
)

// New returns an empty engine. Any goroutine may use it, with one at a time
// changing the log. A second Close is refused with ErrClosed.
func New() engines.StorageEngine {
	e, err := keyed.Open(&store{entries: map[uint64][]byte{}, meta: map[string][]byte{}}, keyed.Config{
		Name: "memlog", Claims: engines.Claims{Volatile: true, SpaceReclaimed: true, CloseReleases: true}, Naming: keyed.NameNever,
		Boundary: []byte("boundary"), HardState: []byte("hardstate"),
	})
	if err != nil {
		panic(err) // an empty store holds nothing that could be refused
	}
	return e
}

// Factory returns the factory of engines named "mem". It ignores the Env: each
// open gives an empty engine.
func Factory() engines.Factory {
	return engines.Factory{
		Name: "mem",
		Open: func(engines.Env) (engines.StorageEngine, error) { return New(), nil },
	}
}
