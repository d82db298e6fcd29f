// Package subject says what the harness asks of the thing that it tests, of whatever kind:
// a log store, a state machine, or anything else that stores.
//
// A [Kind] says what kinds of subjects there are, as values; a [Factory] opens subjects of
// one kind, and an open one is a [Store]. The harness asks nothing else.
package subject

import (
	"context"
	"errors"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// Kind is a kind of subject. It is a value that nobody changes.
type Kind struct {
	// Name is the kind's word in bundles.
	Name string
	// Language is what programs are written in.
	Language scenarios.Language
	// Stored reads what bundles and workers hold of a subject.
	Stored models.Stored
	// Shown is the word for what a subject shows: log, state.
	Shown string
	// Beside are the names of directories beside the subject's own in which it is given
	// paths to write to.
	Beside []string
	// Restoring returns the factory of subjects that are asked, each time they open, to start
	// over from a file beside them that calls wrote. Ok is false if none did. It is nil for
	// kinds that have no such files.
	Restoring func(f Factory, file string, calls models.History) (_ Factory, ok bool)
	// Go is how a test in Go names what is the kind's own.
	Go Go
	// Unopened is the contract of a subject of which nothing is known, as it never opened.
	Unopened models.Contract
}

// Go is Go source for a kind of subject, as a test of somebody else has it. The zero value is
// for kinds that a test makes itself.
type Go struct {
	// Imports are the import paths of what Factory and Store name.
	Imports []string
	// Programs is the import path of the package that has MustParse for its programs.
	Programs string
	// Factory and Store are the types of a factory, and of what its Open returns, and Run
	// is what takes the factory.
	Factory, Store, Run string
}

// Store is an open subject. Calls come from the goroutines that a program has; the other
// methods are never called beside any.
type Store interface {
	// Call makes a call: op says what is done, input has what it takes beside that. The
	// answer is of the type that op's AnswerText takes, or nil.
	Call(ctx context.Context, op models.Op, input any) (answer any, err error)
	// Show reads everything.
	Show(ctx context.Context) (models.View, error)
	// Probe writes something more to a subject that showed v, and reads it back. An
	// error that wraps [ErrMismatch] says that something else came back.
	Probe(ctx context.Context, v models.View) (models.Probe, error)
	// Contract returns what the subject is held to.
	Contract() models.Contract
	// Close closes the subject.
	Close() error
}

// ErrMismatch reports a probe that read back something else than it wrote, or two reads that do
// not agree.
var ErrMismatch = errors.New("mismatch")

// Mismatch is an [ErrMismatch] in words that say what was read back.
type Mismatch string

// Error returns the words.
func (m Mismatch) Error() string { return string(m) }

// Is reports whether target is ErrMismatch.
func (m Mismatch) Is(target error) bool { return target == ErrMismatch }

// Factory opens subjects of one kind.
type Factory struct {
	Kind *Kind
	// Name identifies the subject in reports and on the command line.
	Name string
	// Open opens the subject in env, creating it there if env holds none, as
	// engines.Factory says. Needs says what it must be given.
	Open  func(env engines.Env) (Store, error)
	Needs engines.Needs
	// OpenReadOnly, where a subject has it, opens what is in env without changing
	// anything there.
	OpenReadOnly func(env engines.Env) (Store, error)
	// Program, if not nil, is the path and arguments of a program that runs the subject.
	Program []string
	// Connect opens the subject in dir, a directory as a worker sees it; here is the same
	// directory as this process sees it.
	Connect func(conn *hosted.Conn, dir string, here engines.Env, readOnly bool) (Store, error)
	// Server returns the worker's side of Connect. Each open calls before with its
	// directory first.
	Server func(before func(dir string)) *hosted.Server
	// Limited returns the factory with limits that its subject keeps to beside its own. It
	// may be nil.
	Limited func(l engines.Limits) Factory
	// Greeted returns the factory as it is once its worker has said hello, which may
	// narrow what the subject offers. It may be nil.
	Greeted func(hello hosted.Hello) Factory
	// Writer and Reader are the two of a [Handover], nil for any other factory.
	Writer, Reader *Factory
	// Logs and Machines are what the subject is made of, for who checks these alone.
	Logs     []engines.Factory
	Machines []engines.MachineFactory
}
