package harness

import (
	"fmt"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/scenarios"
)

// program explores all that follows from the program's recording, which is made if it
// is nil. It returns the recording, nil if the time was up before it was made. An error
// says that the environment failed.
func (x *exploration) program(recording *Recording, seed Seed) (_ *Recording, err error) {
	defer x.recoveries.Close()
	defer x.showRest()
	if x.round.represents {
		defer x.classes.add(x.index, nil, 0) // whatever ends it, others wait for its turn
	}
	err = x.inTime(func() {
		if recording == nil {
			recording = host.Must(x.recordProgram())
		}
		if x.faulted {
			x.countFault(recording)
		}
		x.unfired = evidence.NotFired(x.unfired, recording.all())
		if x.named.Program.Measures() {
			x.measured(recording)
			return
		}
		explored := x.amended(recording)
		if x.round.represents {
			x.choose(explored)
		}
		x.lives(explored, 1, seed)
	})
	if x.faulted {
		x.tally.Faults.Visited = x.tally.Visited
	}
	if err == nil && !x.cut && x.round.planned {
		x.tally.Programs++
	}
	return recording, err
}

// recordProgram runs the program from where it begins.
func (x *exploration) recordProgram() (*Recording, error) {
	first, err := x.store.first(x.host.Kind(), x.config.Profile, x.named.Program)
	if err != nil {
		return nil, err
	}
	return x.record(first, x.named.Program)
}

// record runs a program. Where a fault lasts calls may wait without end, and nobody waits
// for them as long as for others: a call that is given up so is no finding. If one takes as
// long without the fault, the machine may have had no time for it, and the program runs again
// with all the time that a call has.
func (x *exploration) record(from *evidence.Life, program scenarios.Program) (*Recording, error) {
	if x.named.Program.HasLastingFault() {
		again := from.Apart() // a recording goes on with the life that it begins with
		h := x.host.Within(host.Limits{HangAfter: waitLimit(x.config.HangAfter), Done: x.ctx.Done()})
		r, err := record(h, x.stacks, from, program)
		if err != nil || r.Failed == nil || !r.Failed.Hangs() {
			return r, err
		}
		from = again
	}
	return record(x.host, x.stacks, from, program)
}

// lives explores the lives of a recording, whose crashes are the depth-th in a row.
func (x *exploration) lives(r *Recording, depth int, seed Seed) {
	leaves := r.Failed != nil && r.Failed.Live && r.Failed.Left() != nil
	if leaves {
		x.fail(r.Failed) // first, as a crash state says no more of what a close left
	}
	for _, life := range r.Lives {
		if x.done() {
			return
		}
		if x.isShared(life) {
			continue
		}
		x.tally.Lives++
		representatives := x.life(life, depth)
		if depth < x.config.Depth && !x.done() {
			x.next(life, representatives, depth, seed)
		}
	}
	if r.Failed != nil && !leaves {
		// Last, as a crash state that shows the same says more.
		x.fail(r.Failed)
	}
}

// life is the test: the engine recovers from each crash state of a life, and what
// came back is judged. It returns a state of each kind whose recovery was legal, as the
// plan for the depth has it.
func (x *exploration) life(l *evidence.Life, depth int) []representative {
	v := x.newVisit(l, depth)
	x.triages = x.recoveries.Shows()
	defer x.count(v)
	for state := range x.ahead(v) { // in the order of the walk
		recovered := x.recover(v, state) // once from each image
		x.judge(v, state, recovered)     // once for each recovery at each moment
		x.reached = x.reached || state.reached
		x.show(state.stage)
		if x.done() {
			break
		}
	}
	return v.representatives
}

// next goes on from some of a life's crashes: the engine recovers, runs on, and
// crashes again. Half of them are power failures that differ in what they left over and
// in what came back; the other half kills of the process, after which what was pending
// may still be lost by a power failure later.
func (x *exploration) next(l *evidence.Life, reps []representative, depth int, seed Seed) {
	lives := x.round.secondLives >> (2 * (depth - 1))
	plan := x.round.at(depth)
	if lives > 0 {
		for i, state := range x.returnTo[l] {
			x.goOn(l, state, depth, seed.For(fmt.Sprint("kept", i)))
		}
	}
	for i, rep := range choose(reps, (lives+1)/2) {
		x.goOn(l, l.Crashes().StateOf(plan, rep.ref), depth, seed.For(fmt.Sprint("power", i)))
	}
	for i, time := range x.killTimes(l, lives) {
		from := l.AfterKill(time)
		from.HandedOver = from.HandedOver || x.handsOver(l, i)
		x.follow(from, depth, seed.For(fmt.Sprint("kill", i)))
	}
}

// goOn has a life follow that begins with what a power failure left.
func (x *exploration) goOn(l *evidence.Life, state crash.State, depth int, seed Seed) {
	from := l.AfterPowerFailure(state)
	from.Generated = true
	x.follow(from, depth, seed)
}

// follow records and explores the lives that begin with one.
func (x *exploration) follow(from *evidence.Life, depth int, seed Seed) {
	if x.done() {
		return
	}
	// Only a first open reports the environment.
	recording := host.Must(x.record(from, continuation(x.host.Kind().Language.For(from.Contract()), seed)))
	x.unfired = evidence.NotFired(x.unfired, recording.all())
	x.lives(x.amended(recording), depth+1, seed.For("next"))
}

// amended returns the recording as it is explored.
func (x *exploration) amended(r *Recording) *Recording {
	if x.amend == nil {
		return r
	}
	return x.amend(x.index, r)
}

// countFault counts what became of the fault of a program.
func (x *exploration) countFault(r *Recording) {
	var fired, surfaced bool
	for _, l := range r.all() {
		f, s := l.Fired()
		fired, surfaced = fired || f, surfaced || s
	}
	t := &x.tally.Faults
	t.Tried++
	switch {
	case surfaced:
		t.Fired, t.Surfaced = t.Fired+1, t.Surfaced+1
	case fired:
		t.Fired, t.Masked = t.Fired+1, t.Masked+1
	}
}
