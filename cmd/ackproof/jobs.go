package main

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/reports"
)

// job is one engine under one profile.
type job struct {
	engine  builtin.Engine
	profile crash.Profile
}

// errNotBegun is of jobs that an interrupt came before.
var errNotBegun = errors.New("interrupted")

// jobQueue is jobs on their way. Those of one engine would leave processors idle
// whenever it is refuted by its first program, so several jobs run at once, and
// each on one processor, until there are no more. The outcomes are the same.
type jobQueue struct {
	jobs     []job
	config   harness.Config
	expect   bool
	progress *progress
	found    func(job, *evidence.Case)
	deadline time.Time // zero for none
	lanes    int
	next     atomic.Int64
}

// kinds returns what the engines of the jobs are.
func (r *jobQueue) kinds() []*subject.Kind {
	var list builtin.List
	for _, j := range r.jobs {
		list = append(list, j.engine)
	}
	return list.Kinds()
}

// done is a job's result.
type done struct {
	reports.Result
	err error
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
	r.lanes = min(workers, len(r.jobs))
	r.config.Workers = workers / r.lanes
	r.config.Spare = harness.NewSpare(workers)
	results := make([]chan done, len(r.jobs))
	for i := range results {
		results[i] = make(chan done, 1)
	}
	var group sync.WaitGroup
	for range r.lanes {
		group.Go(func() {
			for i := int(r.next.Add(1) - 1); i < len(r.jobs); i = int(r.next.Add(1) - 1) {
				results[i] <- r.run(ctx, r.jobs[i], len(r.jobs)-i)
			}
			r.config.Spare.Give(r.config.Workers)
		})
	}
	return results
}

// run runs one job, when left are not done yet, it included.
func (r *jobQueue) run(ctx context.Context, j job, left int) done {
	if ctx.Err() != nil {
		return done{err: errNotBegun}
	}
	c := r.config
	c.Profile = j.profile
	c.Budget = r.share(j, left)
	c.PayloadMaxBytes = cmp.Or(c.PayloadMaxBytes, j.engine.PayloadMaxBytes)
	began := time.Now()
	outcome, err := r.verify(ctx, j, c)
	if err != nil {
		return done{err: err}
	}
	return done{Result: reports.Result{
		Outcome: outcome, Planted: j.engine.Expect.RefutedBy, Documented: j.engine.Expect.Documented(j.profile.Name),
		AsExpected: j.engine.Expect.Met(outcome), Took: time.Since(began),
	}}
}

// share returns the job's part of what is left of the budget; 0 is no bound. One
// that must be refuted ends when it is, and may take all.
func (r *jobQueue) share(j job, left int) time.Duration {
	if r.deadline.IsZero() {
		return 0
	}
	share := time.Until(r.deadline)
	if j.engine.Expect.Holds() {
		share = share * time.Duration(min(r.lanes, left)) / time.Duration(left)
	}
	return max(1, share) // not 0: where the time is up, it is up before anything is made
}

// verify explores the job's engine. One that must be refuted ends when that was seen. One
// with a planted bug may hang on purpose: it is given little time first, and the usual time
// if that was too little to see what was planted.
func (r *jobQueue) verify(ctx context.Context, j job, c harness.Config) (*evidence.Outcome, error) {
	const firstHangLimit = time.Second
	lane := r.progress.enter(j.engine.Name+" under "+j.profile.Name, c.Budget)
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
