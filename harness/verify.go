package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/coverage"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// VerifySubject explores the engine as c says. An error says that something else than
// the engine failed; whatever the engine does wrong is in the outcome. Canceling
// ctx, and its deadline, end the run as a budget does, whatever it is at.
//
// Before, two engines of which it is known what a run must say are explored under the
// same profile, once in a process: where it says something else, the outcome is
// [evidence.HarnessBroken] and says of the engine nothing.
//
// An engine that needs a real directory is explored in worker processes (see
// [Main]); where none can be had the error is [ErrNotRun].
func VerifySubject(ctx context.Context, f subject.Factory, c Config) (*evidence.Outcome, error) {
	c = c.resolved()
	f, err := c.opened(f)
	if err != nil {
		return nil, err
	}
	return verify(ctx, f, c, c.options(""))
}

// verify is VerifySubject with a resolved configuration, for engines that run as o says.
func verify(ctx context.Context, f subject.Factory, c Config, o host.Options) (*evidence.Outcome, error) {
	recovers := f.Recovers()
	if recovers.Program == nil {
		o.Coverage = coverage.NewRecorder()
	}
	if o.Coverage != nil && recovers.Needs != engines.NeedsDir {
		// Its recoveries are told from all else that runs here by the time at which they run.
		defer o.Coverage.Alone(ctx)()
		c.Workers, c.Spare = 1, nil
	}
	out, err := verifyBy(ctx, f, c, o, (*verification).runAndWeigh)
	if out != nil {
		out.Coverage = o.Coverage.Coverage()
	}
	return out, err
}

// verifyBy is verify with another run, once the engine has made its store.
func verifyBy(ctx context.Context, f subject.Factory, c Config, o host.Options, run func(*verification) (*evidence.Outcome, error)) (out *evidence.Outcome, err error) {
	defer host.Guard(&err)
	if c.Budget > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.Budget)
		defer cancel()
	}
	v := newVerification(ctx, f, c)
	defer v.stopExploring()
	if ctx.Err() != nil {
		return v.conclude(), nil
	}
	if f.Limited != nil {
		f = f.Limited(c.Limits)
	}
	o.Done = v.exploring.Done()
	h, err := host.New(f, o)
	if errors.Is(err, host.ErrOutOfTime) {
		return v.conclude(), nil
	}
	if err != nil {
		return nil, err
	}
	defer h.Close()
	v.host, v.outcome.NotSeen = h, h.NotSeen()
	v.coverage, v.returnTo = o.Coverage, keptStates{}
	for _, needs := range needsOf(f) {
		if v.outcome.Broken, err = checkSelf(v.exploring, needs, c); err != nil {
			return nil, err
		}
		if v.outcome.Broken != "" {
			break
		}
	}
	if v.outcome.Broken != "" {
		v.outcome.Cut = cutByBroken
		return v.conclude(), nil
	}
	if err := v.makeStore(); err != nil {
		return nil, err
	}
	return run(v)
}

// needsOf returns what the engines need: two things if one writes and another opens.
func needsOf(f subject.Factory) []engines.Needs {
	reader := f.Recovers()
	return slices.Compact([]engines.Needs{f.Needs, reader.Needs})
}

// runAndWeigh runs, and weighs the verdict if the engine holds.
func (v *verification) runAndWeigh() (*evidence.Outcome, error) {
	v.weighed = true
	if err := v.run(); err != nil {
		return nil, err
	}
	o := v.conclude()
	if o.Verdict != evidence.Held {
		return o, nil
	}
	sabotages, err := v.sensitivity()
	if err != nil {
		return nil, fmt.Errorf("engine %s, sabotaged: %w", v.engine, err)
	}
	o.Weigh(sabotages)
	return o, nil
}

// makeStore makes the store that programs begin on, also those that others are shrunk
// to, and the programs for what the engine can do. Where the engine fails to make one,
// programs that need it are left out, but for the one that shows it.
func (v *verification) makeStore() error {
	x := v.newExploration(round{}, v.config.HangAfter)
	defer x.recoveries.Close()
	var failed bool
	err := x.inTime(func() {
		made, recording, err := makeStore(x.host, v.config.Profile)
		host.Must(made, err)
		v.store, v.contract, failed = made, recording.Contract, recording.Failed != nil
		if made != nil {
			host.Must(made, recoverBlank(x.recoveries, v.config.Profile))
		}
	})
	if err != nil {
		return fmt.Errorf("engine %s: %w", v.engine, err)
	}
	v.choosePrograms()
	if failed {
		needsStore := func(p scenarios.NamedProgram) bool { return v.store == nil && !p.Program.FirstOpen() }
		making := scenarios.NamedProgram{Name: v.language.First().Name, Program: making}
		v.programs = append([]scenarios.NamedProgram{making}, slices.DeleteFunc(v.programs, needsStore)...)
		if v.store != nil {
			v.planned++ // all others are run too
		}
	}
	return nil
}

// choosePrograms takes the programs for what the engine can do and claims.
func (v *verification) choosePrograms() {
	v.language = v.language.For(v.contract)
	if v.exploring.Err() != nil {
		return // no time is left to run any
	}
	v.programs = v.config.programs(v.language) // which takes a while if many are generated
	if v.config.Only == nil && !v.contract.Claimed().Has(models.SpaceReclaimed) {
		v.programs = slices.DeleteFunc(v.programs, func(p scenarios.NamedProgram) bool { return p.Program.Measures() })
	}
	v.planned = len(v.programs)
}

// run goes through all rounds.
func (v *verification) run() error { return v.runRounds(v.config.rounds(v.triesFaults())) }

// runPlanned goes through the last round alone: those before it visit some of its states first.
func (v *verification) runPlanned() error {
	rounds := v.config.rounds(v.triesFaults())
	return v.runRounds(rounds[len(rounds)-1:])
}

// runRounds goes through rounds, and makes the findings of each small.
func (v *verification) runRounds(rounds []round) error {
	v.results = make([]*explored, len(v.programs))
	if v.recordings == nil {
		v.recordings = make([]*Recording, len(v.programs))
	}
	v.config.Progress.begin(len(rounds))
	for i, r := range rounds {
		if r.faulted && v.faulted == nil {
			if err := v.addFaulted(); err != nil {
				return err
			}
		}
		ended, err := v.explore(r)
		if err == nil && !ended && i == 0 && v.breeds() {
			ended, err = v.breed(r)
		}
		if err == nil && !ended && i < len(rounds)-1 {
			err = v.shrink(2)
		}
		if err != nil {
			return err
		}
		if ended {
			break
		}
		if r.corrupts && v.weighed {
			if err := v.corruptPrograms(); err != nil {
				return err
			}
		}
	}
	return v.shrink(1)
}

// conclude completes the outcome.
func (v *verification) conclude() *evidence.Outcome {
	o := v.outcome
	o.Tally = evidence.NewTally()
	states := map[*evidence.Case]int{}
	lost, kept := false, 0
	for _, r := range v.results {
		if r == nil {
			continue
		}
		o.Tally.Add(r.tally)
		if t := r.tally.Faults; t.Fired < t.Tried {
			o.NotFired = append(o.NotFired, r.named.Name)
		}
		o.Unfired = append(o.Unfired, r.neverFired()...)
		lost, kept = lost || r.lost, kept+r.kept
		v.findings.countStates(states, r.causes)
	}
	v.findings.countStates(states, v.corruptedOf)
	o.Tally.Planned, o.Tally.Distinct = v.planned, len(v.seen)
	for _, whole := range v.seen {
		if !whole {
			o.Tally.ReadOnly++
		}
	}
	for _, f := range v.findings.all {
		f.States = max(1, states[f.Case])
		o.Findings = append(o.Findings, f.Case)
	}
	if v.corrupted > 0 {
		o.Tally.Evidence[models.NoSilentCorruption], o.Tally.Evidence[models.NoSilentTruncation] = v.corrupted, v.corrupted
		o.NotPlanned = slices.DeleteFunc(o.NotPlanned, func(what string) bool { return what == damageAtRest })
	}
	o.UnseenKnown = v.findings.unseen()
	o.Cut = v.cut(o.Cut)
	o.Conclude(v.contract)
	o.CouldClaimDurable = o.Verdict == evidence.Held && !lost && kept > 0
	return o
}

// cut says what cut the run short, "" if nothing did; before is what is known of that.
func (v *verification) cut(before string) string {
	switch {
	case before != "" || v.outcome.Tally.Programs == v.planned:
		return before
	case errors.Is(v.ctx.Err(), context.Canceled):
		return cutByInterrupt
	case v.exploring.Err() != nil:
		return cutByTime
	case v.findings.asAsked():
		return cutByUntil
	case v.findings.enough():
		return cutByFindings
	case v.store == nil:
		return cutByStore
	}
	return cutByHangs
}
