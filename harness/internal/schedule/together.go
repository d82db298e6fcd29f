package schedule

import "github.com/ackproof/ackproof/internal/watch"

// Together runs the clients, each on a goroutine of its own, and returns when all have.
// The seed draws who goes on when.
func (g *Gate) Together(seed uint64, clients []func()) {
	g.mu.Lock()
	g.phase = newPhase(seed)
	g.phase.coming = len(clients)
	g.calls++
	done := make(chan struct{})
	for _, client := range clients {
		t := g.phase.newThread() // in the order of the clients, whoever starts first
		go func() {
			defer func() { done <- struct{}{} }()
			defer g.end()
			g.start(t)
			client()
		}()
	}
	g.mu.Unlock()
	for range clients {
		<-done
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls--
	g.phase = nil
	g.letAllGo() // goroutines of the engine's own
}

// start has the calling goroutine wait until all clients have started and it is its turn.
func (g *Gate) start(t *thread) {
	g.mu.Lock()
	if g.phase == nil {
		g.mu.Unlock()
		return // opened meanwhile
	}
	g.phase.start(t, watch.Goroutine())
	g.phase.coming--
	if g.free {
		g.mu.Unlock()
		return
	}
	g.wait(&parked{thread: t, wake: make(chan struct{})})
}

// end says that the calling goroutine runs no more.
func (g *Gate) end() {
	name := watch.Goroutine()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.phase != nil {
		if g.phase.running == g.phase.threads[name] {
			g.phase.running = nil
		}
		delete(g.phase.threads, name)
	}
	g.progress++
	g.settle()
}
