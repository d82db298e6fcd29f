package schedule

import (
	"slices"

	"github.com/ackproof/ackproof/internal/watch"
)

// Read makes a call that reads. In a phase it begins once a sync is stuck, if none was before
// and others can go on until then. Beside reports whether a sync of
// another goroutine was stuck when it returned, and blocked whether it could not return
// before one was let go.
func (g *Gate) Read(call func()) (beside, blocked bool) {
	r := &reading{goroutine: watch.Goroutine()}
	g.awaitStuck(r.goroutine)
	g.mu.Lock()
	g.reads = append(g.reads, r)
	g.mu.Unlock()
	defer func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.progress++
		g.reads = slices.DeleteFunc(g.reads, func(o *reading) bool { return o == r })
		beside = slices.ContainsFunc(g.parked, func(p *parked) bool { return p.stuck != "" && p.stuck != r.goroutine })
		blocked = r.blocked
	}()
	call()
	return beside, blocked
}

// awaitStuck has a goroutine of a phase wait for the first sync that is stuck.
func (g *Gate) awaitStuck(name string) {
	g.mu.Lock()
	if g.open || g.phase == nil || g.phase.over || g.free || g.wasStuck {
		g.mu.Unlock()
		return
	}
	g.wait(&parked{thread: g.phase.arrive(name), wake: make(chan struct{}), held: true, until: untilNobody, awaits: true})
}

// Stick has a sync wait that is stuck, until released is closed or nobody else can go on.
// Then it goes on when it is its turn.
func (g *Gate) Stick(released <-chan struct{}) {
	g.mu.Lock()
	if g.open {
		g.mu.Unlock()
		return
	}
	g.wasStuck = true
	for _, p := range g.parked {
		p.held = p.held && !p.awaits
	}
	name := watch.Goroutine()
	p := &parked{wake: make(chan struct{}), held: true, stuck: name}
	if g.phase != nil && !g.phase.over && !g.free {
		p.thread = g.phase.arrive(name)
	}
	g.park(p)
	g.mu.Unlock()
	select {
	case <-p.wake:
		return
	case <-released:
	}
	g.mu.Lock()
	p.stuck, p.held = "", false
	g.progress++
	g.settle()
	g.mu.Unlock()
	<-p.wake
}
