package schedule

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// phase is a time in which calls of several clients overlap.
type phase struct {
	rng *rand.Rand
	// threads are those that came to a scheduling point and have not ended, by the name
	// of their goroutine.
	threads map[string]*thread
	made    int
	running *thread // nil: whoever may go on next
	coming  int     // clients that have not started; nobody goes on before they have
	steps   int
	changes map[int]bool // the steps at which whoever would go on gets the lowest priority
	lowest  int
	last    *thread // had the turn last, inRow times in a row
	inRow   int
	looks   int  // at who can go on
	over    bool // all go on at once: too many looks, or one that showed nothing for long
}

// thread is a goroutine in a phase.
type thread struct {
	number   int
	name     string
	priority int
}

// parked is a goroutine that waits.
type parked struct {
	thread *thread // nil outside of a phase
	wake   chan struct{}
	// syncs says that it is in a sync of which it is not yet drawn how long it takes.
	syncs bool
	// held says that it is in a sync that ends when until calls have returned, or others
	// have had heldTurnsMax turns; byHand, that the program asked for it.
	held, byHand bool
	until        int
	turns        int
	// stuck is the name of the goroutine whose sync is stuck, "" for others. It is held until
	// it is let go.
	stuck string
	// awaits says that it is held until the first sync is stuck.
	awaits bool
}

// number is that of its thread, 0 for none.
func (p *parked) number() int {
	if p.thread == nil {
		return 0
	}
	return p.thread.number
}

// The draws of a phase. A phase has some tens of scheduling points.
const (
	changesMax       = 4
	horizonMin       = 8
	horizonDoublings = 3
	returnsMax       = 3
	untilNobody      = 1 << 30

	// Who makes one call after the other until another goroutine has done something must
	// not keep that one from it.
	inRowMax     = 100
	heldTurnsMax = 1000
	// looksOfPhaseMax bounds what a phase costs where goroutines wait for each other.
	looksOfPhaseMax = 2000
)

func newPhase(seed uint64) *phase {
	p := &phase{rng: rand.New(rand.NewPCG(seed, 0)), threads: map[string]*thread{}, changes: map[int]bool{}}
	horizon := horizonMin << p.rng.IntN(horizonDoublings+1)
	for range p.rng.IntN(changesMax + 1) {
		p.changes[1+p.rng.IntN(horizon)] = true
	}
	return p
}

func (p *phase) newThread() *thread {
	p.made++
	return &thread{number: p.made, priority: p.rng.IntN(1 << 20)}
}

// start notes which goroutine a thread is.
func (p *phase) start(t *thread, name string) {
	t.name = name
	p.threads[name] = t
}

// arrive notes that a goroutine has come to a scheduling point, and returns its thread.
func (p *phase) arrive(name string) *thread {
	t := p.threads[name]
	if t == nil {
		t = p.newThread()
		p.start(t, name)
	}
	if p.running == t {
		p.running = nil
	}
	return t
}

// loose reports whether some thread neither waits nor has the turn: it waited for another
// and may go on by now.
func (p *phase) loose(all []*parked) bool {
	waiting := 0
	for _, o := range all {
		if o.thread != nil {
			waiting++
		}
	}
	if p.running != nil {
		waiting++
	}
	return len(p.threads) > waiting
}

// drawHolds draws for syncs that began how many calls must return while they run, and
// returns those that are held.
func (p *phase) drawHolds(all []*parked, returned int) {
	for _, o := range byNumber(all) {
		if !o.syncs {
			continue
		}
		o.syncs = false
		n := p.rng.IntN(returnsMax + 2)
		if n > returnsMax {
			n = untilNobody
		}
		if n > 0 && !o.held {
			o.held, o.until = true, returned+n
		}
	}
}

// byNumber returns those that wait in an order that does not depend on who came first.
func byNumber(all []*parked) []*parked {
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b *parked) int {
		return cmp.Compare(a.number(), b.number())
	})
	return out
}

// next returns who goes on: of those that are not held the one with the highest
// priority, nil for none.
func (p *phase) next(all []*parked) *parked {
	if p.coming > 0 {
		return nil
	}
	best := p.best(all)
	if best == nil {
		return nil
	}
	p.steps++
	if p.changes[p.steps] || best.thread == p.last && p.inRow >= inRowMax {
		p.lowest--
		best.thread.priority = p.lowest
		best = p.best(all)
	}
	if p.inRow++; best.thread != p.last {
		p.last, p.inRow = best.thread, 1
	}
	return best
}

func (p *phase) best(all []*parked) *parked {
	var best *parked
	for _, o := range all {
		if o.thread != nil && !o.held && (best == nil || o.thread.priority > best.thread.priority) {
			best = o
		}
	}
	return best
}
