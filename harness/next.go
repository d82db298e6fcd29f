package harness

import (
	"fmt"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/scenarios"
)

// next goes on from some of a life's crashes: the engine recovers, runs on, and
// crashes again. Half of them are losses of power, from recoveries that differ;
// the other half kills of the process, after which what was pending may still be
// lost by a loss of power later.
func (x *exploration) next(l *Life, reps []crash.Ref, depth int, seed Seed) {
	lives := x.config.SecondLives >> (2 * (depth - 1))
	space, plan := l.spaceUnder(x.config.Profile), x.plan(depth)
	for i, rep := range spread(reps, (lives+1)/2) {
		x.follow(origin{parent: l, crash: space.StateOf(plan, rep), firstCall: l.lastCall() + 1}, depth, seed.For(fmt.Sprint("power", i)))
	}
	for i, time := range x.killTimes(l, lives/2) {
		x.follow(origin{parent: l, resume: time, firstCall: l.lastCall() + 1}, depth, seed.For(fmt.Sprint("kill", i)))
	}
}

// follow records and explores the lives that begin at an origin.
func (x *exploration) follow(from origin, depth int, seed Seed) {
	if x.done() {
		return
	}
	recording, err := record(x.factory, x.config, from, continuation(seed))
	if err != nil {
		panic(fmt.Sprintf("harness: a life after a crash: %v", err)) // only a first open reports the environment
	}
	x.lives(recording, depth+1, seed.For("next"))
}

// continuation returns what an engine does after a crash, before the next.
func continuation(seed Seed) scenarios.Program {
	return scenarios.Example(uint64(seed), scenarios.Config{StepsMax: 5, EntriesMax: 8, TotalPayloadBytes: 4 << 10})
}

// killTimes returns n crash points at which a kill leaves something pending. One
// of them is in the engine's opening: what that made and did not sync is found by
// the next opening, which may take it for durable.
func (x *exploration) killTimes(l *Life, n int) []int {
	var opening, later []int
	space := l.spaceUnder(x.config.Profile)
	for _, time := range space.Points() {
		switch pending := space.Lost(crash.State{Point: time, Lost: true}); {
		case len(pending) == 0 || time <= l.Resumed:
		case time <= l.Opened:
			opening = append(opening, time)
		default:
			later = append(later, time)
		}
	}
	if len(opening) == 0 || n < 2 {
		return spread(later, n)
	}
	return append(spread(opening, 1), spread(later, n-1)...)
}

// lastCall returns the number of the newest call of the life and those before.
func (l *Life) lastCall() int {
	if l == nil {
		return 0
	}
	last := l.Parent.lastCall() + 1 // the opening has a number too
	for _, c := range l.Calls {
		last = max(last, c.ID)
	}
	return last
}

// spread returns n of all, evenly, the last one among them.
func spread[T any](all []T, n int) []T {
	if n >= len(all) {
		return all
	}
	var out []T
	for i := range n {
		out = append(out, all[(i+1)*len(all)/n-1])
	}
	return out
}
