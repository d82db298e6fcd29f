package harness

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
)

// findings are those of a run. Explorations offer them as soon as they are confirmed, and
// they are accepted and told in the order of the programs, so that neither they nor their
// order depend on who was faster. One that has waited long for its turn is accepted
// before: a finding that is not told is none.
type findings struct {
	config Config
	// explain returns a known cause that explains a finding, nil for none.
	explain func(*found) *cause
	stop    func() // exploring
	// hang says that a hang is known.
	hang atomic.Bool

	mu      sync.Mutex
	turn    int // the program whose findings are accepted
	waiting []*found
	all     []*finding
	// foundAs has, for a finding of a program, the run's finding of the same cause.
	foundAs  map[*evidence.Case]*evidence.Case
	stopping bool // as soon as there is one
}

// finding is a finding of the run.
type finding struct {
	*found
	// explained says that it was made small and explained to the end.
	explained bool
}

func newFindings(c Config, explain func(*found) *cause, stop func()) *findings {
	return &findings{config: c, explain: explain, stop: stop, foundAs: map[*evidence.Case]*evidence.Case{}}
}

// turnPatience is how long a finding waits for its turn.
var turnPatience = 5 * time.Second

// offer offers a finding, which is accepted at once if it is its program's turn.
func (f *findings) offer(one *found) {
	if one.Hangs() {
		f.hang.Store(true)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = append(f.waiting, one)
	if one.program <= f.turn {
		f.accept(func(o *found) bool { return o == one })
		return
	}
	time.AfterFunc(turnPatience, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.accept(func(o *found) bool { return o == one })
	})
}

// beginRound makes it the turn of a round's first program.
func (f *findings) beginRound(first int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn = first
}

// next ends the turn of a program, which has offered all that it found.
func (f *findings) next() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn++
	f.accept(func(o *found) bool { return o.program <= f.turn })
}

// accept accepts those that wait and are chosen, in their order. The caller holds mu.
func (f *findings) accept(chosen func(*found) bool) {
	var now []*found
	f.waiting = slices.DeleteFunc(f.waiting, func(o *found) bool {
		if !chosen(o) {
			return false
		}
		now = append(now, o)
		return true
	})
	for _, one := range now {
		f.add(one)
	}
}

// add adds a finding and tells it, unless there is one of its cause, or there are as many
// as the run may have.
func (f *findings) add(one *found) {
	for _, before := range f.all {
		if before.cause.isSame(one.cause) {
			f.foundAs[one.Case] = before.Case
			return
		}
	}
	if known := f.explain(one); known != nil {
		f.foundAs[one.Case] = known.finding
		return
	}
	if one.cause.known == nil && f.count() >= f.config.FindingsMax {
		return
	}
	f.all = append(f.all, &finding{found: one})
	f.foundAs[one.Case] = one.Case
	f.config.Progress.found()
	if f.config.Found != nil {
		f.config.Found(one.Case)
	}
	if f.stopping {
		f.stop()
	}
}

// shrinkNow ends the exploring if there is a finding, or else with the first: what is
// left of the time is for making it small.
func (f *findings) shrinkNow() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopping = true
	if len(f.all) > 0 {
		f.stop()
	}
}

// causes returns what is known: what the user knows, and what was found by programs before
// the given one. They are the caller's.
func (f *findings) causes(before int) causes {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.causesLocked(before)
}

func (f *findings) causesLocked(before int) causes {
	var out causes
	for i := range f.config.Known {
		k := &f.config.Known[i]
		out = append(out, &cause{Cause: k.Cause, known: k})
	}
	for _, one := range f.all {
		switch k := one.cause.known; {
		case k != nil:
			i := slices.IndexFunc(out, func(c *cause) bool { return c.known == k })
			out[i].finding = one.Case
		case one.program < before || one.settled:
			out = append(out, &cause{Cause: one.cause.Cause, finding: one.Case, flaky: one.cause.flaky})
		}
	}
	return out
}

// endRound lets all programs of the next round know of what was found. If the time was up
// in this round, what still waits is accepted.
func (f *findings) endRound(outOfTime bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.accept(func(*found) bool { return outOfTime })
	f.waiting = nil // of programs that do not count
	for _, one := range f.all {
		one.settled = true
	}
}

// enough reports whether the findings are all that was asked for.
func (f *findings) enough() bool { return f.enoughUpTo(allPrograms) }

const allPrograms = 1 << 30

// enoughUpTo is enough without the findings of later programs of this round, which may
// or may not have been begun.
func (f *findings) enoughUpTo(program int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	cases := f.fresh(program)
	return len(cases) >= f.config.FindingsMax || f.config.areAsked(cases)
}

// fresh returns the findings of causes that nobody knew, without those of later programs
// of this round. The caller holds mu.
func (f *findings) fresh(program int) (out []*evidence.Case) {
	for _, one := range f.all {
		if one.cause.known == nil && (one.program <= program || one.settled) {
			out = append(out, one.Case)
		}
	}
	return out
}

// asAsked reports whether there is what the run was to end with.
func (f *findings) asAsked() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.config.areAsked(f.fresh(allPrograms))
}

// count counts the findings of causes that nobody knew.
func (f *findings) count() (n int) {
	for _, one := range f.all {
		if one.cause.known == nil {
			n++
		}
	}
	return n
}

// countStates adds the states of a program's causes to those of the run's findings.
func (f *findings) countStates(states map[*evidence.Case]int, all causes) {
	for _, c := range all {
		if known := f.foundAs[c.finding]; known != nil {
			states[known] += c.states
		}
	}
}

// unseen returns the known causes that did not show.
func (f *findings) unseen() []evidence.Known {
	var out []evidence.Known
	for _, c := range f.causes(0) {
		if c.known != nil && c.finding == nil {
			out = append(out, *c.known)
		}
	}
	return out
}
