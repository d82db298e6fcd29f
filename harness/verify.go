package harness

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/explain"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// Verify explores the engine as c says. An error says that something else than
// the engine failed; whatever the engine does wrong is in the outcome. Canceling
// ctx ends the run as a budget does.
//
// An engine that needs a real directory is explored in worker processes (see
// [Main]); where none can be had the error is [ErrNotRun].
func Verify(ctx context.Context, f engines.Factory, c Config) (*evidence.Outcome, error) {
	c = c.resolved()
	return verify(ctx, f, c, c.options(""))
}

// verify is Verify with a resolved configuration, for engines that run as o says.
func verify(ctx context.Context, f engines.Factory, c Config, o host.Options) (out *evidence.Outcome, err error) {
	defer host.Guard(&err)
	h, err := host.New(f, o)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	v := &verification{
		engine: f.Name, host: h, config: c, ctx: ctx, programs: c.programs(), cache: newCache(), seen: map[digest.Digest]bool{},
	}
	v.outcome = &evidence.Outcome{Engine: f.Name, Profile: c.Profile.Name, Seed: c.Seed, Tally: evidence.NewTally()}
	v.outcome.Tally.Planned = len(v.programs)
	c.Progress.begin(len(v.programs))
	v.last.Store(int64(len(v.programs)))
	if c.Budget > 0 {
		v.deadline = time.Now().Add(c.Budget)
	}
	if d, ok := ctx.Deadline(); ok && (v.deadline.IsZero() || d.Before(v.deadline)) {
		v.deadline = d
	}
	if err := v.makeStore(); err != nil {
		return nil, err
	}
	if err := v.explore(ctx); err != nil {
		return nil, err
	}
	return v.finish(), nil
}

type verification struct {
	ctx      context.Context
	engine   string
	host     host.Host
	store    *store // that programs begin on
	config   Config
	programs []scenarios.NamedProgram
	cache    *cache
	deadline time.Time
	// last is the number of programs that count: those after one that failed do
	// not, however the workers raced.
	last atomic.Int64

	outcome  *evidence.Outcome
	contract models.Contract
	seen     map[digest.Digest]bool
	failures []foundFailure
	lost     bool // an acknowledged write that nobody promised to keep
	kept     int  // recoveries that kept all of those
}

type foundFailure struct {
	*evidence.Failure
	program scenarios.NamedProgram
	after   int
}

// explored is one program's result.
type explored struct {
	index    int
	contract models.Contract
	*exploration
	err error
}

// makeStore makes the store that programs begin on, also those that others are
// shrunk to. Where the engine fails to, that is a finding, and programs that need a
// store are left out.
func (v *verification) makeStore() error {
	made, recording, err := makeStore(v.host, v.config.Profile)
	if err != nil {
		return fmt.Errorf("engine %s: %w", v.engine, err)
	}
	v.store = made
	needsStore := func(p scenarios.NamedProgram) bool { return !p.Program.FirstOpen() }
	if made != nil || !slices.ContainsFunc(v.programs, needsStore) {
		return nil
	}
	v.contract = recording.Contract
	v.failures = append(v.failures, foundFailure{
		recording.Failed, scenarios.NamedProgram{Name: scenarios.First().Name, Program: making}, 0,
	})
	v.programs = slices.DeleteFunc(v.programs, needsStore)
	v.last.Store(int64(len(v.programs)))
	return nil
}

// explore has workers explore the programs and merges their results in the order
// of the programs, so that the outcome does not depend on who was faster.
func (v *verification) explore(ctx context.Context) error {
	var next atomic.Int64
	results := make(chan explored)
	var group sync.WaitGroup
	for range min(v.config.Workers, len(v.programs)) {
		group.Go(func() {
			for i := next.Add(1) - 1; i < v.last.Load() && ctx.Err() == nil; i = next.Add(1) - 1 {
				results <- v.program(ctx, int(i))
			}
		})
	}
	go func() {
		group.Wait()
		close(results)
	}()
	waiting := map[int]explored{}
	merged := 0
	for r := range results {
		waiting[r.index] = r
		for r, ok := waiting[merged]; ok && int64(merged) < v.last.Load(); r, ok = waiting[merged] {
			delete(waiting, merged)
			merged++
			if err := v.merge(r); err != nil {
				v.last.Store(0)
				for range results { // let the workers end
				}
				return err
			}
		}
	}
	v.outcome.OutOfBudget = v.outcome.OutOfBudget || ctx.Err() != nil && merged < len(v.programs)
	return nil
}

func (v *verification) program(ctx context.Context, i int) (out explored) {
	x := newExploration(ctx, v.host, v.config, v.cache, v.deadline)
	x.store, x.shown.Progress = v.store, v.config.Progress
	out = explored{index: i, exploration: x}
	defer host.Guard(&out.err)
	out.contract, out.err = x.program(v.programs[i].Program, v.config.Seed.For(v.programs[i].Name))
	return out
}

func (v *verification) merge(r explored) error {
	if r.err != nil {
		return fmt.Errorf("engine %s, program %s: %w", v.engine, v.programs[r.index].Name, r.err)
	}
	v.contract = r.contract
	for _, f := range r.failures {
		v.failures = append(v.failures, foundFailure{f.Failure, v.programs[r.index], v.outcome.Tally.Visited + f.visited})
	}
	v.outcome.Tally.Add(r.tally)
	v.lost, v.kept = v.lost || r.lost, v.kept+r.kept
	for _, image := range r.images {
		v.seen[image] = true
	}
	v.outcome.Tally.Distinct = len(v.seen)
	v.outcome.OutOfBudget = v.outcome.OutOfBudget || r.cut
	stop := v.refuted() && !v.config.KeepGoing
	full := v.config.StatesMax > 0 && v.outcome.Tally.Visited >= v.config.StatesMax
	if stop || full || r.cut {
		v.last.Store(int64(r.index + 1))
	}
	v.config.Progress.merged(v.outcome.Tally)
	return nil
}

// refuted reports whether what was asked for was seen to fail.
func (v *verification) refuted() bool {
	return slices.ContainsFunc(v.failures, func(f foundFailure) bool {
		return v.config.Until == "" || v.config.Until == f.Property()
	})
}

// finish makes cases of the failures and completes the outcome.
func (v *verification) finish() *evidence.Outcome {
	o := v.outcome
	v.config.Progress.shrinking()
	for _, f := range v.failures {
		if c := v.makeCase(f); !o.Has(c.Property()) {
			o.Findings = append(o.Findings, c)
		}
	}
	o.Conclude(v.contract)
	o.CouldClaimDurable = o.Verdict == evidence.Held && !v.lost && v.kept > 0
	return o
}

// makeCase confirms a failure, makes its evidence small, and explains it.
func (v *verification) makeCase(f foundFailure) *evidence.Case {
	c := &evidence.Case{
		Failure: f.Failure, Engine: v.engine, Seed: v.config.Seed,
		Program: f.program.Program, Found: f.program.Name, After: f.after,
	}
	seed := v.config.Seed.For(f.program.Name)
	explain.Case(c, explain.Options{
		Host: v.host, HangAfter: v.config.HangAfter, Plan: v.config.Plan, Depth: v.config.Depth, NoShrink: v.config.NoShrink,
		Reproduce: func(h host.Host, depth int, p models.Property, program scenarios.Program) *evidence.Failure {
			return v.reproduce(h, depth, p, program, seed)
		},
	})
	return c
}

// reproduce runs and explores a program, with stacks, and returns a failure of the
// property, nil if there is none.
func (v *verification) reproduce(h host.Host, depth int, p models.Property, program scenarios.Program, seed Seed) *evidence.Failure {
	config := v.config
	config.Depth = depth
	x := newExploration(v.ctx, h, config, newCache(), v.deadline)
	x.store, x.stacks, x.target = v.store, true, p
	if _, err := x.program(program, seed); err != nil {
		return nil
	}
	for _, f := range x.failures {
		if f.Property() == p {
			return f.Failure
		}
	}
	return nil
}
