package harness

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
)

// explore has workers explore the programs and merges their results in the order of the
// programs, so that the outcome does not depend on who was faster. It reports whether
// the run ended in this round.
func (v *verification) explore(r round) (ended bool, err error) {
	merged, end := v.programsOf(r)
	v.last.Store(int64(end))
	v.findings.beginRound(merged)
	v.classes.beginRound(merged, end)
	v.config.Progress.beginRound(end - merged)
	waiting := map[int]*explored{}
	for result := range v.startWorkers(r) {
		waiting[result.index] = result
		for r := waiting[merged]; r != nil && int64(merged) < v.last.Load() && err == nil; r = waiting[merged] {
			delete(waiting, merged)
			merged++
			if err = v.merge(r); err != nil {
				v.last.Store(0) // let the workers end
			}
		}
	}
	for _, i := range slices.Sorted(maps.Keys(waiting)) {
		// The time was up before one that comes before was begun.
		if err == nil && int64(i) < v.last.Load() {
			err = v.merge(waiting[i])
		}
	}
	v.findings.endRound(v.exploring.Err() != nil)
	return v.exploring.Err() != nil || v.ended, err
}

// startWorkers has workers explore the programs and returns their results as they come.
func (v *verification) startWorkers(r round) <-chan *explored {
	var next atomic.Int64
	first, _ := v.programsOf(r)
	next.Store(int64(first))
	results := make(chan *explored)
	explore := func() bool {
		i := next.Add(1) - 1
		if i >= v.last.Load() || v.exploring.Err() != nil {
			v.classes.leave(int(i))
			return false
		}
		results <- v.program(r, int(i))
		return true
	}
	var own, beside sync.WaitGroup
	for range min(v.config.Workers, len(v.programs)) {
		own.Go(func() {
			for explore() {
			}
		})
	}
	ended := make(chan struct{})
	for range v.config.Spare.most() {
		beside.Go(func() { v.config.Spare.on(ended, explore) })
	}
	go func() {
		own.Wait()
		close(ended)
		beside.Wait()
		close(results)
	}()
	return results
}

// program explores one program.
func (v *verification) program(r round, i int) (out *explored) {
	impatient := v.findings.hang.Load()
	x := v.newExploration(r.of(v.programs[i].Program), v.patience())
	if r.faulted {
		x.config.Profile, x.faulted = v.faulted[i-v.unfaulted()].profile, true
	} else if v.config.Only != nil {
		x.unfired = evidence.FaultSteps(v.programs[i].Program)
	}
	x.named, x.index, x.impatient = v.programs[i], i, impatient
	x.causes, x.offer = v.findings.causes(i), v.findings.offer
	x.learn = func() bool {
		before := len(x.causes)
		x.causes = x.causes.with(v.findings.causes(i))
		return len(x.causes) > before
	}
	out = &explored{exploration: x}
	defer host.Guard(&out.err)
	out.recording, out.err = x.program(v.recordings[i], v.config.Seed.For(v.programs[i].Name))
	return out
}

// merge takes in a program's result.
func (v *verification) merge(r *explored) error {
	if r.err != nil {
		return fmt.Errorf("engine %s, program %s: %w", v.engine, v.programs[r.index].Name, r.err)
	}
	if r.recording != nil {
		switch why := r.recording.WantsDir; {
		case why != "":
			v.outcome.WantsDir = why
		case v.outcome.Handover == nil: // the writer's is known, and this may be the reader's
			v.contract = r.recording.Contract
		}
		if v.unfaulted() <= recordingsMax && r.index < v.unfaulted() {
			v.recordings[r.index] = r.recording
		}
	}
	v.findings.next()
	for _, f := range r.found {
		f.After += v.visited
	}
	v.visited += r.tally.Visited
	for _, image := range r.images {
		v.seen[image.hash] = v.seen[image.hash] || image.whole
	}
	r.forget()
	before := v.results[r.index]
	if before == nil || !r.cut || r.tally.Visited > before.tally.Visited {
		v.results[r.index] = r
		v.told += r.tally.Visited
		if before != nil {
			v.told -= before.tally.Visited
		}
	}
	full := v.config.StatesMax > 0 && v.told >= v.config.StatesMax
	if full {
		v.outcome.Cut = cutByStates
	}
	if v.ended = full || v.findings.enoughUpTo(r.index); v.ended {
		v.last.Store(int64(r.index + 1))
	}
	v.config.Progress.explored()
	return nil
}
