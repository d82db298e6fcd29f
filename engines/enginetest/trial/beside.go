package trial

import (
	"sync"
	"sync/atomic"
)

// Beside runs write with the others beside it, each in a goroutine of its own. The others
// are repeated until write has ended, at least once, or until they fail. Write may end once
// failed reports that one of them did: what comes then tells nothing more.
func Beside(at *Progress, write func(failed func() bool) error, others ...func() error) error {
	done, errs := make(chan struct{}), make([]error, len(others)+1)
	var writing, running sync.WaitGroup
	var ended atomic.Bool // of any of the others, which before write's end is a failure
	for i, act := range others {
		Go(at, &running, &errs[i], func() error {
			defer ended.Store(true)
			return until(done, act)
		})
	}
	Go(at, &writing, &errs[len(others)], func() error { return write(ended.Load) })
	writing.Wait()
	at.Note("the end of those beside the writer")
	close(done)
	running.Wait()
	return Join(errs...)
}

// Apart runs live in each of the places, side by side, each in a goroutine of its own.
func Apart[P Place](at *Progress, places []P, live func(i int, place P) error) error {
	errs := make([]error, len(places))
	var running sync.WaitGroup
	for i, place := range places {
		Go(at, &running, &errs[i], func() error { return live(i, place) })
	}
	running.Wait()
	return Join(errs...)
}

// Go runs do, guarded, in a goroutine of running, and sets *err to what comes of it. What
// comes of the case is chance from then on.
func Go(at *Progress, running *sync.WaitGroup, err *error, do func() error) {
	at.beside.Store(true)
	*err = errExit // unless do returns
	running.Go(func() { *err = Guarded(do) })
}

func until(done <-chan struct{}, act func() error) error {
	for {
		if err := act(); err != nil {
			return err
		}
		select {
		case <-done:
			return nil
		default:
		}
	}
}
