package host

import (
	"context"
	"slices"
	"sync"

	"github.com/ackproof/ackproof/faultfs"
)

// countdowns end the contexts of calls, each after some number of a disk's calls. The zero
// value has none.
type countdowns struct {
	mu      sync.Mutex
	running []*countdown
}

// countdown ends a context once no calls are left.
type countdown struct {
	left  int
	end   context.CancelFunc
	ended bool
}

// start returns a context that ends right after that many calls of the disk from now on, and
// what stops counting and reports whether it has ended by that. Of 0 calls it never ends.
func (c *countdowns) start(d *faultfs.Disk, calls int) (ctx context.Context, stop func() (ended bool)) {
	if calls == 0 {
		return context.Background(), func() bool { return false }
	}
	ctx, end := context.WithCancel(context.Background())
	one := &countdown{left: calls, end: end}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running = append(c.running, one)
	d.SetObserver(c.count)
	return ctx, func() bool {
		defer end()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.running = slices.DeleteFunc(c.running, func(o *countdown) bool { return o == one })
		if len(c.running) == 0 {
			d.SetObserver(nil)
		}
		return one.ended
	}
}

// count counts a call of the disk. A context ends in no lock: others may wait for it to.
func (c *countdowns) count() {
	var ended []*countdown
	c.mu.Lock()
	for _, one := range c.running {
		if one.left--; one.left == 0 {
			one.ended = true
			ended = append(ended, one)
		}
	}
	c.mu.Unlock()
	for _, one := range ended {
		one.end()
	}
}
