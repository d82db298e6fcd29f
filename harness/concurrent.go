package harness

import (
	"cmp"
	"slices"
	"sync"

	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// concurrently runs a writer beside other clients until all are done.
func (r *recording) concurrently(s scenarios.Step) error {
	c := r.resolver.Together(s)
	b := &block{recording: r}
	clients := []func(host.Caller){b.client(0, c.Writer)}
	for _, actions := range c.Others {
		clients = append(clients, b.client(len(clients), actions))
	}
	failed := r.machine.Together(uint64(s.Seed), clients)
	if failed != nil {
		b.hung(failed)
	}
	dies := b.dies()
	before := len(r.life.Calls)
	r.life.Calls = append(r.life.Calls, b.calls...)
	if b.waits {
		return cmp.Or(r.checkLive(), r.endWait())
	}
	if dies {
		if err := r.checkLive(); err != nil {
			return err
		}
		return r.startAnew()
	}
	if err := r.checkLive(); err != nil || b.over {
		return cmp.Or(err, errStop)
	}
	if writesRefused(r.life.Calls[before:]) || b.leftOut {
		return r.readBack()
	}
	return nil
}

// block is clients that call one engine at the same time.
type block struct {
	*recording
	mu    sync.Mutex
	calls models.History
	// over says that the engine failed to return: no more calls are made.
	over bool
	// waits says that it is over as calls wait for a fault to end.
	waits bool
	// leftOut says that the writer left calls out, as one that they depend on was refused.
	leftOut bool
}

// client returns what a client does: the actions in their order, but for those that depend
// on one that was refused.
func (b *block) client(number int, actions []scenarios.Action) func(host.Caller) {
	return func(call host.Caller) {
		refused := false
		for _, a := range actions {
			switch {
			case a.Fault != nil:
				host.Must(a, b.fault(*a.Fault))
			case refused && a.Dependent:
				b.leaveOut()
			default:
				refused = b.call(number, a, call) || refused
			}
		}
	}
}

func (b *block) leaveOut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.leftOut = true
}

// call makes a call, unless the block is over, and reports whether it was refused.
func (b *block) call(client int, a scenarios.Action, call host.Caller) (refused bool) {
	b.mu.Lock()
	if b.over {
		b.mu.Unlock()
		return false
	}
	c := models.Call{ID: b.takeID(), Client: client, Op: a.Op, Returned: models.Pending}
	b.mu.Unlock()
	c.Invoked = b.machine.Invoke(c.ID)
	at := b.begin(c)
	tell(&c, call(requestOf(a)))
	b.end(at, c)
	return c.Result.Err != ""
}

// begin adds a call that is under way, and returns its place.
func (b *block) begin(c models.Call) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = append(b.calls, c)
	return len(b.calls) - 1
}

// end completes a call, unless the block is over.
func (b *block) end(at int, c models.Call) {
	c.Returned = b.machine.Return(c.ID)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return
	}
	b.calls[at] = c
	b.over = c.Result.Failure != nil
}

// dies reports whether the process died of a page in one of the calls: those that did not
// return are refused then.
func (b *block) dies() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.ContainsFunc(b.calls, func(c models.Call) bool { return b.losesPage(c.Invoked, c.Result.Failure) }) {
		return false
	}
	b.calls = slices.Clone(b.calls)
	for i := range b.calls {
		if failed := b.calls[i].Result.Failure; failed != nil {
			b.calls[i].Result = died(failed)
		}
	}
	return true
}

// hung ends a block in which some call did not return. The oldest of those that are under
// way gets the failure, unless one has failed before, which may be why the others hang. All
// are refused if they wait for a fault to end.
func (b *block) hung(failed *host.CallFailure) {
	b.mu.Lock()
	defer b.mu.Unlock()
	before := b.over
	b.over, b.calls = true, slices.Clone(b.calls)
	for i := range b.calls {
		c := &b.calls[i]
		if before || c.Returned != models.Pending {
			continue
		}
		c.Result, c.Returned = failed.Result(), b.machine.Return(c.ID)
		if !b.recording.waits(c.Invoked, c.Result.Failure) {
			return
		}
		b.waits, c.Result = true, waited(c.Result.Failure)
	}
}
