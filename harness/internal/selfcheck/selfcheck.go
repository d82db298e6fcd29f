// Package selfcheck has two tiny engines of which it is known what a run must say: one
// holds, the other is refuted. A harness that says something else is broken.
package selfcheck

import (
	"sync"
	"sync/atomic"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/logstore"
)

// Check is a check of the harness, and what it said. It is safe for concurrent use.
type Check struct {
	// Sound is an engine that must hold under every profile, Canary one that must be
	// refuted as it loses what it acknowledged.
	Sound, Canary subject.Factory

	said  sync.Map // Place to string
	times atomic.Int64
}

// Place is what the harness is checked for: a profile, and a kind of host.
type Place struct {
	Profile crash.Profile
	Needs   engines.Needs
}

// BuiltIn is the check of all runs of this process.
var BuiltIn = New()

// New returns a check with the built-in engines that has said nothing yet.
func New() *Check {
	return &Check{Sound: logstore.Of(factory(fsyncs)), Canary: logstore.Of(factory(neverFsyncs))}
}

// Factories returns the built-in engines for workers.
func Factories() []subject.Factory {
	return []subject.Factory{logstore.Of(factory(fsyncs)), logstore.Of(factory(neverFsyncs))}
}

// Once returns what the check said of a place, and has it say so if it has not yet: what
// is broken, "" for nothing. An error is not remembered.
func (c *Check) Once(p Place, check func() (broken string, err error)) (broken string, err error) {
	if said, ok := c.said.Load(p); ok {
		return said.(string), nil
	}
	if broken, err = check(); err != nil {
		return "", err
	}
	c.times.Add(1)
	c.said.Store(p, broken)
	return broken, nil
}

// Times returns how often the check came to an end.
func (c *Check) Times() int { return int(c.times.Load()) }
