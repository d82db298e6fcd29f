package harness

import (
	"context"
	"fmt"
	"time"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
)

// What corruptions may cost in a run of the default plan, in all, and in any run in time. Of one program of
// an engine in another process there are fewer, as each takes long: what fits the time always is the
// same each time.
const (
	corruptionsMax   = 1500
	corruptionsOfOne = 64
	corruptionTime   = 5 * time.Second
)

// corruptPrograms corrupts what the programs leave, if the engine claims to detect that. What it does not
// tell is a finding. This comes early, so that a run sees it however long the rest takes. What an
// engine makes of damage that breaks a promise without any says little, so that is not looked at.
func (v *verification) corruptPrograms() error {
	if !v.contract.Claimed().Has(models.NoSilentCorruption) || v.exploring.Err() != nil || v.findings.count() > 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(v.exploring, corruptionTime)
	defer cancel()
	all := make([]*exploration, v.unfaulted())
	part := max(1, v.config.corruptions()/max(1, len(all)))
	if !v.host.CheapStacks() { // each call is served to another process
		part = min(part, corruptionsOfOne)
	}
	err := each(len(all), v.config.Workers, func(i int) (err error) {
		all[i], err = v.corruptProgram(ctx, i, part)
		return err
	})
	if err != nil {
		return err
	}
	v.findings.beginRound(allPrograms)
	for _, x := range all {
		v.corrupted += x.tally.Visited
		v.corruptedOf = append(v.corruptedOf, x.causes...)
	}
	v.offerDamaged(all)
	return nil
}

// offerDamaged offers the findings of programs: first those at rest, which can be made small, and last those that
// are not confirmed, of which none that there was no time to confirm and whose cause is known by then.
func (v *verification) offerDamaged(all []*exploration) {
	for turn := range 3 {
		for _, x := range all {
			for _, f := range x.found {
				known, _ := v.findings.causes(allPrograms).of(f.Failure)
				if f.turn() == turn && (known == nil || f.Unfinished != evidence.NotConfirmed) {
					v.findings.offer(f)
				}
			}
		}
	}
}

// turn is when a finding of corruption is offered.
func (f *found) turn() int {
	switch {
	case !f.Confirmed:
		return 2
	case !f.IsAtRest():
		return 1
	}
	return 0
}

// corruptions returns how many are planned: a smaller plan of crash states has fewer.
func (c Config) corruptions() int {
	planned, usual := c.Plan.Resolved().Max[crash.StageFew], crash.DefaultPlan().Max[crash.StageFew]
	return corruptionsMax * max(0, min(planned, usual)) / usual
}

// corruptProgram has some of the corruptions of what a program leaves recovered from. Its findings are
// not offered yet, so that it matters not who is faster.
func (v *verification) corruptProgram(ctx context.Context, program, states int) (*exploration, error) {
	x := v.sabotaging(ctx)
	defer x.recoveries.Close()
	x.named, x.index, x.causes = v.programs[program], program, v.findings.causes(allPrograms)
	err := x.inTime(func() {
		if x.named.Program.Overlaps() {
			return // nobody knows then which call wrote what
		}
		r := v.recordings[program]
		if r == nil {
			r = host.Must(x.recordProgram())
		}
		if r.Failed != nil || len(r.Lives) == 0 || x.done() {
			return
		}
		x.findCorruptions(r.Lives[len(r.Lives)-1], states)
	})
	if err != nil {
		err = fmt.Errorf("engine %s, program %s, corrupted: %w", v.engine, x.named.Name, err)
	}
	return x, err
}

// One of that many corruptions is of bytes that go wrong while the engine is open, and one is a disk whose
// flushes lie.
const (
	harmsEvery = 8
	liesEvery  = 8
)

// findCorruptions has the engine recover from some corruptions of what a life leaves, and of what is
// stored in it.
func (x *exploration) findCorruptions(l *evidence.Life, states int) {
	find := func(f *evidence.Failure) bool {
		if f != nil {
			x.findDamaged(f)
		}
		return !x.done()
	}
	of, _, all := x.damages(l)
	x.failDamaged(of, spread(all, states-states/harmsEvery-states/liesEvery), find)
	_, running := harms(l)
	x.failHarmed(spread(running, states/harmsEvery), find)
	x.failLied(l, states/liesEvery, find)
}

// failDamaged lets the engine recover from what is left with each corruption, and shows how it fails to
// tell of it, nil if it does not fail. It ends when show returns false.
func (x *exploration) failDamaged(of *evidence.Corruptible, all []damage, show func(*evidence.Failure) bool) {
	for _, d := range all {
		x.tally.Visited++
		f := &evidence.Failure{
			Life: of.Life, State: crash.State{Point: len(of.Life.Journal.Events)}, Corruption: &d.Corruption,
			Recovered: x.recoverDamaged(of, &d.Corruption),
		}
		if f.Verdict = of.Judge(f.Corruption, f.Recovered); f.Verdict.Outcome != models.Fail {
			f = nil
		}
		if !show(f) {
			return
		}
	}
}

// failHarmed is failDamaged for what goes wrong while the engine is open.
func (x *exploration) failHarmed(all []harm, show func(*evidence.Failure) bool) {
	for _, h := range all {
		x.tally.Visited++
		if !show(x.harm(h).failed) {
			return
		}
	}
}

// failLied is failDamaged for that many states of a disk whose flushes lie.
func (x *exploration) failLied(l *evidence.Life, states int, show func(*evidence.Failure) bool) {
	of, all := x.lies(l, states)
	for _, what := range all {
		x.tally.Visited++
		if _, _, failed := x.recoverLied(of, what); !show(failed) {
			return
		}
	}
}

// findDamaged counts a failure for its cause, and makes a finding of it unless there is one.
func (x *exploration) findDamaged(f *evidence.Failure) {
	known, _ := x.causes.of(f)
	switch {
	case known == nil:
		x.find(f)
		known, _ = x.causes.of(f)
	case known.finding == nil:
		x.findKnown(f, known)
	}
	if known != nil {
		known.states++
	}
}
