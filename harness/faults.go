package harness

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// checkRuns refuses a program that would be run on a host as if it said less.
func checkRuns(h host.Host, p scenarios.Program) error {
	for _, s := range p {
		cancels, sticks := s.CancelAfter > 0, s.Kind == scenarios.Fail && s.Fault.Error == fault.Stuck
		if cancels && !h.Cancels() || sticks && !h.Sticks() {
			return fmt.Errorf("harness: step %s is not run: %s", s, h.NotTried())
		}
		if err := checkRuns(h, s.Body); err != nil {
			return err
		}
	}
	return nil
}

// fault does to the disk what a step says.
func (r *recording) fault(s scenarios.Step) error {
	switch {
	case s.Kind == scenarios.Fail:
		defer r.machine.DropCache()
		return r.machine.Arm(s.Fault)
	case s.Kind == scenarios.Release:
		r.machine.Release()
	case s.All:
		r.machine.LiftSpace()
	default:
		r.machine.LimitSpace(int64(s.FreeBytes))
	}
	return nil
}

// writesRefused reports whether a call that writes was refused for a fault, or as it was
// cancelled: nobody knows then what the engine has.
func writesRefused(calls models.History) bool {
	return slices.ContainsFunc(calls, func(c models.Call) bool {
		return c.Op.MustWrite() && c.Result.Err != "" && (c.Faulted || c.AfterFault || c.Cancelled)
	})
}

func anyRefused(calls models.History) bool {
	return slices.ContainsFunc(calls, func(c models.Call) bool { return c.Refused() })
}

// readBack makes calls that read what the engine has, for the steps that follow to go on
// from. Where these are refused too the engine is opened again, which shows it as well.
func (r *recording) readBack() (err error) {
	done := r.resolver.ReadBack(func(a scenarios.Action) (models.Result, bool) {
		if err = r.call(a); err != nil {
			return models.Result{}, false
		}
		got := r.life.Calls[len(r.life.Calls)-1].Result
		return got, got.Err == ""
	})
	if done || err != nil {
		return err
	}
	return r.reopen()
}
