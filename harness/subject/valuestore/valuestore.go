// Package valuestore makes a subject of anything that holds one value, such as a counter in
// a file. It is the shortest way to have something tested that is neither a log nor a state
// machine.
package valuestore

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/value"
	programs "github.com/ackproof/ackproof/scenarios/value"
)

// Store is an open thing that holds a value. Read may run beside the other calls; these
// come from one goroutine, but for flush.
type Store[S comparable] interface {
	// Do makes a call, which is a word of the Subject's Calls, or "flush": then all that
	// returned before it is to be durable.
	Do(ctx context.Context, call string) error
	// Read returns the value.
	Read(ctx context.Context) (S, error)
	Close() error
}

// Subject is a thing that holds a value of a type that Go can compare and JSON can hold.
type Subject[S comparable] struct {
	// Name identifies it in reports.
	Name string
	// Open opens it in env, with the zero value of S if env holds none, as
	// engines.Factory says.
	Open func(env engines.Env) (Store[S], error)
	// Calls are what changes the value, by words in small letters.
	Calls value.Calls[S]
	// Buffered: a call is durable at the next flush, not when it returns.
	Buffered bool
}

// Of returns s as a subject of a kind of its own.
func Of[S comparable](s Subject[S]) subject.Factory {
	contract := value.Contract[S]{Buffered: s.Buffered, Calls: s.Calls}
	words := slices.Sorted(maps.Keys(s.Calls))
	return subject.Factory{
		Kind: &subject.Kind{
			Name: "value " + s.Name, Shown: "value", Language: programs.Language(words...), Stored: value.Stored(s.Calls), Unopened: contract,
		},
		Name: s.Name,
		Open: func(env engines.Env) (subject.Store, error) {
			opened, err := s.Open(env)
			if err != nil {
				return nil, err
			}
			return store[S]{opened, contract, words[0]}, nil
		},
	}
}

// store is an open thing as a subject.
type store[S comparable] struct {
	Store[S]
	contract value.Contract[S]
	// first is the call that a probe makes.
	first string
}

// Contract returns what the thing is held to.
func (s store[S]) Contract() models.Contract { return s.contract }

// Call makes a call.
func (s store[S]) Call(ctx context.Context, op models.Op, _ any) (answer any, err error) {
	if !op.Reads() {
		return nil, s.Do(ctx, op.Word())
	}
	got, err := s.Read(ctx)
	return &value.Answer[S]{Value: got}, err
}

// Show reads the value.
func (s store[S]) Show(ctx context.Context) (models.View, error) {
	got, err := s.Read(ctx)
	return &value.View[S]{Value: got}, err
}

// Probe makes a call, and reads what it made.
func (s store[S]) Probe(ctx context.Context, v models.View) (models.Probe, error) {
	want := s.contract.Calls[s.first](v.(*value.View[S]).Value)
	if err := s.Do(ctx, s.first); err != nil {
		return nil, err
	}
	got, err := s.Read(ctx)
	if err == nil && got != want {
		err = subject.Mismatch(fmt.Sprintf("after %s the value is %v, and should be %v", s.first, got, want))
	}
	return &value.Probe[S]{Call: s.first, Value: want}, err
}
