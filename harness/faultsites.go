package harness

import (
	"errors"
	"sync"

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
	at   int // of all calls in the step, counted from 1; 0 if that is not known
}

// growth is by how many bytes files grow together in a step of a program.
type growth struct {
	step int
	// after are those bytes after each call that adds some: the last is the whole.
	after []int
}

func (g growth) bytes() int { return g.after[len(g.after)-1] }

// faultSites runs a program and returns the calls that the engine makes in each of its
// steps, and how much its files grow there. A program that an engine fails has none.
func faultSites(h host.Host, from *evidence.Life, program scenarios.Program) (sites []faultSite, grown []growth, err error) {
	r := newRecording(h, false, from)
	defer r.close()
	if err = r.begin(); err == nil {
		err = r.countCalls()
	}
	for i := 0; err == nil && i < len(program); i++ {
		order := newCallOrder(r.machine)
		if err = r.step(program[i]); err != nil {
			break
		}
		if program[i].Kind == scenarios.Crash {
			order.before = nil // the disk after it counts anew
		}
		sites = append(sites, order.sites(i, r.machine)...)
		if order.grown != nil {
			grown = append(grown, growth{i, order.grown})
		}
	}
	if errors.Is(err, errStop) {
		return nil, nil, nil // the program itself tells what is wrong
	}
	return sites, grown, err
}

// callOrder is in which order a process makes calls of its disk, whose faults count them.
type callOrder struct {
	mu     sync.Mutex
	before map[fault.Call]int
	calls  int
	// at are by kind of call which of all calls each of its calls was.
	at map[fault.Call][]int
	// space is what was left before; grown is by how many bytes files grew, after each call
	// by which they did.
	space int
	grown []int
}

// newCallOrder begins to look at the calls of the process that runs on a machine. They begin
// as those behind a step that fails one do.
func newCallOrder(m host.Machine) *callOrder {
	m.DropCache()
	o := &callOrder{before: matched(m), at: map[fault.Call][]int{}, space: int(m.Space().LeftBytes)}
	m.SetObserver(func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.calls++
		o.grow(m)
		for call, n := range matched(m) {
			for len(o.at[call]) < n-o.before[call] {
				o.at[call] = append(o.at[call], o.calls)
			}
		}
	})
	return o
}

// sites returns the calls since the beginning, those of each kind in their order, and looks
// no more. Those of a later process have no place in the order.
func (o *callOrder) sites(step int, m host.Machine) (out []faultSite) {
	m.SetObserver(nil)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.grow(m)
	after := matched(m)
	for _, call := range fault.Calls() {
		at := o.at[call]
		for n := range after[call] - o.before[call] {
			site := faultSite{step: step, call: call, nth: n + 1}
			if n < len(at) {
				site.at = at[n]
			}
			out = append(out, site)
		}
	}
	return out
}

// grow notes by how much files have grown until now.
func (o *callOrder) grow(m host.Machine) {
	n := o.space - int(m.Space().LeftBytes)
	if n > 0 && (len(o.grown) == 0 || n > o.grown[len(o.grown)-1]) {
		o.grown = append(o.grown, n)
	}
}

// spaceCounted is more than a program's files grow by.
const spaceCounted = 1 << 40

// matched returns how many calls of each kind a disk counted that [recording.countCalls] has
// count them.
func matched(m host.Machine) map[fault.Call]int {
	out := map[fault.Call]int{}
	for _, c := range m.Faults() {
		if c.Fault.Nth > fault.NthMax/2 {
			out[c.Fault.Call] = c.Matched
		}
	}
	return out
}

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
