package main

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/reports"
)

// errNotBegun is of jobs that an interrupt came before.
var errNotBegun = errors.New("interrupted")

// jobQueue is jobs on their way. Those of one engine would leave processors idle
// whenever it is refuted by its first program, so several jobs run at once, and
// each on one processor, until there are no more. The outcomes are the same. With a deadline
// they have turns.
type jobQueue struct {
	jobs     []job
	config   harness.Config
	expect   bool
	progress *progress
	found    func(job, *evidence.Case)
	deadline time.Time // zero for none
}

// kinds returns what the engines of the jobs are.
func (r *jobQueue) kinds() []*subject.Kind {
	var list builtin.List
	for _, j := range r.jobs {
		list = append(list, j.engine)
	}
	return list.Kinds()
}

// start runs the jobs and returns a channel for each, in their order. The caller
// receives from all of them.
func (r *jobQueue) start(ctx context.Context) []chan done {
	workers := r.config.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	if harness.CountsRecoveries() == nil {
		workers = 1 // engines in memory would wait for each other, at the cost of their budgets
	}
	lanes := min(workers, len(r.jobs))
	r.config.Workers = workers / lanes
	r.config.Spare = harness.NewSpare(workers)
	results := make([]chan done, len(r.jobs))
	for i := range results {
		results[i] = make(chan done, 1)
	}
	turns := newTurns(r.jobs, lanes, r.deadline)
	for range lanes {
		go func() {
			for b, turn := turns.next(); b != nil; b, turn = turns.next() {
				if d, ok := r.turn(ctx, turns, b, turn); ok {
					results[b.number] <- d
				}
			}
			r.config.Spare.Give(r.config.Workers)
		}()
	}
	return results
}

// turn lets a job run until its turn is over and others wait, and returns what came of it if
// it is done.
func (r *jobQueue) turn(ctx context.Context, t *turns, b *begun, turn time.Duration) (done, bool) {
	began := time.Now()
	if b.ended == nil {
		b.ended = make(chan done, 1)
		go func() { b.ended <- r.run(ctx, b) }()
	}
	b.pause.End()
	var over <-chan time.Time // never
	if turn > 0 {
		over = time.After(turn)
	}
	for {
		select {
		case d := <-b.ended:
			t.done()
			d.Took = b.took + time.Since(began)
			return d, true
		case <-over:
			b.took += time.Since(began)
			if t.pause(b) {
				return done{}, false
			}
			began = time.Now()
		}
	}
}

// run runs one job.
func (r *jobQueue) run(ctx context.Context, j *begun) done {
	if ctx.Err() != nil {
		return done{err: errNotBegun}
	}
	if !r.deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, r.deadline)
		defer cancel()
	}
	c := r.config
	c.Profile, c.Budget, c.Pause = j.profile, j.budget, &j.pause
	c.PayloadMaxBytes = cmp.Or(c.PayloadMaxBytes, j.engine.PayloadMaxBytes)
	outcome, err := r.verify(ctx, j.job, c)
	if err != nil {
		return done{err: err}
	}
	return done{Result: reports.Result{
		Outcome: outcome, Planted: j.engine.Expect.RefutedBy, Documented: j.engine.Expect.Documented(j.profile.Name),
		AsExpected: j.engine.Expect.Met(outcome),
	}}
}

// verify explores the job's engine. One that must be refuted ends when that was seen. One
// with a planted bug may hang on purpose: it is given little time first, and the usual time
// if that was too little to see what was planted.
func (r *jobQueue) verify(ctx context.Context, j job, c harness.Config) (*evidence.Outcome, error) {
	const firstHangLimit = time.Second
	deadline, _ := ctx.Deadline()
	lane := r.progress.enter(j.engine.Name+" under "+j.profile.Name, deadline)
	defer r.progress.leave(lane)
	c.Progress = &lane.progress
	expect := j.engine.Expect
	if !r.expect || expect.Holds() {
		c.Found = func(f *evidence.Case) { r.found(j, f) }
	} else {
		c = asked(c, expect)
	}
	if documented := expect.Documented(j.profile.Name); len(documented) > 0 {
		c.UntilAll, c.FindingsMax = documented, max(c.FindingsMax, documentedFindingsMax)
	}
	if planted := expect.RefutedBy; planted != "" {
		c.Until = cmp.Or(c.Until, string(planted))
		hangLimit := c.HangAfter
		c.HangAfter = min(firstHangLimit, hangLimit)
		outcome, err := harness.VerifySubject(ctx, j.engine.Factory, c)
		if err != nil || expect.Met(outcome) {
			return outcome, err
		}
		c.HangAfter = hangLimit
	}
	return harness.VerifySubject(ctx, j.engine.Factory, c)
}

// documentedFindingsMax leaves room for what else is found of an engine with many weaknesses.
const documentedFindingsMax = 64

// asked returns a configuration that explores what must be seen of an engine, and no more.
func asked(c harness.Config, e builtin.Expectation) harness.Config {
	c.NoShrink = true // that it is refuted by its own property is all that is asked
	if e.Faults {
		// It shows in a named program, with one fault of all.
		c.Programs, c.FaultsEvery = -1, 1
	} else {
		c.Faults = harness.FaultsNone // it shows without them
	}
	return c
}
