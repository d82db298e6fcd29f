package harness

import (
	"sync/atomic"

	"github.com/ackproof/ackproof/faultfs/crash"
)

// Gauge shows how far a run is, in the midst of programs too. One [Verify] at a
// time writes it, any goroutine may read it; the zero value is ready. What it
// shows depends on how fast workers are, so nothing of it enters an outcome.
type Gauge struct {
	programs, planned                     atomic.Int64
	visited, distinct, failures, activity atomic.Int64
}

// Reading is what a gauge showed.
type Reading struct {
	// Programs is how many programs ran to their end, Planned how many there are.
	Programs, Planned int
	// Visited and Distinct count crash states and the images among them, those of
	// unfinished programs included.
	Visited, Distinct int
	// Failures counts the programs' failed properties, before they are confirmed
	// and made findings of.
	Failures int
	// Activity is the stage that is explored, "shrinking", or "" before any.
	Activity string
}

// The activities besides stages, which begin at 0 and are kept one higher.
const (
	idle      = 0
	shrinking = -1
)

// Read returns what the gauge shows.
func (g *Gauge) Read() Reading {
	out := Reading{
		Programs: int(g.programs.Load()), Planned: int(g.planned.Load()),
		Visited: int(g.visited.Load()), Distinct: int(g.distinct.Load()), Failures: int(g.failures.Load()),
	}
	switch a := g.activity.Load(); a {
	case idle:
	case shrinking:
		out.Activity = "shrinking"
	default:
		out.Activity = crash.Stage(a - 1).String()
	}
	return out
}

// begin shows that nothing was done yet. A nil gauge shows nothing, here and
// below.
func (g *Gauge) begin(planned int) {
	if g == nil {
		return
	}
	for _, v := range []*atomic.Int64{&g.programs, &g.visited, &g.distinct, &g.failures, &g.activity} {
		v.Store(0)
	}
	g.planned.Store(int64(planned))
}

func (g *Gauge) merged(t Tally) {
	if g != nil {
		g.programs.Store(int64(t.Programs))
	}
}

func (g *Gauge) shrinking() {
	if g != nil {
		g.activity.Store(shrinking)
	}
}

// gauged is an exploration's gauge, nil for none, and what it was told already.
type gauged struct {
	*Gauge
	visited, failures int
}

// gauge shows, once in a while, what was explored since it did so last.
func (x *exploration) gauge(stage crash.Stage) {
	const every = 64
	if x.gauged.Gauge != nil && x.tally.Visited%every == 0 {
		x.gauged.activity.Store(int64(stage) + 1)
		x.gaugeRest()
	}
}

// gaugeRest shows what was not shown yet.
func (x *exploration) gaugeRest() {
	g := x.gauged
	if g.Gauge == nil {
		return
	}
	g.Gauge.visited.Add(int64(x.tally.Visited - g.visited))
	g.Gauge.failures.Add(int64(len(x.failures) - g.failures))
	g.distinct.Store(int64(x.cache.size()))
	x.gauged = gauged{g.Gauge, x.tally.Visited, len(x.failures)}
}

// size returns how many images were met.
func (c *cache) size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.byImage)
}
