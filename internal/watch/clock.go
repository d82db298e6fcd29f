// Package watch decides when code that does not return hangs, and shows where.
package watch

import "time"

// Clock counts how long somebody is waited for, so that a machine with too much to do
// makes no hang.
//
// Time does not count while the process that is waited for wants a processor and has
// none, by the kernel's figures of its threads: of a wait in which it ran for two
// seconds and queued for eight, two count. Time in which it sleeps counts in full, and
// so does the little that a runtime does meanwhile, which is no progress; a clock that
// asked for that would never see a program hang that has a ticker. While the process's
// file-system calls are answered, of which it may sleep through most, only what it ran
// counts. Where the kernel gives no figures all time counts.
//
// Nobody is waited for for more than [boundTimes] the limit.
//
// A Clock is for one goroutine, which calls Tick whenever Step has passed. A step
// counts no more than it was to take, however late its tick comes, so a process that is
// stopped with the one it waits for finds no hang when both go on.
type Clock struct {
	limit time.Duration
	usage func() Usage

	steps       int
	first, last Usage
	excused     time.Duration // what was spent asleep while file-system calls went on
}

// Usage is what a process has had so far.
type Usage struct {
	// Ran is how long its threads ran, Queued how long they waited for a processor.
	Ran, Queued time.Duration
	// Calls is how many of its file-system calls were answered, if somebody counts.
	Calls uint64
}

const (
	// stepsPerLimit is how often is looked before a limit has passed.
	stepsPerLimit = 8
	// boundTimes is the bound of a wait, in limits.
	boundTimes = 10
)

// NewClock returns a clock that is over after limit. usage is asked from the end of
// the first step on, which does not count: most waits are shorter and cost nothing.
func NewClock(limit time.Duration, usage func() Usage) *Clock {
	return &Clock{limit: limit, usage: usage}
}

// Start begins a wait.
func (c *Clock) Start() { c.steps, c.excused = 0, 0 }

// Step returns how long a step is.
func (c *Clock) Step() time.Duration { return StepOf(c.limit) }

// StepOf returns how long a step is of a clock with the limit.
func StepOf(limit time.Duration) time.Duration { return max(limit/stepsPerLimit, time.Millisecond) }

// Tick ends a step, and reports whether the wait is over: it hangs.
func (c *Clock) Tick() bool {
	now := c.usage()
	c.steps++
	if c.steps == 1 {
		c.first, c.last = now, now
		return false
	}
	now.Ran, now.Queued = max(now.Ran, c.last.Ran), max(now.Queued, c.last.Queued) // a thread may have ended
	if now.Calls != c.last.Calls {
		c.excused += max(0, c.Step()-(now.Ran-c.last.Ran)-(now.Queued-c.last.Queued))
	}
	c.last = now
	passed := time.Duration(c.steps-1) * c.Step()
	queued := starved(passed, now.Ran-c.first.Ran, now.Queued-c.first.Queued)
	return passed-queued-c.excused >= c.limit || passed >= boundTimes*c.limit
}

// starved returns for how much of the time that has passed threads wanted a processor
// and had none. Several at once count as one that got their common share.
func starved(passed, ran, queued time.Duration) time.Duration {
	wanted := ran + queued
	if wanted <= 0 {
		return 0
	}
	return time.Duration(float64(min(passed, wanted)) * float64(queued) / float64(wanted))
}
