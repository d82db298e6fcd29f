package harness

import (
	"context"
	"sync/atomic"
)

// Pause makes a run wait between two crash states until it may go on, as other runs have its
// processors meanwhile. The time of a run goes on. The zero value lets it run. It is safe for
// concurrent use.
type Pause struct{ over atomic.Pointer[chan struct{}] }

// Begin makes the run wait. What it is at it ends first.
func (p *Pause) Begin() {
	over := make(chan struct{})
	p.over.CompareAndSwap(nil, &over)
}

// End lets the run go on.
func (p *Pause) End() {
	if over := p.over.Swap(nil); over != nil {
		close(*over)
	}
}

// begun reports whether the run is to wait. A nil Pause never is.
func (p *Pause) begun() bool { return p != nil && p.over.Load() != nil }

// wait returns once the run may go on, or its time is up. A nil Pause never makes it wait.
func (p *Pause) wait(ctx context.Context) {
	if p == nil {
		return
	}
	for over := p.over.Load(); over != nil && ctx.Err() == nil; over = p.over.Load() {
		select {
		case <-*over:
		case <-ctx.Done():
		}
	}
}
