package host

import (
	"cmp"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/internal/watch"
	"github.com/ackproof/ackproof/models"
)

// watchdog runs an engine's code on a goroutine of its own, so that a panic or a
// hang there ends the one call and nothing else. It is for one goroutine.
type watchdog struct {
	limits Limits
	clock  *watch.Clock
	timer  *time.Timer
	jobs   chan func() // nil: whoever calls runs the job
	done   chan *CallFailure
	// goroutine is the number of the one that runs jobs.
	goroutine string
}

// CallFailure is how an engine's code failed to return.
type CallFailure struct {
	// Manner is engines.MannerPanic, MannerHang, or how a worker ended.
	Manner      string
	Text, Stack string
	// LostPage is that of [models.Failure].
	LostPage    bool
	environment *environment // what was not the engine's fault
}

// String returns the manner and the text.
func (f *CallFailure) String() string { return f.Manner + ": " + f.Text }

// Result returns the result of a call that failed so.
func (f *CallFailure) Result() models.Result {
	return models.Result{Err: f.String(), Failure: &models.Failure{Manner: f.Manner, Text: f.Text, Stack: f.Stack, LostPage: f.LostPage}}
}

func newWatchdog(l Limits) *watchdog {
	w := &watchdog{limits: l, clock: watch.NewClock(l.HangAfter, watch.Self), timer: time.NewTimer(l.HangAfter)}
	w.start()
	return w
}

// watchedElsewhere returns a watchdog for jobs that call an engine in a worker: that
// it hangs is noticed there, and the worker's end, at the limits' too, ends the call.
func watchedElsewhere(l Limits) *watchdog { return &watchdog{limits: l} }

// start makes a goroutine to run on. Its channels are its own: what a hung
// predecessor may still send goes nowhere.
func (w *watchdog) start() {
	jobs, done := make(chan func()), make(chan *CallFailure, 1)
	w.jobs, w.done = jobs, done
	number := make(chan string)
	go func() {
		number <- watch.Goroutine()
		for job := range jobs {
			done <- attempt(job)
		}
	}()
	w.goroutine = <-number
}

// attempt runs job and returns how it panicked, nil if it did not.
func attempt(job func()) (failed *CallFailure) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *hosted.Failure:
			failed = &CallFailure{Manner: p.Manner, Text: p.Text, Stack: stackOf(p), LostPage: p.LostPage()}
		case environment:
			failed = &CallFailure{environment: &p}
		default:
			failed = &CallFailure{Manner: engines.MannerPanic, Text: fmt.Sprint(p), Stack: trimStack(debug.Stack())}
		}
	}()
	job()
	return nil
}

// stackOf returns the stack of a worker's failure, or the end of its log, which may hold
// one. Of a worker in Go that hung the goroutine that serves calls comes first.
func stackOf(f *hosted.Failure) string {
	if f.Manner != engines.MannerHang {
		return cmp.Or(f.Stack, f.Log)
	}
	return watch.First(f.Log, func(stack string) bool { return strings.Contains(stack, "engines/hosted.(*session).serve(") })
}

// mustReturn panics if err says that the engine's process did not return from a
// call: an engine's own errors are answers, this is none.
func mustReturn(err error) {
	var failure *hosted.Failure
	if errors.As(err, &failure) {
		panic(failure)
	}
}

// run runs job and returns how it failed, nil if it returned. After a hang, and at
// the end of time, the goroutine is left behind, and what job shares with it may still
// change.
func (w *watchdog) run(job func()) *CallFailure {
	w.limits.check()
	if w.jobs == nil {
		failed := attempt(job)
		w.limits.check() // the worker was ended, which is not the engine's failure
		return orEnvironment(failed)
	}
	w.clock.Start()
	w.timer.Reset(w.clock.Step())
	w.jobs <- job
	for {
		select {
		case failed := <-w.done:
			return orEnvironment(failed)
		case <-w.limits.Done:
			w.giveUp()
		case <-w.timer.C:
			if w.clock.Tick() {
				return w.hang()
			}
			w.timer.Reset(w.clock.Step())
		}
	}
}

// hang leaves the goroutine of the job in progress behind.
func (w *watchdog) hang() *CallFailure {
	failed := &CallFailure{
		Manner: engines.MannerHang, Text: fmt.Sprintf("no answer within %v", w.limits.HangAfter), Stack: watch.Stacks(w.goroutine),
	}
	close(w.jobs)
	w.start()
	return failed
}

// lastWait is how long something in progress gets once its time is over: an engine
// that is well soon comes to an end, and leaves no goroutine behind.
const lastWait = 100 * time.Millisecond

// giveUp ends the watchdog while a job is in progress, and panics.
func (w *watchdog) giveUp() {
	w.timer.Reset(lastWait)
	select {
	case <-w.done:
	case <-w.timer.C:
	}
	w.stop()
	panic(environment{ErrOutOfTime})
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
	w.jobs = nil
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
