package harness

import (
	"sync"

	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// concurrently runs a writer beside flushers and readers until all are done.
func (r *recording) concurrently(c scenarios.Concurrent) error {
	var writer []scenarios.Action
	for _, a := range c.Writer {
		writer = append(writer, a.For(r.machine.Engine())...)
	}
	clients := [][]scenarios.Action{writer}
	for _, ops := range append(c.Flushers, c.Readers...) {
		clients = append(clients, actionsOf(ops))
	}
	b := &block{recording: r}
	failed := r.machine.Together(func(call host.Caller) { b.run(clients, call) })
	if failed != nil {
		// Some client hangs; its call never returned.
		hung := models.Call{ID: r.takeID(), Op: models.Op{Kind: models.Flush}, Result: failed.Result()}
		hung.Invoked = r.machine.Invoke(hung.ID)
		return r.returned(hung)
	}
	r.life.Calls = append(r.life.Calls, b.calls...)
	return r.checkLive()
}

func actionsOf(ops []models.Op) []scenarios.Action {
	out := make([]scenarios.Action, len(ops))
	for i, op := range ops {
		out[i].Op = op
	}
	return out
}

// block is clients that call one engine at the same time.
type block struct {
	*recording
	mu    sync.Mutex
	calls models.History
}

func (b *block) run(clients [][]scenarios.Action, call host.Caller) {
	var group sync.WaitGroup
	for client, actions := range clients {
		group.Go(func() {
			for _, a := range actions {
				b.call(client, a, call)
			}
		})
	}
	group.Wait()
}

func (b *block) call(client int, a scenarios.Action, call host.Caller) {
	c := models.Call{Client: client, Op: a.Op}
	b.mu.Lock()
	c.ID = b.takeID()
	b.mu.Unlock()
	c.Invoked = b.machine.Invoke(c.ID)
	c.Result = call(a.Op, a.Entries)
	c.Returned = b.machine.Return(c.ID)
	b.mu.Lock()
	b.calls = append(b.calls, c)
	b.mu.Unlock()
}
