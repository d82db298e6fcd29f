package enginetest

import (
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ackproof/ackproof/internal/watch"
)

// hangAfter is how long one step of a case may take, on a machine that has time for it.
const hangAfter = 10 * time.Second

// guard waits for cases, and gives those up that hang. It is for one goroutine.
type guard struct {
	limit time.Duration
	// hung says that a case did: the others are not waited for as long.
	hung bool
}

func newGuard() *guard { return &guard{limit: hangAfter} }

// hang is a case that did not come to its end. Its goroutine is left behind.
type hang struct{ at, call, stacks string }

func (h *hang) Error() string { return h.at + ": " + h.call + "\n" + h.stacks }

// wait returns what do returns. A panic is a failure like any other, and so is a hang:
// an *hang, after which what do uses is not to be touched.
func (g *guard) wait(at *progress, do func() error) error {
	limit := g.limit
	if g.hung {
		limit /= 10
	}
	number, done := make(chan string), make(chan error, 1)
	go func() {
		var err error
		defer func() { done <- err }()
		number <- watch.Goroutine()
		err = guarded(do)
	}()
	goroutine, clock, seen := <-number, watch.NewClock(limit, watch.Self), at.load()
	tick := time.NewTicker(clock.Step())
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-tick.C:
		}
		if now := at.load(); now != seen {
			seen = now
			clock.Start()
		}
		if clock.Tick() {
			g.hung = true
			return hangIn(*seen, limit, watch.Stacks(goroutine))
		}
	}
}

func hangIn(at string, limit time.Duration, stacks string) *hang {
	const shownBytesMax = 8 << 10
	return &hang{
		at: at, call: fmt.Sprintf("got no answer from %s within %v, want one", calledIn(stacks), limit),
		stacks: stacks[:min(len(stacks), shownBytesMax)],
	}
}

// calledIn returns the function that this package called in the first stack that is in
// such a call.
func calledIn(stacks string) string {
	const ours = "github.com/ackproof/ackproof/engines/enginetest."
	called := ""
	for line := range strings.Lines(stacks) {
		switch {
		case strings.HasPrefix(line, ours):
			if called != "" {
				return called
			}
		case strings.HasPrefix(line, "goroutine "), strings.HasPrefix(line, "sync."):
			called = "" // it waits for others
		case line != "\n" && line[0] != '\t' && !strings.HasPrefix(line, "created by "):
			called = strings.TrimSpace(line[:max(0, strings.LastIndexByte(line, '('))])
		}
	}
	return "the engine"
}

// guarded makes a panic of the engine a failure like any other. Every goroutine
// that calls an engine does so under it, or one bad case would end all.
func guarded(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("got panic %v, want none\n%s", p, debug.Stack())
		}
	}()
	return do()
}

// progress is where a case is. Any goroutine may use it.
type progress struct{ at atomic.Pointer[string] }

// note says that the case has come to a step.
func (p *progress) note(step string) { p.at.Store(&step) }

// load returns the last step, the same pointer until the next one.
func (p *progress) load() *string { return p.at.Load() }
