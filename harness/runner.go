package harness

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// runner runs an engine's code on a goroutine of its own, so that a panic or a
// hang there ends the one call and nothing else. It is for one goroutine.
type runner struct {
	hangAfter time.Duration
	timer     *time.Timer
	jobs      chan func()
	done      chan *crash
}

// crash is how engine code failed to return.
type crash struct {
	manner string // "panic" or "hang"
	text   string
	stack  string
}

func newRunner(hangAfter time.Duration) *runner {
	r := &runner{hangAfter: hangAfter, timer: time.NewTimer(hangAfter)}
	r.start()
	return r
}

// start makes a goroutine to run on. Its channels are its own: what a hung
// predecessor may still send goes nowhere.
func (r *runner) start() {
	jobs, done := make(chan func()), make(chan *crash, 1)
	r.jobs, r.done = jobs, done
	go func() {
		for job := range jobs {
			done <- attempt(job)
		}
	}()
}

// attempt runs job and returns how it panicked, nil if it did not.
func attempt(job func()) (failed *crash) {
	defer func() {
		if p := recover(); p != nil {
			failed = &crash{manner: "panic", text: fmt.Sprint(p), stack: trimStack(debug.Stack())}
		}
	}()
	job()
	return nil
}

// run runs job and returns how it crashed, nil if it returned. After a hang the
// goroutine is left behind, and what job shares with it may still change.
func (r *runner) run(job func()) *crash {
	r.timer.Reset(r.hangAfter)
	r.jobs <- job
	select {
	case failed := <-r.done:
		return failed
	case <-r.timer.C:
	}
	stacks := make([]byte, 64<<10)
	stacks = stacks[:runtime.Stack(stacks, true)]
	close(r.jobs)
	r.start()
	return &crash{manner: "hang", text: fmt.Sprintf("no answer within %v", r.hangAfter), stack: string(stacks)}
}

// stop ends the runner.
func (r *runner) stop() {
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
