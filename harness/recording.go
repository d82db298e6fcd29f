package harness

import (
	"errors"
	"slices"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// Recording is a program that ran.
type Recording struct {
	// Lives are those that the program made, in their order, each the child of
	// the one before.
	Lives []*evidence.Life
	// Contract is what the engine is held to that ran last.
	Contract models.Contract
	// Failed is a life's own failure, without any crash to explore: a call that
	// gave a wrong answer, or a crash of the program's that the engine did not
	// recover from. Nil if there is none.
	Failed *evidence.Failure
	// WantsDir says why the engine did not open where its directory was missing, "" if
	// nothing. That is nobody's failure, and there are no lives then.
	WantsDir string
}

// all returns the lives, and the one that failed as the engine opened, if one did.
func (r *Recording) all() []*evidence.Life {
	if r.Failed == nil || slices.Contains(r.Lives, r.Failed.Life) {
		return r.Lives
	}
	return append(slices.Clone(r.Lives), r.Failed.Life)
}

type recording struct {
	host     host.Host
	disk     faultfs.Config // but for what a life's disk holds
	resolver scenarios.Resolver
	out      Recording

	life    *evidence.Life
	machine host.Machine
	// machines are all of them: dead ones are closed at the end, when they can disturb
	// nobody.
	machines []host.Machine
	nextID   int
	// harm is what is to go wrong with what is stored, nil for nothing.
	harm *evidence.Harm
}

// errStop ends a recording whose engine failed; the failure is in the recording.
var errStop = errors.New("engine failed")

// close closes what is left open, now that the journals are safe.
func (r *recording) close() {
	for _, m := range r.machines {
		m.Close()
	}
}

func (r *recording) run(m host.Machine) {
	r.machine = m
	r.machines = append(r.machines, m)
}

// requestOf returns the call that an action is.
func requestOf(a scenarios.Action) host.Request {
	return host.Request{Op: a.Op, Input: a.Input, CancelAfter: a.CancelAfter}
}

// tell adds to a call what came of it.
func tell(c *models.Call, a host.Answer) {
	c.Result, c.Cancelled, c.BesideStuck, c.Blocked = a.Result, a.Cancelled, a.BesideStuck, a.Blocked
}

// returned adds a call to the history, and judges the life if it failed.
func (r *recording) returned(c models.Call) error {
	c.Returned = r.machine.Return(c.ID)
	r.life.Calls = append(r.life.Calls, c)
	if c.Result.Err != "" {
		if err := r.checkLive(); err != nil {
			return err
		}
	}
	if c.Result.Failure != nil || c.Result.Err != "" && r.life.Harm != nil {
		return errStop
	}
	return nil
}

func (r *recording) takeID() int {
	id := r.nextID
	r.nextID++
	return id
}

// checkLive judges the life so far and notes a failure.
func (r *recording) checkLive() error {
	r.life.MarkFaulted(r.machine.Journal())
	verdict := models.CheckHistory(r.out.Contract, r.life.Start, r.life.Calls)
	if verdict.Outcome != models.Pass {
		r.out.Failed = &evidence.Failure{Life: r.life, Live: true, Verdict: verdict}
		return errStop
	}
	return nil
}

// endLife ends the life and adds it to the recording.
func (r *recording) endLife() {
	if r.life == nil || slices.Contains(r.out.Lives, r.life) {
		return
	}
	r.life.Log += r.machine.Log()
	r.life.End(r.out.Contract, r.machine.Journal())
	r.out.Lives = append(r.out.Lives, r.life)
	if r.out.Failed == nil {
		_ = r.checkLive()
	}
}

// refuse notes that what came back from a crash breaks a promise, if it does. The
// life that began so is dropped: nothing says what it began with.
func (r *recording) refuse(crashed *evidence.Life, state crash.State, recovered *models.Recovered) error {
	verdict := crashed.Verdict(state.Point, recovered)
	if verdict.Outcome != models.Pass {
		r.out.Failed = &evidence.Failure{Life: crashed, State: state, Recovered: recovered, Verdict: verdict}
	}
	r.life = nil
	return errStop
}

// harmBefore has something go wrong with what is stored, if it shall before the next call.
func (r *recording) harmBefore() error {
	harm := r.harm
	if harm == nil || harm.Before != r.nextID {
		return nil
	}
	r.harm = nil
	r.machine.DropCache()
	for _, p := range harm.Parts {
		if r.machine.Damage(p.Path, p.Off, p.Data) != nil {
			return errStop
		}
	}
	r.life.Harm = harm
	return nil
}
