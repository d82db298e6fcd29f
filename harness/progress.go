package harness

import (
	"sync/atomic"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
)

// Progress shows how far a run is, within programs too. One [Verify] at a
// time writes it, any goroutine may read it; the zero value is ready. What it
// shows depends on how fast workers are, so nothing of it enters an outcome.
type Progress struct {
	programs, planned                     atomic.Int64
	visited, distinct, failures, activity atomic.Int64
}

// Snapshot is what a progress showed.
type Snapshot struct {
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

// Snapshot returns what the progress shows.
func (p *Progress) Snapshot() Snapshot {
	out := Snapshot{
		Programs: int(p.programs.Load()), Planned: int(p.planned.Load()),
		Visited: int(p.visited.Load()), Distinct: int(p.distinct.Load()), Failures: int(p.failures.Load()),
	}
	switch a := p.activity.Load(); a {
	case idle:
	case shrinking:
		out.Activity = "shrinking"
	default:
		out.Activity = crash.Stage(a - 1).String()
	}
	return out
}

// begin shows that nothing was done yet. A nil progress shows nothing, here and
// below.
func (p *Progress) begin(planned int) {
	if p == nil {
		return
	}
	for _, v := range []*atomic.Int64{&p.programs, &p.visited, &p.distinct, &p.failures, &p.activity} {
		v.Store(0)
	}
	p.planned.Store(int64(planned))
}

func (p *Progress) merged(t evidence.Tally) {
	if p != nil {
		p.programs.Store(int64(t.Programs))
	}
}

func (p *Progress) shrinking() {
	if p != nil {
		p.activity.Store(shrinking)
	}
}

// shown is an exploration's progress, nil for none, and what it was told already.
type shown struct {
	*Progress
	visited, failures int
}
