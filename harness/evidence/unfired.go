package evidence

import (
	"fmt"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/scenarios"
)

// Unfired is a fault of a program that did not fire, so that nothing was tested of it.
type Unfired struct {
	// Program is the program's name, Fault the step's text.
	Program, Fault string
}

// String says so.
func (u Unfired) String() string {
	return fmt.Sprintf("the fault %q of the program %q never fired, so nothing was tested of it", u.Fault, u.Program)
}

// FaultSteps returns the steps of a program, those in blocks too, that are to make a call of
// the file system fail. A stuck sync fails none.
func FaultSteps(p scenarios.Program) (out []scenarios.Step) {
	for _, s := range p {
		fails := s.Kind == scenarios.Fail && s.Fault.Error != fault.Stuck
		if fails || s.Kind == scenarios.Space && !s.All {
			out = append(out, s)
		}
		out = append(out, FaultSteps(s.Body)...)
	}
	return out
}

// NotFired returns those of some fault steps that did not fire in any of the lives. Where
// several are alike, an event is taken for one that waits for the fewest calls.
func NotFired(steps []scenarios.Step, lives []*Life) []scenarios.Step {
	if len(steps) == 0 {
		return nil
	}
	fired := map[int]int{}
	for _, l := range lives {
		for _, e := range l.Journal.Events[l.ResumedAt:] {
			if i := firedBy(steps, fired, e); i >= 0 {
				fired[i]++
			}
		}
	}
	var out []scenarios.Step
	for i, s := range steps {
		if fired[i] == 0 {
			out = append(out, s)
		}
	}
	return out
}

// firedBy returns the place of the step that an event came of, -1 for none; fired is how
// often each fired before.
func firedBy(steps []scenarios.Step, fired map[int]int, e journal.Event) int {
	best := -1
	for i, s := range steps {
		left := s.Fault.Times == fault.Forever || fired[i] < s.Fault.Times
		switch {
		case s.Kind == scenarios.Space && e.Full && (best < 0 || fired[i] < fired[best]):
			best = i
		case s.Kind == scenarios.Fail && left && e.FailedBy(s.Fault) && (best < 0 || s.Fault.Nth < steps[best].Fault.Nth):
			best = i
		}
	}
	return best
}
