package harness

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/ackproof/ackproof/engines/hosted"
)

// runner runs an engine's code on a goroutine of its own, so that a panic or a
// hang there ends the one call and nothing else. It is for one goroutine.
type runner struct {
	hangAfter time.Duration
	timer     *time.Timer
	jobs      chan func() // nil: whoever calls runs the job
	done      chan *callFailure
}

// crash is how engine code failed to return.
type callFailure struct {
	manner string // "panic", "hang", or how a worker ended
	text   string
	stack  string
	// environment is what was not the engine's fault.
	environment *environment
}

func newRunner(hangAfter time.Duration) *runner {
	r := &runner{hangAfter: hangAfter, timer: time.NewTimer(hangAfter)}
	r.start()
	return r
}

// watchedElsewhere returns a runner for jobs that call an engine in a worker: that
// it hangs is noticed there, and the worker's end ends the call.
func watchedElsewhere() *runner { return &runner{} }

// start makes a goroutine to run on. Its channels are its own: what a hung
// predecessor may still send goes nowhere.
func (r *runner) start() {
	jobs, done := make(chan func()), make(chan *callFailure, 1)
	r.jobs, r.done = jobs, done
	go func() {
		for job := range jobs {
			done <- attempt(job)
		}
	}()
}

// attempt runs job and returns how it panicked, nil if it did not.
func attempt(job func()) (failed *callFailure) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *hosted.Failure:
			failed = &callFailure{manner: p.Manner, text: p.Text, stack: cmp.Or(p.Stack, p.Log)}
		case environment:
			failed = &callFailure{environment: &p}
		default:
			failed = &callFailure{manner: "panic", text: fmt.Sprint(p), stack: trimStack(debug.Stack())}
		}
	}()
	job()
	return nil
}

// mustReturn panics if err says that the engine's process did not return from a
// call: an engine's own errors are answers, this is none.
func mustReturn(err error) {
	var failure *hosted.Failure
	if errors.As(err, &failure) {
		panic(failure)
	}
}

// environment is a panic with an error of the environment, such as a process
// that does not start, where only the engine's failures are results. [guard]
// ends it.
type environment struct{ error }

// guard makes an environment's panic the error of the function that defers it.
func guard(err *error) {
	switch p := recover().(type) {
	case nil:
	case environment:
		*err = p.error
	default:
		panic(p)
	}
}

// run runs job and returns how it crashed, nil if it returned. After a hang the
// goroutine is left behind, and what job shares with it may still change.
func (r *runner) run(job func()) *callFailure {
	if r.jobs == nil {
		return orEnvironment(attempt(job))
	}
	r.timer.Reset(r.hangAfter)
	r.jobs <- job
	select {
	case failed := <-r.done:
		return orEnvironment(failed)
	case <-r.timer.C:
	}
	stacks := make([]byte, 64<<10)
	stacks = stacks[:runtime.Stack(stacks, true)]
	close(r.jobs)
	r.start()
	return &callFailure{manner: "hang", text: fmt.Sprintf("no answer within %v", r.hangAfter), stack: string(stacks)}
}

// orEnvironment returns how a job crashed, and panics again if the environment did.
func orEnvironment(failed *callFailure) *callFailure {
	if failed != nil && failed.environment != nil {
		panic(*failed.environment)
	}
	return failed
}

// stop ends the runner.
func (r *runner) stop() {
	if r.jobs == nil {
		return
	}
	r.timer.Stop()
	close(r.jobs)
}

// trimStack returns the frames of a stack from the panic on.
func trimStack(stack []byte) string {
	lines := strings.Split(string(stack), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "panic(") && i+2 < len(lines) {
			return strings.Join(lines[i+2:], "\n")
		}
	}
	return string(stack)
}
