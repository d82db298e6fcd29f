package main

import (
	"context"
	"os/signal"
	"syscall"
)

// interruptible returns a context that an interrupt ends, until stop is called. A second
// interrupt ends the process, whatever it does.
func interruptible(parent context.Context) (ctx context.Context, stop func()) {
	ctx, release := signal.NotifyContext(parent, syscall.SIGINT, syscall.SIGTERM)
	detach := context.AfterFunc(ctx, release)
	return ctx, func() {
		detach()
		release()
	}
}
