package host

import (
	"errors"
	"time"
)

// Limits bound what engines do.
type Limits struct {
	// HangAfter is how long a call or a recovery may take before the engine is said
	// to hang.
	HangAfter time.Duration
	// Done ends everything once it is closed: what is under way is given up, and
	// nothing new is begun. What was to return panics with [ErrOutOfTime], for [Guard];
	// only Close methods return. A nil Done never ends anything.
	Done <-chan struct{}
}

// ErrOutOfTime reports that Limits.Done was closed. Nothing is known of the engine
// then.
var ErrOutOfTime = errors.New("out of time")

// over reports whether Done is closed.
func (l Limits) over() bool {
	select {
	case <-l.Done:
		return true
	default:
		return false
	}
}

// check panics if Done is closed.
func (l Limits) check() {
	if l.over() {
		panic(environment{ErrOutOfTime})
	}
}

// whenDone calls f, on a goroutine of its own, once done is closed. The returned
// function ends that, and reports whether f was not called and never will be.
func whenDone(done <-chan struct{}, f func()) (stop func() bool) {
	if done == nil {
		return func() bool { return true }
	}
	stopped, called := make(chan struct{}), make(chan bool, 1)
	go func() {
		select {
		case <-done:
			f()
			called <- true
		case <-stopped:
			called <- false
		}
	}()
	return func() bool {
		close(stopped)
		return !<-called
	}
}
