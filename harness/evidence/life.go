package evidence

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// Life is what an engine did between two power failures: from booting on an
// image, through recovery and calls, to the end of the journal. It is made by
// [FirstLife], or from the life before.
type Life struct {
	// Profile is the file system's.
	Profile crash.Profile
	// Parent is the life before and Crash the state that it ended in; nil for an
	// engine's first.
	Parent *Life
	Crash  crash.State
	// Journal is all that happened, from the image that the life booted on.
	Journal *journal.Journal
	// OpenedAt is the time at which the engine had shown everything that it had
	// recovered; a crash before is judged by the parent. It is the journal's
	// length if the engine never got there.
	OpenedAt int
	// Recovered is what it showed then.
	Recovered *models.Recovered
	// Calls are those after the opening, in the journal's time.
	Calls models.History
	// Steps are the steps that ran in this life.
	Steps scenarios.Program
	// Generated says that the steps are not the program's: the life was added after
	// a crash, to see whether the engine still keeps its promises.
	Generated bool
	// Log is the end of what the engine wrote to standard error in this life, if it
	// runs in a process of its own.
	Log string
	// Start is the model's state when the engine had opened.
	Start models.State
	// ResumedAt is the time of the kill after which this life goes on, where it
	// shares its beginning with ResumedFrom, which was explored already. 0 otherwise.
	ResumedAt   int
	ResumedFrom *Life
	// HandedOver says that another engine goes on after the kill than was killed. Both are
	// held to the same.
	HandedOver bool
	// Harm is what went wrong with what was stored while the engine was open, nil for nothing.
	Harm *Harm

	contract  models.Contract
	checker   *models.Checker
	unclaimed *models.Checker // as if writes were claimed durable
	crashes   crash.States

	mu     sync.Mutex
	places map[crash.EffectID]Place // under mu: an offered finding is compared while its life goes on
}

// FirstLife returns the life of an engine that no crash came before, under a profile:
// on an empty directory, or on a store that was made there, as the image has it. The
// contract is what the engine is known to be held to, the zero one if it never opened.
func FirstLife(p crash.Profile, c models.Contract, image *faultfs.Image) *Life {
	return &Life{Profile: p, Journal: &journal.Journal{Base: image}, contract: c}
}

// AfterPowerFailure returns the life that begins with what a crash of l left.
func (l *Life) AfterPowerFailure(state crash.State) *Life {
	return &Life{Profile: l.Profile, Parent: l, Crash: state}
}

// Apart returns a life with the same beginning that goes on apart from l, which nobody has
// explored.
func (l *Life) Apart() *Life {
	return &Life{
		Profile: l.Profile, Parent: l.Parent, Crash: l.Crash, Journal: l.Journal, OpenedAt: l.OpenedAt, Recovered: l.Recovered,
		Calls: slices.Clone(l.Calls), Steps: slices.Clip(l.Steps), Generated: l.Generated, Log: l.Log, Start: l.Start,
		ResumedAt: l.ResumedAt, ResumedFrom: l.ResumedFrom, HandedOver: l.HandedOver, Harm: l.Harm, contract: l.contract,
	}
}

// AfterKill returns the life that goes on after a kill of l's process: it has the
// same beginning and the same journal up to there.
func (l *Life) AfterKill(time int) *Life {
	out := &Life{Profile: l.Profile, Parent: l.Parent, Crash: l.Crash, ResumedAt: time, ResumedFrom: l, HandedOver: l.HandedOver, Generated: true}
	if time > l.OpenedAt {
		out.OpenedAt, out.Recovered, out.Start, out.Calls = l.OpenedAt, l.Recovered, l.Start, l.Calls.Until(time-1)
	}
	return out
}

// End completes the life: what the engine is held to, and all that happened. It is
// ready to be explored then.
func (l *Life) End(c models.Contract, j *journal.Journal) {
	l.Journal = j
	slices.SortStableFunc(l.Calls, func(a, b models.Call) int { return cmp.Compare(a.Invoked, b.Invoked) })
	markFaulted(l.Calls, l.OpenedAt, j, l.Harm)
	l.seal(c)
}

func (l *Life) seal(c models.Contract) {
	l.contract, l.checker = c, models.NewChecker(c, l.Start, l.Calls)
}

// Contract returns what the engine was held to.
func (l *Life) Contract() models.Contract { return l.contract }

// Crashes returns the life's crash states. The first call makes them: it must return before
// others are made from other goroutines.
func (l *Life) Crashes() crash.States {
	if l.crashes == nil {
		l.crashes = crash.NewSpace(l.Journal, l.Profile.Below(EngineDir))
	}
	return l.crashes
}

// Image returns what a crash state of the life leaves.
func (l *Life) Image(state crash.State) (*faultfs.Image, error) {
	image, err := l.Crashes().Image(state)
	if err != nil {
		return nil, fmt.Errorf("make the image of %v: %w", state, err)
	}
	return image, nil
}

// InRecovery reports whether a crash at a time hits the engine while it recovers,
// so that what it may show next is decided by the crash before.
func (l *Life) InRecovery(time int) bool { return l.Parent != nil && time <= l.OpenedAt }

// judge returns the life that judges a crash at a time, and that time in it.
func (l *Life) judge(time int) (*Life, int) {
	for l.InRecovery(time) {
		l, time = l.Parent, l.Crash.Point
	}
	return l, time
}

// Verdict judges what came back from a crash after the first time events.
func (l *Life) Verdict(time int, r *models.Recovered) models.Verdict {
	l, time = l.judge(time)
	return l.checker.Check(l.checker.Position(time-1), r)
}

// Outcome is that of Verdict, which takes longer where it explains what is wrong.
func (l *Life) Outcome(time int, r *models.Recovered) models.Outcome {
	l, time = l.judge(time)
	return l.checker.Judge(l.checker.Position(time-1), r).Outcome
}

// Moment is a crash's place in the history: recoveries at equal moments of one life
// have equal verdicts.
type Moment struct {
	position models.Position
	earlier  bool
}

// Moment returns the moment of a crash at a time.
func (l *Life) Moment(time int) Moment {
	by, at := l.judge(time)
	return Moment{by.checker.Position(at - 1), by != l}
}

// Exercised returns what a crash at a time puts to the test.
func (l *Life) Exercised(time int) models.PropertySet {
	l, time = l.judge(time)
	return l.checker.Exercised(l.checker.Position(time - 1))
}

// Before returns the log and hard state as the calls left them that had returned
// before a crash after the first time events, as [models.Checker.Before] does.
func (l *Life) Before(time int, shown models.View) models.View {
	l, time = l.judge(time)
	return l.checker.Before(l.checker.Position(time-1), shown)
}

// KeepsUnclaimed checks what an engine that claims no durable writes would have
// shown if it did: whether something was to be kept, and whether it was.
func (l *Life) KeepsUnclaimed(time int, r *models.Recovered) (tested, kept bool) {
	durable, ok := l.contract.Promised()
	if l.Parent != nil || !ok {
		return false, false
	}
	if l.unclaimed == nil {
		l.unclaimed = models.NewChecker(durable, l.Start, l.Calls)
	}
	p := l.unclaimed.Position(time - 1)
	if !l.unclaimed.Exercised(p).Has(models.AckedDurable) {
		return false, false
	}
	return true, l.unclaimed.Check(p, r).Outcome == models.Pass
}

// MustAgree panics if a search over the whole history, which shares only the
// specification with the checker, finds nothing wrong with what failed: then
// Ackproof is broken, not the engine.
func (l *Life) MustAgree(time int, r *models.Recovered) {
	l, time = l.judge(time)
	whole := models.CheckWhole(l.contract, l.Start, l.Calls.Until(time-1), r)
	if whole.Outcome == models.Pass {
		panic(fmt.Sprintf("evidence: two checks of one crash disagree, at time %d of\n%v", time, l.Calls))
	}
}

// LastCall returns the number of the newest call of the life and those before, 0
// for no life.
func (l *Life) LastCall() int {
	if l == nil {
		return 0
	}
	last := l.Parent.LastCall() + 1 // the opening has a number too
	for _, c := range l.Calls {
		last = max(last, c.ID)
	}
	return last
}

// Flat returns one program that does what led to the life, with the step between
// instead of every crash.
func (l *Life) Flat(between scenarios.Step) scenarios.Program {
	before := l.Parent
	if l.ResumedAt > 0 {
		before = l.ResumedFrom
	}
	if before == nil {
		return slices.Clone(l.Steps)
	}
	return append(append(before.Flat(between), between), l.Steps...)
}

// Lives returns the lives that led to l, the first one first, l last.
func (l *Life) Lives() []*Life {
	if l == nil {
		return nil
	}
	return append(l.Parent.Lives(), l)
}

// FramesAt returns the engine's part of the stack of an event, nil where it is not
// known.
func (l *Life) FramesAt(event int) []journal.Frame {
	return EngineFrames(l.Journal.Frames(l.Journal.Events[event].Stack))
}

// CallText names a call of the life, "" for number 0. A number that no call has is
// that of the opening.
func (l *Life) CallText(id int) string {
	for i := range l.Calls {
		if c := &l.Calls[i]; c.ID == id {
			return fmt.Sprintf("call %d %s", id, c.Op)
		}
	}
	if id == 0 {
		return ""
	}
	return fmt.Sprintf("call %d open", id)
}
