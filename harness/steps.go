package harness

import (
	"errors"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/internal/schedule"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// record runs the program on an engine, from the beginning of a life on, and journals
// who called if stacks are wanted: a stack costs more than the event it belongs to.
// An error says that the environment failed, not the engine.
func record(h host.Host, stacks bool, from *evidence.Life, program scenarios.Program) (*Recording, error) {
	if err := checkRuns(h, program); err != nil {
		return nil, err
	}
	r := newRecording(h, stacks, from)
	defer r.close()
	err := r.begin()
	for i := 0; err == nil && i < len(program); i++ {
		err = r.step(program[i])
	}
	if err != nil && !errors.Is(err, errStop) {
		return nil, err
	}
	r.endLife()
	return &r.out, nil
}

// newRecording returns a recording that begins with a life.
func newRecording(h host.Host, stacks bool, from *evidence.Life) *recording {
	contract := from.Contract()
	switch {
	case contract != nil:
	case from.ResumedFrom != nil: // whose calls are judged even if a fault fails the opening
		contract = from.ResumedFrom.Contract()
	default: // the engine has not opened in it
		contract = h.Kind().Unopened
	}
	return &recording{
		host: h, disk: diskOf(from.Profile, stacks), resolver: h.Kind().Language.NewResolver(), life: from,
		out: Recording{Contract: contract}, nextID: max(from.Parent.LastCall(), from.ResumedFrom.LastCall()) + 1,
	}
}

// diskOf returns what a disk does under a profile where a sync fails.
func diskOf(p crash.Profile, stacks bool) faultfs.Config {
	return faultfs.Config{NoStacks: !stacks, SyncFailure: p.SyncFailure, SyncReport: p.SyncReport}
}

// step runs one step of the program.
func (r *recording) step(s scenarios.Step) error {
	if s.Kind != scenarios.Crash && s.Kind != scenarios.Repeat {
		r.life.Steps = append(r.life.Steps, s)
	}
	switch s.Kind {
	case scenarios.FirstOpen:
		return nil // the life began so
	case scenarios.Hold:
		r.machine.Hold(schedule.Hold{Sync: s.Sync, Returns: s.Returns})
		return nil
	case scenarios.Reopen:
		return r.reopen()
	case scenarios.Kill:
		return r.startAnew()
	case scenarios.Crash:
		return r.crash(s)
	case scenarios.Concurrently:
		return r.concurrently(s)
	case scenarios.Usage:
		return r.measure()
	case scenarios.Repeat:
		return r.repeat(s)
	}
	if !r.resolver.Offers(s) {
		return nil
	}
	actions := r.resolver.Resolve(s)
	for i, a := range actions {
		if a.Fault != nil {
			return r.fault(*a.Fault)
		}
		before := len(r.life.Calls)
		if err := r.call(a); err != nil {
			return err
		}
		made := r.life.Calls[before:]
		if writesRefused(made) || anyRefused(made) && i+1 < len(actions) && actions[i+1].Dependent {
			return r.readBack()
		}
	}
	return nil
}

// measure measures what the engine's directory takes, and judges that at once: a program
// that measures may have many lives, and nobody need run the rest of one that fails.
func (r *recording) measure() error {
	c := models.Call{ID: r.takeID(), Op: models.Measure}
	c.Invoked = r.machine.Invoke(c.ID)
	c.Result.Answer = r.machine.Usage()
	c.Returned = r.machine.Return(c.ID)
	r.life.Calls = append(r.life.Calls, c)
	return r.checkLive()
}

// repeat runs the rounds of a step.
func (r *recording) repeat(s scenarios.Step) error {
	for range s.Count {
		for _, step := range s.Body {
			if err := r.step(step); err != nil {
				return err
			}
		}
	}
	return nil
}

// crash makes the call that the power failure comes in, if it comes in one, ends the life,
// and begins the next one on what is left.
func (r *recording) crash(s scenarios.Step) error {
	before := len(r.life.Calls)
	for _, call := range s.Body {
		if err := r.step(call); err != nil {
			return err
		}
	}
	made := r.life.Calls[before:]
	r.endLife()
	if r.out.Failed != nil {
		return errStop
	}
	r.machine.PowerOff()
	r.life = r.life.AfterPowerFailure(powerFailure(r.life, crashTime(r.life, made, s.After), s.Loss))
	return r.begin()
}
