package harness

import (
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/models"
)

// Life is what an engine did between two losses of power: from booting on an
// image, through recovery and calls, to the end of the journal.
type Life struct {
	// Parent is the life before and Crash the state that it ended in; nil for an
	// engine's first.
	Parent *Life
	Crash  faultfs.CrashState
	// Journal is all that happened, from the image that the life booted on.
	Journal *faultfs.Journal
	// Opened is the time at which the engine had shown everything that it had
	// recovered; a crash before is judged by the parent. It is the journal's
	// length if the engine never got there.
	Opened int
	// Recovered is what it showed then.
	Recovered *models.Recovered
	// Calls are those after the opening, in the journal's time.
	Calls models.History
	// From is the model's state when the engine had opened.
	From models.State
	// Resumed is the time of the kill after which this life goes on, where it
	// shares its beginning with another one that was explored already. 0
	// otherwise.
	Resumed int

	contract models.Contract
	checker  *models.Checker
	strict   *models.Checker // as if writes were claimed durable
	space    *faultfs.Space
}

// seal makes the life ready to be explored.
func (l *Life) seal(contract models.Contract) {
	l.contract = contract
	l.checker = models.NewChecker(contract, l.From, l.Calls)
}

// spaceUnder returns the life's crash states.
func (l *Life) spaceUnder(profile faultfs.Profile) *faultfs.Space {
	if l.space == nil {
		l.space = l.Journal.Space(profile)
	}
	return l.space
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

// position returns the number of the history's state at a time, and what a crash
// there puts to the test.
func (l *Life) position(time int) (models.Position, models.PropertySet) {
	if l.inRecovery(time) {
		return l.Parent.position(l.Crash.Point)
	}
	p := l.checker.Position(time - 1)
	return p, l.checker.Exercised(p)
}

// Lives returns the lives that led to l, the first one first, l last.
func (l *Life) Lives() []*Life {
	if l == nil {
		return nil
	}
	return append(l.Parent.Lives(), l)
}
