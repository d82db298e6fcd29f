package trial

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ackproof/ackproof/internal/watch"
)

// HangAfter is how long one step of a case may take, on a machine that has time for it.
const HangAfter = 10 * time.Second

// endsWithin is how long a case has to end when its context does. Who asked for the end
// wants to remove what the case uses.
const endsWithin = time.Second

// Guard waits for cases, and gives those up that hang. It is for one goroutine.
type Guard struct {
	limit time.Duration
	// hung says that a case did: the others are not waited for as long.
	hung bool
}

// NewGuard returns a guard that gives a case up once a step of it took longer than limit;
// 0 means [HangAfter].
func NewGuard(limit time.Duration) *Guard { return &Guard{limit: cmp.Or(limit, HangAfter)} }

// errExit says that the goroutine of a case came to its end within a call, as by
// [runtime.Goexit].
var errExit = errors.New("got the end of the goroutine that called, want the call to return")

// hang is a case that did not come to its end. Its goroutine is left behind.
type hang struct{ at, call, stacks string }

// Hung reports true, as [Result.Hung] asks any error.
func (h *hang) Hung() bool { return true }

func (h *hang) Error() string { return h.at + ": " + h.call + "\n" + h.stacks }

// wait returns what do returns. A panic is a failure like any other, and so are the end of
// the goroutine and a hang: an *hang, after which what do uses is not to be touched. When ctx ends, so does the wait.
func (g *Guard) wait(ctx context.Context, at *Progress, do func() error) error {
	limit := g.limit
	if g.hung {
		limit /= 10
	}
	number, done := make(chan string), make(chan error, 1)
	go func() {
		err := errExit // unless do returns
		defer func() { done <- err }()
		number <- watch.Goroutine()
		err = Guarded(do)
	}()
	goroutine, clock, seen := <-number, watch.NewClock(limit, watch.Self), at.load()
	tick := time.NewTicker(clock.Step())
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			return abandoned(ctx, done)
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

// abandoned gives a case a moment to end.
func abandoned(ctx context.Context, done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-time.After(endsWithin):
		return context.Cause(ctx)
	}
}

func hangIn(at string, limit time.Duration, stacks string) *hang {
	const shownBytesMax = 8 << 10
	return &hang{
		at: at, call: fmt.Sprintf("got no answer from %s within %v, want one", calledIn(stacks), limit),
		stacks: stacks[:min(len(stacks), shownBytesMax)],
	}
}

// calledIn returns the function that the suite called in the first stack that is in such a
// call.
func calledIn(stacks string) string {
	const suite = "github.com/ackproof/ackproof/engines/enginetest"
	called := ""
	for line := range strings.Lines(stacks) {
		switch {
		case strings.HasPrefix(line, suite+"."), strings.HasPrefix(line, suite+"/"):
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

// Guarded makes a panic of the engine a failure like any other. Every goroutine
// that calls an engine does so under it, or in [Go], or one bad case would end all.
func Guarded(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("got panic %v, want none\n%s", p, debug.Stack())
		}
	}()
	return do()
}

// Progress is where a case is. Any goroutine may use it.
type Progress struct {
	at atomic.Pointer[string]
	// beside says that goroutines ran beside each other: what came of it was chance.
	beside atomic.Bool
}

// NewProgress returns that of a case that has come to its first step.
func NewProgress() *Progress {
	p := &Progress{}
	p.Note("the start")
	return p
}

// Note says that the case has come to a step.
func (p *Progress) Note(step string) { p.at.Store(&step) }

// load returns the last step, the same pointer until the next one.
func (p *Progress) load() *string { return p.at.Load() }
