package pebblestore

import (
	"errors"
	"fmt"
	"sync"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
)

// ErrFatal is wrapped by every error of a database after Pebble has given up, as
// it does when it cannot write its log or its manifest. Only opening the
// directory again, in another process, shows what is stored. Until this process
// ends, the given-up database keeps its memory, its files and its lock on the
// directory; nothing that it does reaches the disk any more.
var ErrFatal = errors.New("pebble has given up")

// guard keeps a fatal error of Pebble from ending the process.
//
// Pebble reports such an error to its logger's Fatalf, from whatever goroutine
// found it, with its locks held, and relies on Fatalf never to return. Usually the
// process exits there. The guard instead stops that goroutine forever, exactly
// where an exit would have: nothing after it runs, no deferred function either,
// so nothing half done reaches the disk. The callers return the error, those
// that wait for a lock of Pebble included, since each call into Pebble runs on a
// goroutine of its own that can be left behind.
//
// The price: after a fatal error the database, its stopped goroutines and its
// file handles are leaked, its directory stays locked in this process, and Close
// does not wait for it. What the guard cannot catch is a panic on one of
// Pebble's background goroutines, but for what [panicStops] stops; that still
// ends the process. A panic in a call is caught and is fatal too, since Pebble may have
// left its locks held.
type guard struct {
	once sync.Once
	// err is set before happened is closed.
	err      error
	happened chan struct{}
}

func newGuard() *guard { return &guard{happened: make(chan struct{})} }

// watch makes options report to g what is fatal.
func (g *guard) watch(options *pebble.Options) {
	options.Logger = logger{Logger: options.Logger, guard: g}
	options.LoggerAndTracer = nil // it would get round the logger
	listener := pebble.EventListener{}
	if options.EventListener != nil {
		listener = *options.EventListener
	}
	if listener.DataCorruption == nil {
		// By default it is fatal. The reader that found it gets an error anyway.
		listener.DataCorruption = func(pebble.DataCorruptionInfo) {}
	}
	options.EventListener = &listener
}

// fail records the first fatal error.
func (g *guard) fail(err error) {
	g.once.Do(func() {
		g.err = fmt.Errorf("%w: %w", ErrFatal, err)
		close(g.happened)
	})
}

// run does work on a goroutine of its own and returns its error, or the fatal
// one if that comes first or came before. After an error, work may still be
// running: what it writes to must not be read.
func (g *guard) run(work func() error) error {
	select {
	case <-g.happened:
		return g.err
	default:
	}
	done := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				g.fail(fmt.Errorf("panic: %v", p))
			}
		}()
		done <- work()
	}()
	select {
	case err := <-done:
		return classify(err)
	case <-g.happened:
		return g.err
	}
}

// classify gives Pebble's corruption the contract's name.
func classify(err error) error {
	if pebble.IsCorruptionError(err) { // errors.Is sees no mark of Pebble's own errors package
		return fmt.Errorf("%w: %w", engines.ErrCorrupt, err)
	}
	return err
}

// logger is a logger whose Fatalf stops the goroutine instead of the process.
type logger struct {
	pebble.Logger
	guard *guard
}

func (l logger) Fatalf(format string, args ...any) {
	l.guard.fail(fmt.Errorf(format, args...))
	select {}
}

// silent is a logger that says nothing.
type silent struct{}

func (silent) Infof(string, ...any)  {}
func (silent) Errorf(string, ...any) {}
func (silent) Fatalf(string, ...any) {}
