package host

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/models"
)

// watchdog runs an engine's code on a goroutine of its own, so that a panic or a
// hang there ends the one call and nothing else. It is for one goroutine.
type watchdog struct {
	hangAfter time.Duration
	timer     *time.Timer
	jobs      chan func() // nil: whoever calls runs the job
	done      chan *CallFailure
}

// CallFailure is how an engine's code failed to return.
type CallFailure struct {
	// Manner is engines.MannerPanic, MannerHang, or how a worker ended.
	Manner      string
	Text, Stack string
	environment *environment // what was not the engine's fault
}

// String returns the manner and the text.
func (f *CallFailure) String() string { return f.Manner + ": " + f.Text }

// Result returns the result of a call that failed so.
func (f *CallFailure) Result() models.Result {
	return models.Result{Err: f.String(), Failure: &models.Failure{Manner: f.Manner, Text: f.Text, Stack: f.Stack}}
}

func newWatchdog(hangAfter time.Duration) *watchdog {
	w := &watchdog{hangAfter: hangAfter, timer: time.NewTimer(hangAfter)}
	w.start()
	return w
}

// watchedElsewhere returns a watchdog for jobs that call an engine in a worker: that
// it hangs is noticed there, and the worker's end ends the call.
func watchedElsewhere() *watchdog { return &watchdog{} }

// start makes a goroutine to run on. Its channels are its own: what a hung
// predecessor may still send goes nowhere.
func (w *watchdog) start() {
	jobs, done := make(chan func()), make(chan *CallFailure, 1)
	w.jobs, w.done = jobs, done
	go func() {
		for job := range jobs {
			done <- attempt(job)
		}
	}()
}

// attempt runs job and returns how it panicked, nil if it did not.
func attempt(job func()) (failed *CallFailure) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *hosted.Failure:
			failed = &CallFailure{Manner: p.Manner, Text: p.Text, Stack: cmp.Or(p.Stack, p.Log)}
		case environment:
			failed = &CallFailure{environment: &p}
		default:
			failed = &CallFailure{Manner: engines.MannerPanic, Text: fmt.Sprint(p), Stack: trimStack(debug.Stack())}
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

// run runs job and returns how it failed, nil if it returned. After a hang the
// goroutine is left behind, and what job shares with it may still change.
func (w *watchdog) run(job func()) *CallFailure {
	if w.jobs == nil {
		return orEnvironment(attempt(job))
	}
	w.timer.Reset(w.hangAfter)
	w.jobs <- job
	select {
	case failed := <-w.done:
		return orEnvironment(failed)
	case <-w.timer.C:
	}
	stacks := make([]byte, 64<<10)
	stacks = stacks[:runtime.Stack(stacks, true)]
	close(w.jobs)
	w.start()
	return &CallFailure{Manner: engines.MannerHang, Text: fmt.Sprintf("no answer within %v", w.hangAfter), Stack: string(stacks)}
}

// orEnvironment returns how a job failed, and panics again if the environment did.
func orEnvironment(failed *CallFailure) *CallFailure {
	if failed != nil && failed.environment != nil {
		panic(*failed.environment)
	}
	return failed
}

// stop ends the watchdog.
func (w *watchdog) stop() {
	if w.jobs == nil {
		return
	}
	w.timer.Stop()
	close(w.jobs)
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
