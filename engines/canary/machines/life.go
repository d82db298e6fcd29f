package machines

import (
	"context"
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// Start makes the machine serve.
func (p *plain) Start(ctx context.Context) error {
	return p.do(ctx, "start", func() error {
		p.running = true
		if p.plant == leavesSweeper {
			go sweep(make(chan struct{})) // plant: machine-sweeper-outlives-close
		}
		return nil
	})
}

// sweep waits for what has expired until the channel is closed.
func sweep(expired <-chan struct{}) {
	for range expired {
	}
}

// Stop ends serving, and makes all that was done durable, so also what moved on in memory
// since an earlier Stop.
func (p *plain) Stop(ctx context.Context) error {
	return p.do(ctx, "stop", func() error {
		p.running = false
		return p.settleLast()
	})
}

// settleLast makes durable what a shutdown must keep.
func (p *plain) settleLast() error {
	return p.settle(p.plant != skipsStopSync) // plant: machine-stop-loses
}

// IsRunning reports whether the machine serves.
func (p *plain) IsRunning() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running
}

// Close makes all that was done durable and closes the file. After a failed write it says
// so again, as it can promise nothing.
func (p *plain) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.unusable
	if !errors.Is(err, engines.ErrClosed) {
		if err == nil {
			err = p.settleLast()
		}
		err = errors.Join(err, p.file.Close())
		p.unusable, p.running = engines.ErrClosed, false
	}
	if err != nil {
		return fmt.Errorf("plain machine: close: %w", err)
	}
	return nil
}
