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

// hold has the syncs of the disk in the worker pass the gate before they enter the
// kernel.
func (l *workerLook) hold(w *worker, disk string, gate *schedule.Gate) {
	l.at(w)
	w.server.HoldSyncs(disk, func(s fusefs.PendingSync) func() {
		passed := make(chan struct{})
		go func() {
			defer close(passed)
			if s.Released != nil {
				gate.Stick(s.Released)
			} else {
				gate.Hold()
			}
		}()
		select {
		case <-passed:
		case <-s.Gone: // the gate opens once the process is dead
		}
		return nil
	})
}
