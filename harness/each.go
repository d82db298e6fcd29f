package harness

import (
	"errors"
	"sync"
	"sync/atomic"
)

// each has workers do something with each of n numbers, from 0 on, and returns all errors.
func each(n, workers int, do func(i int) error) error {
	errs := make([]error, n)
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(workers, n) {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				errs[i] = do(int(i))
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}
