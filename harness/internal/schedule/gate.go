package schedule

import (
	"slices"
	"sync"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/internal/watch"
)

// Gate is what the calls of one engine's disk pass. Outside of a phase only syncs for
// which there is a [Hold] wait. It is safe for use by many goroutines.
type Gate struct {
	// busy returns which goroutines of the engine can go on by themselves.
	busy func() map[string]bool
	// free lets all go on at once in a phase; only syncs are held.
	free bool

	mu       sync.Mutex
	open     bool // for ever: nobody waits any more
	calls    int  // under way
	returned int
	syncs    int // that began
	holds    []armed
	phase    *phase
	parked   []*parked
	reads    readings
	wasStuck bool   // some sync
	watched  bool   // somebody looks whether those that are parked may go on
	progress uint64 // grows with whatever happens
}

var _ faultfs.Gate = (*Gate)(nil)

// armed is a hold for a sync that has not begun.
type armed struct{ sync, returns int }

// New returns a gate. busy returns the names of the engine's goroutines that can go on
// by themselves, as [watch.Goroutine] has them; with free the goroutines of a phase do not wait
// for each other, for engines whose goroutines are not known.
func New(free bool, busy func() map[string]bool) *Gate { return &Gate{free: free, busy: busy} }

// Arm has a sync held that has not begun.
func (g *Gate) Arm(h Hold) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.holds = append(g.holds, armed{g.syncs + h.Sync, h.Returns})
}

// Enter says that a call of the engine begins, Leave that it ended. While none is under
// way whoever is held waits for the next one.
func (g *Gate) Enter() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls++
	g.progress++
}

// Leave is the end of what Enter began.
func (g *Gate) Leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls--
	g.progress++
}

// Returned counts a call that returned.
func (g *Gate) Returned() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.returned++
	g.progress++
	g.settle()
}

// Open ends all waiting, for ever: the process is dead.
func (g *Gate) Open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open, g.phase, g.holds = true, nil, nil
	for _, p := range g.parked {
		close(p.wake)
	}
	g.parked = nil
}

// Pass is a scheduling point, in a phase.
func (g *Gate) Pass() {
	g.mu.Lock()
	if g.open || g.phase == nil || g.free || g.phase.over {
		g.mu.Unlock()
		return
	}
	t := g.phase.arrive(watch.Goroutine())
	g.wait(&parked{thread: t, wake: make(chan struct{})})
}

// Hold holds a sync that began.
func (g *Gate) Hold() {
	g.mu.Lock()
	if g.open {
		g.mu.Unlock()
		return
	}
	p := &parked{wake: make(chan struct{})}
	g.syncs++
	if i := slices.IndexFunc(g.holds, func(h armed) bool { return h.sync == g.syncs }); i >= 0 {
		p.held, p.byHand, p.until = true, true, g.returned+g.holds[i].returns
		g.holds = slices.Delete(g.holds, i, i+1)
	}
	if g.phase != nil && !g.phase.over {
		p.syncs = true
		if !g.free {
			p.thread = g.phase.arrive(watch.Goroutine())
		}
	}
	if !p.held && !p.syncs {
		g.mu.Unlock()
		return
	}
	g.wait(p)
}

// wait parks the calling goroutine. The lock is held, and given away.
func (g *Gate) wait(p *parked) {
	g.park(p)
	g.mu.Unlock()
	<-p.wake
}

// park has p wait. The lock is held.
func (g *Gate) park(p *parked) {
	g.progress++
	g.parked = append(g.parked, p)
	g.settle()
	if len(g.parked) > 0 && !g.watched {
		g.watched = true
		go g.lookAfter()
	}
}

// settle lets go on who may, unless it must be seen first who else can go on by itself.
// The lock is held.
func (g *Gate) settle() {
	if g.phase == nil || g.free || g.phase.over {
		g.endHolds()
		return
	}
	if g.phase.running == nil && !g.phase.loose(g.parked) {
		g.dispatch()
	}
}

// dispatch gives the turn to whoever is next. Nobody has it, and all others wait.
func (g *Gate) dispatch() {
	g.endHolds()
	if p := g.phase.next(g.parked); p != nil {
		g.phase.running = p.thread
		g.release(p)
	}
}

// endHolds ends the holds of which enough calls have returned, and begins others.
func (g *Gate) endHolds() {
	if g.phase != nil && !g.phase.over {
		g.phase.drawHolds(g.parked, g.returned)
	}
	for _, p := range slices.Clone(g.parked) {
		if p.stuck != "" {
			continue
		}
		if p.turns++; p.held && (g.returned >= p.until || p.turns > heldTurnsMax) {
			p.held = false
		}
		if p.thread == nil && !p.held {
			g.release(p)
		}
	}
}

func (g *Gate) release(p *parked) {
	g.progress++
	g.parked = slices.DeleteFunc(g.parked, func(o *parked) bool { return o == p })
	close(p.wake)
}

// lookAfter looks after those that are parked until nobody is: whoever runs may wait for
// one of them.
func (g *Gate) lookAfter() {
	for {
		lookAfter(g.look, g.unblock)
		g.mu.Lock()
		more := len(g.parked) > 0
		g.watched = more
		g.mu.Unlock()
		if !more {
			return
		}
	}
}

func (g *Gate) look() (uint64, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.progress, len(g.parked) > 0
}

// unblock gives the turn to somebody else if whoever has it cannot go on, unless something
// happened since then.
func (g *Gate) unblock(then uint64, looks int) {
	if g.idle() {
		return // the next call may let somebody go on
	}
	busy, tooLong := g.busy(), looks > looksMax
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.progress != then {
		return
	}
	p := g.phase
	if p == nil || g.free || p.over {
		if len(busy) == 0 || tooLong {
			g.endOldestHold(looks, len(busy) == 0)
		}
		return
	}
	if p.looks++; tooLong || p.looks > looksOfPhaseMax {
		p.over = true
		g.letAllGo()
		return
	}
	for name := range p.threads {
		if busy[name] {
			return // it is running, or on its way to a scheduling point
		}
	}
	p.running = nil
	if g.dispatch(); p.running == nil && len(busy) == 0 {
		g.endOldestHold(looks, true)
	}
}

func (g *Gate) idle() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.calls == 0
}

// letAllGo ends the waiting of all but those that are held by hand, which are no threads
// of a phase any more.
func (g *Gate) letAllGo() {
	for _, p := range slices.Clone(g.parked) {
		if p.thread = nil; !p.byHand && p.stuck == "" {
			p.held = false
		}
	}
	g.endHolds()
}

// unstick lets a sync go that is stuck, and reports whether it has. It does so late where a
// call reads that may only be slow; then that call is blocked, if nobody else can go on.
func (g *Gate) unstick(p *parked, looks int, quiet bool) bool {
	besides := g.reads.besides(g.parked)
	if len(besides) > 0 && looks <= readLooks {
		return false
	}
	for _, r := range besides {
		r.blocked = r.blocked || quiet
	}
	p.stuck, p.held = "", false
	return true
}

// endOldestHold ends the sync that is held longest, or else is stuck, after that many looks
// at which nothing happened. With quiet nobody can go on by himself.
func (g *Gate) endOldestHold(looks int, quiet bool) {
	i := slices.IndexFunc(g.parked, func(p *parked) bool { return p.held && p.stuck == "" })
	if i < 0 {
		i = slices.IndexFunc(g.parked, func(p *parked) bool { return p.stuck != "" })
	}
	if i < 0 || g.parked[i].stuck != "" && !g.unstick(g.parked[i], looks, quiet) {
		return
	}
	g.parked[i].until = g.returned
	if g.phase == nil || g.free || g.phase.over {
		g.endHolds()
	} else {
		g.dispatch()
	}
}
