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
	why := h.NotTried()
	if why == "" {
		return nil
	}
	for _, s := range p {
		if s.CancelAfter > 0 || s.Kind == scenarios.Fail && s.Fault.Error == fault.Stuck {
			return fmt.Errorf("harness: step %s is not run: %s", s, why)
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
		writes := c.Op.Kind <= models.Reset || c.Op.Kind == models.SaveHardState
		return writes && c.Result.Err != "" && (c.Faulted || c.AfterFault || c.Cancelled)
	})
}

// readBack makes calls that read what the engine has, for the steps that follow to go on
// from. Where these are refused too the engine is opened again, which shows it as well.
func (r *recording) readBack() error {
	var v models.View
	for _, s := range []scenarios.Kind{scenarios.ReadBoundary, scenarios.ReadHardState, scenarios.ReadLastIndex, scenarios.ReadRange} {
		if !r.resolver.Offers(scenarios.Step{Kind: s}) {
			continue
		}
		op := models.Op{Kind: s.Operation()}
		if s == scenarios.ReadRange {
			op.From, op.To = 1, max(1, v.LastIndex)
		}
		if err := r.call(scenarios.Action{Op: op}); err != nil {
			return err
		}
		got := r.life.Calls[len(r.life.Calls)-1].Result
		if got.Err != "" {
			return r.reopen()
		}
		addTo(&v, op.Kind, got)
	}
	r.resolver.Adopt(v)
	return nil
}

// addTo adds to a view what a call has read.
func addTo(v *models.View, kind models.Kind, got models.Result) {
	switch kind {
	case models.ReadBoundary:
		v.Boundary, v.HasBoundary = got.Boundary, got.OK
	case models.ReadHardState:
		v.HardState, v.HasHardState = got.HardState, got.OK
	case models.ReadLastIndex:
		v.LastIndex = got.LastIndex
	case models.ReadRange:
		v.Entries = got.Entries
	}
}
