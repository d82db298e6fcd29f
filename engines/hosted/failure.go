package hosted

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/ackproof/ackproof/engines"
)

// Failure says how a worker broke the protocol. It is evidence against the engine.
// After a Failure the worker is dead, if it is a Process.
type Failure struct {
	// Manner is engines.MannerExit, MannerSignal, MannerHang, MannerGarbage or
	// MannerPanic.
	Manner string
	// Text says what was expected and what came, with the exit status or the
	// signal if the worker ended by itself.
	Text string
	// Stack is the engine's stack, if a panic was answered.
	Stack string
	// Log is the end of what the worker wrote to stderr.
	Log string
}

// Error returns the manner and the text.
func (f *Failure) Error() string { return "hosted: worker failed (" + f.Manner + "): " + f.Text }

// Hung reports whether the worker gave no answer.
func (f *Failure) Hung() bool { return f.Manner == engines.MannerHang }

// LostPage reports whether the worker ended, or panicked, as it touched a page of a memory map
// that could not be read: by SIGBUS, or in Go by a fault at an address.
func (f *Failure) LostPage() bool {
	return strings.Contains(f.Text, memoryFault) || strings.HasPrefix(f.Text, endedBy+"SIGBUS: ") || strings.Contains(f.Log, "[signal SIGBUS: ")
}

// How texts of failures tell of a memory fault and of a signal.
const (
	memoryFault = "memory fault at address"
	endedBy     = "ended by "
)

// watchdog watches a worker process.
type watchdog interface {
	// watch kills the worker as one that hangs unless the wait is stopped in time.
	watch(op string) stopper
	// finish ends the worker and completes f. ended says that f is for an end of
	// the worker's output, or of what reads its input.
	finish(f *Failure, ended bool)
}

// stopper is something that can be stopped.
type stopper interface{ stop() }

// failures keeps the first failure of a worker, which every later call returns.
type failures struct {
	failing sync.Once
	failed  chan struct{} // closed once failure is set
	failure *Failure
	// watchdog is nil if the worker is no process of ours.
	watchdog watchdog
}

// watch begins to watch a wait for the answer to op, which stop ends.
func (c *failures) watch(op string) stopper {
	if c.watchdog == nil {
		return nil
	}
	return c.watchdog.watch(op)
}

func stop(watch stopper) {
	if watch != nil {
		watch.stop()
	}
}

// fail makes f what every call returns from now on, unless the worker has failed
// already, and returns that.
func (c *failures) fail(f *Failure, ended bool) error {
	c.failing.Do(func() {
		if c.watchdog != nil {
			c.watchdog.finish(f, ended)
		}
		c.failure = f
		close(c.failed)
	})
	return c.failure
}

// err returns the failure, if there is one.
func (c *failures) err() error {
	select {
	case <-c.failed:
		return c.failure
	default:
		return nil
	}
}

func (c *failures) garbage(format string, args ...any) error {
	return c.fail(&Failure{Manner: engines.MannerGarbage, Text: fmt.Sprintf(format, args...)}, false)
}

// ended fails for an end of the worker's output, or of what reads its input.
func (c *failures) ended(format string, args ...any) error {
	return c.fail(&Failure{Manner: engines.MannerExit, Text: fmt.Sprintf(format, args...)}, true)
}

// unread fails for an error of reading a line, of which line is the beginning.
func (c *failures) unread(want string, line []byte, err error) error {
	switch {
	case errors.Is(err, errLineTooLong):
		return c.garbage("got line %s, want %s: %v", quote(line), want, err)
	case len(line) > 0:
		return c.ended("output ended within a line, %s, want %s", quote(line), want)
	}
	return c.ended("output ended, want %s", want)
}
