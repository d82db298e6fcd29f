package host

import (
	"sync"

	"github.com/ackproof/ackproof/faultfs/fusefs"
	"github.com/ackproof/ackproof/harness/internal/schedule"
	"github.com/ackproof/ackproof/internal/watch"
)

// workerLook looks whether a worker can go on by itself.
type workerLook struct {
	mu     sync.Mutex
	worker *worker // nil: nobody runs
	last   watch.Usage
}

func (l *workerLook) at(w *worker) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.worker = w
}

// busy reports whether the worker ran since the last look, or could run.
func (l *workerLook) busy() map[string]bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.worker == nil {
		return nil
	}
	now := watch.Of(l.worker.process.Pid())
	now.Calls = l.worker.fileCalls()
	if now == l.last && !watch.Runnable(l.worker.process.Pid()) {
		return nil
	}
	l.last = now
	return map[string]bool{"worker": true}
}

// gateOfWorker returns a gate for an engine whose threads nobody here knows: its syncs
// are held, and nothing else.
func (m *workerMachine) gateOfWorker() *schedule.Gate {
	gate := schedule.New(true, m.look.busy)
	if e := m.running(); e != nil {
		m.holdSyncs(e, gate)
	}
	return gate
}

// holdSyncs has the syncs of an engine pass the gate, if there is one, before they enter
// the kernel.
func (m *workerMachine) holdSyncs(e *workerEngine, gate *schedule.Gate) {
	if gate == nil {
		return
	}
	m.look.at(e.worker)
	e.worker.server.HoldSyncs(e.disk, func(s fusefs.PendingSync) func() {
		passed := make(chan struct{})
		go func() {
			defer close(passed)
			gate.Hold()
		}()
		select {
		case <-passed:
		case <-s.Gone: // the gate opens once the process is dead
		}
		return nil
	})
}
