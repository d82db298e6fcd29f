package watch

import (
	"testing"
	"time"
)

// second is what happened in each second of a wait.
type second struct{ ran, queued, calls int }

const ms = time.Millisecond

// TestClock wants a limit of 8 s, with a tick each second, to be over after the given
// number of ticks.
func TestClock(t *testing.T) {
	for name, c := range map[string]struct {
		each  second // of the wait, in milliseconds
		ticks int
	}{
		"sleeps":                         {second{}, 9},
		"sleeps, with a ticker":          {second{ran: 2}, 9},
		"ticker on a loaded machine":     {second{ran: 2, queued: 18}, 10},
		"runs":                           {second{ran: 1000}, 9},
		"runs on two processors":         {second{ran: 2000}, 9},
		"half a processor":               {second{ran: 500, queued: 500}, 17},
		"two threads, one processor":     {second{ran: 1000, queued: 1000}, 17},
		"a fifth of a processor":         {second{ran: 200, queued: 800}, 41},
		"next to none":                   {second{ran: 1, queued: 999}, 81},
		"calls, and sleeps meanwhile":    {second{ran: 100, calls: 5}, 81},
		"calls, and runs a fifth":        {second{ran: 200, calls: 5}, 41},
		"calls, and runs":                {second{ran: 1000, calls: 500}, 9},
		"calls, queues, a fifth remains": {second{ran: 200, queued: 300, calls: 5}, 41},
	} {
		t.Run(name, func(t *testing.T) {
			var usage Usage
			clock := NewClock(8*time.Second, func() Usage { return usage })
			for range 2 { // it starts anew
				ticks := 1
				for clock.Start(); !clock.Tick(); ticks++ {
					usage = usage.Plus(Usage{time.Duration(c.each.ran) * ms, time.Duration(c.each.queued) * ms, uint64(c.each.calls)})
				}
				if ticks != c.ticks {
					t.Errorf("got a hang at tick %d, want it at %d", ticks, c.ticks)
				}
			}
		})
	}
}

// TestQueuedIsToldLate wants the same of a kernel that adds the time in a queue when the
// thread has left it.
func TestQueuedIsToldLate(t *testing.T) {
	var usage Usage
	clock := NewClock(8*time.Second, func() Usage { return usage })
	ticks := 0
	for clock.Start(); !clock.Tick(); ticks++ {
		if ticks%2 == 1 {
			usage = usage.Plus(Usage{Ran: 400 * ms, Queued: 1600 * ms})
		}
	}
	if ticks < 35 || ticks > 41 {
		t.Errorf("got a hang after %d steps, want about 40: it had a fifth of a processor", ticks)
	}
}

// TestThreadThatEnds wants figures that fall to be no progress and no time.
func TestThreadThatEnds(t *testing.T) {
	usage := Usage{Ran: time.Hour, Queued: time.Hour}
	clock := NewClock(8*time.Second, func() Usage { return usage })
	ticks := 1
	for clock.Start(); !clock.Tick(); ticks++ {
		usage = Usage{Ran: time.Minute}
	}
	if ticks != 9 {
		t.Errorf("got a hang at tick %d, want it at 9", ticks)
	}
}

func TestSelfRuns(t *testing.T) {
	if Self() == (Usage{}) {
		t.Skip("NOT RUN: this kernel does not tell how long threads run")
	}
	before := Self()
	for Self().Ran == before.Ran { // until the kernel has noticed
	}
}
