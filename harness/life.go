package harness

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// Life is what an engine did between two losses of power: from booting on an
// image, through recovery and calls, to the end of the journal.
type Life struct {
	// Parent is the life before and Crash the state that it ended in; nil for an
	// engine's first.
	Parent *Life
	Crash  crash.State
	// Journal is all that happened, from the image that the life booted on.
	Journal *journal.Journal
	// Opened is the time at which the engine had shown everything that it had
	// recovered; a crash before is judged by the parent. It is the journal's
	// length if the engine never got there.
	Opened int
	// Recovered is what it showed then.
	Recovered *models.Recovered
	// Calls are those after the opening, in the journal's time.
	Calls models.History
	// Steps are the steps that ran in this life.
	Steps scenarios.Program
	// Added tells that the steps are not the program's: the life was added after
	// a crash, to see whether the engine still keeps its promises.
	Added bool
	// Log is the end of what the engine wrote to standard error in this life, if it
	// runs in a process of its own.
	Log string
	// From is the model's state when the engine had opened.
	From models.State
	// Resumed is the time of the kill after which this life goes on, where it
	// shares its beginning with Killed, which was explored already. 0 otherwise.
	Resumed int
	Killed  *Life

	contract models.Contract
	checker  *models.Checker
	strict   *models.Checker // as if writes were claimed durable
	space    *crash.Space
}

// seal makes the life ready to be explored.
func (l *Life) seal(contract models.Contract) {
	l.contract = contract
	l.checker = models.NewChecker(contract, l.From, l.Calls)
}

// Restore makes a life that was read from a bundle ready to be judged, as its
// parent already is.
func (l *Life) Restore(contract models.Contract) {
	switch {
	case l.Parent == nil:
		l.From = models.Fresh(contract)
	case l.Recovered != nil:
		l.From = l.Parent.Verdict(l.Crash.Point, l.Recovered).After
	}
	l.seal(contract)
}

// spaceUnder returns the life's crash states.
func (l *Life) spaceUnder(profile crash.Profile) *crash.Space {
	if l.space == nil {
		l.space = crash.NewSpace(l.Journal, profile)
	}
	return l.space
}

// image returns what a crash state of the life leaves. That it cannot be made is the
// environment's failure.
func (l *Life) image(profile crash.Profile, state crash.State) *faultfs.Image {
	img, err := l.spaceUnder(profile).Image(state)
	if err != nil {
		panic(environment{fmt.Errorf("make the image of %v: %w", state, err)})
	}
	return img
}

// inRecovery tells whether a crash at a time hits the engine while it recovers,
// so that what it may show next is decided by the crash before.
func (l *Life) inRecovery(time int) bool { return l.Parent != nil && time <= l.Opened }

// Verdict judges what came back from a crash after the first time events.
func (l *Life) Verdict(time int, r *models.Recovered) models.Verdict {
	if l.inRecovery(time) {
		return l.Parent.Verdict(l.Crash.Point, r)
	}
	return l.checker.Check(l.checker.Position(time-1), r)
}

// Before returns the log and hard state as the calls left them that had returned
// before a crash after the first time events, as [models.Checker.Before] does.
func (l *Life) Before(time int, shown models.View) models.View {
	if l.inRecovery(time) {
		return l.Parent.Before(l.Crash.Point, shown)
	}
	return l.checker.Before(l.checker.Position(time-1), shown)
}

// mustAgree panics if a search over the whole history, which shares only the
// specification with the checker, finds nothing wrong with what failed: then
// Ackproof is broken, not the engine.
func (l *Life) mustAgree(time int, r *models.Recovered) {
	if l.inRecovery(time) {
		l.Parent.mustAgree(l.Crash.Point, r)
		return
	}
	whole := models.CheckWhole(l.contract, l.From, l.Calls.Until(time-1), r)
	if whole.Outcome == models.Pass {
		panic(fmt.Sprintf("harness: two checks of one crash disagree, at time %d of\n%v", time, l.Calls))
	}
}

// position returns the number of the history's state at a time.
func (l *Life) position(time int) models.Position {
	if l.inRecovery(time) {
		return l.Parent.position(l.Crash.Point)
	}
	return l.checker.Position(time - 1)
}

// exercised returns what a crash at a time puts to the test.
func (l *Life) exercised(time int) models.PropertySet {
	if l.inRecovery(time) {
		return l.Parent.exercised(l.Crash.Point)
	}
	return l.checker.Exercised(l.checker.Position(time - 1))
}

// origin returns where the life began, so that its steps can run again.
func (l *Life) origin() origin {
	first := l.lastCall() + 1
	switch {
	case l.Resumed > 0:
		return origin{parent: l, resume: l.Resumed, firstCall: first}
	case l.Parent != nil:
		return origin{parent: l.Parent, crash: l.Crash, firstCall: first}
	}
	return origin{}
}

// flat returns one program that does what led to the life, with the step between
// in the place of every crash.
func (l *Life) flat(between scenarios.Step) scenarios.Program {
	before := l.Parent
	if l.Resumed > 0 {
		before = l.Killed
	}
	if before == nil {
		return slices.Clone(l.Steps)
	}
	return append(append(before.flat(between), between), l.Steps...)
}

// Lives returns the lives that led to l, the first one first, l last.
func (l *Life) Lives() []*Life {
	if l == nil {
		return nil
	}
	return append(l.Parent.Lives(), l)
}
