package harness

import (
	"errors"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/scenarios"
)

// faultSite is a file-system call that an engine makes in a step of a program.
type faultSite struct {
	step int // of the program, counted from 0
	call fault.Call
	nth  int // of such calls in the step, counted from 1
}

// growth is by how many bytes files grow together in a step of a program.
type growth struct{ step, bytes int }

// faultSites runs a program and returns the calls that the engine makes in each of its
// steps, and how much its files grow there. A program that an engine fails has none.
func faultSites(h host.Host, from *evidence.Life, program scenarios.Program) (sites []faultSite, grown []growth, err error) {
	r := newRecording(h, false, from)
	defer r.close()
	if err = r.begin(); err == nil {
		err = r.countCalls()
	}
	calls, space := map[fault.Call]int{}, spaceCounted
	for i := 0; err == nil && i < len(program); i++ {
		if err = r.step(program[i]); err != nil {
			break
		}
		for _, c := range r.machine.Faults() {
			for n := range c.Matched - calls[c.Fault.Call] {
				sites = append(sites, faultSite{i, c.Fault.Call, n + 1})
			}
			calls[c.Fault.Call] = c.Matched
		}
		if left := int(r.machine.Space().LeftBytes); left < space {
			grown = append(grown, growth{i, space - left})
			space = left
		}
	}
	if errors.Is(err, errStop) {
		return nil, nil, nil // the program itself tells what is wrong
	}
	return sites, grown, err
}

// spaceCounted is more than a program's files grow by.
const spaceCounted = 1 << 40

// countCalls has the disk count its calls, by faults that never fire.
func (r *recording) countCalls() error {
	for _, call := range fault.Calls() {
		if err := r.machine.Arm(fault.Fault{Call: call, Nth: fault.NthMax, Times: 1}); err != nil {
			return err
		}
	}
	r.machine.LimitSpace(spaceCounted)
	return nil
}
