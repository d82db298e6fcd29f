package harness

import (
	"sync"

	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// concurrently runs a writer beside flushers, readers and a purger until all are done.
func (r *recording) concurrently(s scenarios.Step) error {
	c := r.resolver.ResolveConcurrently(s)
	var writer []scenarios.Action
	for _, a := range c.Writer {
		writer = append(writer, a.For(r.machine.Engine())...)
	}
	b := &block{recording: r}
	clients := []func(host.Caller){b.client(0, writer)}
	for _, ops := range append(append(c.Flushers, c.Readers...), c.Purger) {
		if len(ops) > 0 {
			clients = append(clients, b.client(len(clients), actionsOf(ops)))
		}
	}
	if failed := r.machine.Together(uint64(s.Seed), clients); failed != nil {
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

// client returns what a client does: the actions in their order.
func (b *block) client(number int, actions []scenarios.Action) func(host.Caller) {
	return func(call host.Caller) {
		for _, a := range actions {
			b.call(number, a, call)
		}
	}
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
