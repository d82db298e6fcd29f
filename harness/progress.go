package harness

import (
	"sync/atomic"

	"github.com/ackproof/ackproof/faultfs/crash"
)

// Progress shows how far a run is, within programs too. One [Verify] at a
// time writes it, any goroutine may read it; the zero value is ready. What it
// shows depends on how fast workers are, so nothing of it enters an outcome.
type Progress struct {
	programs, planned, round, rounds      atomic.Int64
	visited, distinct, findings, activity atomic.Int64
}

// Snapshot is what a progress showed.
type Snapshot struct {
	// Programs is how many programs were explored in this round, Planned how many it
	// has.
	Programs, Planned int
	// Round is the round, of Rounds; the first is 1.
	Round, Rounds int
	// Visited counts crash states of all rounds, Distinct the different images among
	// them; those of unfinished programs are included.
	Visited, Distinct int
	// Findings counts what was found so far.
	Findings int
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
		Round: int(p.round.Load()), Rounds: int(p.rounds.Load()),
		Visited: int(p.visited.Load()), Distinct: int(p.distinct.Load()), Findings: int(p.findings.Load()),
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
func (p *Progress) begin(rounds int) {
	if p == nil {
		return
	}
	for _, v := range []*atomic.Int64{&p.programs, &p.planned, &p.round, &p.visited, &p.distinct, &p.findings, &p.activity} {
		v.Store(0)
	}
	p.rounds.Store(int64(rounds))
}

// beginRound shows that the next round has begun, of a number of programs.
func (p *Progress) beginRound(planned int) {
	if p != nil {
		p.round.Add(1)
		p.planned.Store(int64(planned))
		p.programs.Store(0)
	}
}

// explored shows that one more program was explored in this round.
func (p *Progress) explored() {
	if p != nil {
		p.programs.Add(1)
	}
}

// found shows that there is one more finding.
func (p *Progress) found() {
	if p != nil {
		p.findings.Add(1)
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
	visited int
}
