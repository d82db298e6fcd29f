package harness

import (
	"context"
	"sync"

	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// concurrently runs a writer beside flushers and readers until all are done.
func (r *recording) concurrently(c scenarios.Concurrent) error {
	var writer []scenarios.Action
	for _, a := range c.Writer {
		writer = append(writer, r.expand(a)...)
	}
	clients := [][]scenarios.Action{writer}
	for _, ops := range append(c.Flushers, c.Readers...) {
		clients = append(clients, actionsOf(ops))
	}
	block := &block{recording: r}
	if e, ok := r.engine.(*workerEngine); ok {
		e.concurrently(true)
		defer e.concurrently(false)
	}
	if failed := r.runner.run(func() { block.run(clients) }); failed != nil {
		// Some client hangs; its call never returned.
		hung := models.Call{ID: r.takeID(), Op: models.Op{Kind: models.Flush}}
		hung.Invoked = r.disk.Invoke(hung.ID)
		return r.callCrashed(hung, failed)
	}
	r.life.Calls = append(r.life.Calls, block.calls...)
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

func (b *block) run(clients [][]scenarios.Action) {
	var group sync.WaitGroup
	for client, actions := range clients {
		group.Go(func() {
			for _, a := range actions {
				b.call(client, a)
			}
		})
	}
	group.Wait()
}

func (b *block) call(client int, a scenarios.Action) {
	c := models.Call{Client: client, Op: a.Op}
	b.mu.Lock()
	c.ID = b.takeID()
	b.mu.Unlock()
	c.Invoked = b.disk.Invoke(c.ID)
	if failed := attempt(func() { c.Result = call(context.Background(), b.engine, a.Op, a.Entries) }); failed != nil {
		c.Result = models.Result{Err: failed.manner + ": " + failed.text}
	}
	c.Returned = b.disk.Return(c.ID)
	b.mu.Lock()
	b.calls = append(b.calls, c)
	b.mu.Unlock()
}
