package harness

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// interrupted says that this process was told to end: no run begins any more.
var interrupted atomic.Bool

// interruptible returns a context that also ends with SIGINT and SIGTERM. A second one
// ends the process, as it does while none is caught.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if interrupted.Load() {
		cancel()
	}
	go func() {
		defer signal.Stop(signals)
		select {
		case <-signals:
			interrupted.Store(true)
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}
