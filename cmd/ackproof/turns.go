package main

import (
	"sync"
	"time"

	"github.com/ackproof/ackproof/harness"
)

// turns lets jobs have the processors in turn until all are done, so that none is cut short
// while others leave time. It is safe for concurrent use.
type turns struct {
	deadline time.Time // zero for none
	lanes    int
	// single says that each job has one turn, as one that waits keeps others from running.
	single bool

	mu      sync.Mutex
	waiting []*begun
	open    int // jobs that are not done
	round   int
	turn    time.Duration // how long each is in this round
}

func newTurns(jobs []job, lanes int, deadline time.Time) *turns {
	t := &turns{deadline: deadline, lanes: lanes, single: harness.CountsRecoveries() == nil, open: len(jobs)}
	for i, j := range jobs {
		t.waiting = append(t.waiting, &begun{job: j, number: i, round: 1})
	}
	return t
}

// next returns the job whose turn it is, and how long that is, 0 for no bound; nil if none waits.
func (t *turns) next() (*begun, time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		return nil, 0
	}
	b := t.waiting[0]
	t.waiting = t.waiting[1:]
	switch {
	case t.deadline.IsZero():
	case t.single && b.engine.Expect.Holds(): // one that must be refuted ends when it is, and may take all
		b.budget = t.share()
	case t.single:
	case b.round > t.round:
		t.round, t.turn = b.round, max(turnMin, t.share()/2)
	}
	b.round++
	return b, t.turn
}

// turnMin is the shortest turn. Others are half of a job's share of the time, so that each has
// one again towards the end, when findings are made small.
const turnMin = 100 * time.Millisecond

// share returns a job's share of the time that is left.
func (t *turns) share() time.Duration {
	return time.Until(t.deadline) * time.Duration(min(t.lanes, t.open)) / time.Duration(t.open)
}

// pause makes a job wait for its next turn, and reports whether it does: not if none waits for
// its processors.
func (t *turns) pause(b *begun) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		return false
	}
	b.pause.Begin()
	t.waiting = append(t.waiting, b)
	return true
}

// done counts a job that needs no turn any more.
func (t *turns) done() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open--
}
