package harness

import (
	"slices"
	"time"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/explain"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
)

// find makes a finding of a failure that no known cause explains, once it is confirmed,
// and reports whether it did.
func (x *exploration) find(f *evidence.Failure) bool {
	if len(x.found) >= x.config.FindingsMax {
		return false // the run ends with those
	}
	f, confirmed := x.confirmed(f)
	if f == nil {
		return false
	}
	c := &cause{Cause: f.Cause(), flaky: !confirmed}
	if known := x.causes.covering(c); known != nil {
		known.states++
		return false
	}
	x.causes = append(x.causes, c)
	x.add(f, c)
	return !x.enough
}

// findKnown makes a finding of a failure whose cause somebody knows.
func (x *exploration) findKnown(f *evidence.Failure, c *cause) {
	if f, confirmed := x.confirmed(f); confirmed {
		x.add(f, c)
	}
}

func (x *exploration) add(f *evidence.Failure, c *cause) {
	out := &evidence.Case{
		Failure: f, Engine: x.engine, Handover: x.handover, Kind: x.host.Kind(), Seed: x.config.Seed, Known: c.known,
		Program: x.named.Program, Found: x.named.Name, After: x.tally.Visited, Confirmed: !c.flaky,
	}
	if c.flaky && x.cut {
		out.Unfinished = evidence.NotConfirmed
	}
	out.Sign()
	c.finding = out
	one := &found{Case: out, cause: c, program: x.index}
	x.found = append(x.found, one)
	x.offer(one)
	x.enough = x.enough || c.known == nil && x.config.isEnough(out)
}

// isEnough reports whether a finding ends the run.
func (c Config) isEnough(f *evidence.Case) bool {
	return c.Until == UntilRefuted || c.Until != "" && c.Until == string(f.Property())
}

// areAsked reports whether findings are those that the run was to end with.
func (c Config) areAsked(found []*evidence.Case) bool {
	return slices.ContainsFunc(found, c.isEnough) || len(c.UntilAll) > 0 && evidence.AllIn(found, c.UntilAll)
}

// confirmed returns a failure with less lost, and whether it came again. It is nil if it
// may be that the engine was only slow. One for which there was no time is not lost.
func (x *exploration) confirmed(f *evidence.Failure) (_ *evidence.Failure, confirmed bool) {
	inTime := x.hasTime(func() { confirmed = x.comesAgain(f) })
	switch {
	case confirmed && !f.Live && !f.IsCorruption():
		x.hasTime(func() { f = x.lessLost(f) })
	case !confirmed && f.Hangs() && (x.impatient || !inTime):
		return nil, false
	}
	return f, confirmed
}

// comesAgain reports whether a failure comes again. An engine that hung is not given the
// whole time again, unless it was given less before.
func (x *exploration) comesAgain(f *evidence.Failure) bool {
	h, recoveries := x.host, x.recoveries
	if f.Hangs() {
		limit := x.config.HangAfter
		if !x.impatient {
			limit = explain.ConfirmHangLimit(limit)
		}
		h = h.Within(host.Limits{HangAfter: limit, Done: x.ctx.Done()})
		recoveries = h.Recoveries()
		defer recoveries.Close()
	}
	if f.IsCorruption() {
		return evidence.IsFirst(host.Must(recoverCorrupted(h, recoveries, f)).Verdict, f.Property())
	}
	if f.Live {
		return evidence.IsFirst(host.Must(replayLive(h, f.Life)).Verdict, f.Property())
	}
	recovered := recoveries.Recover(host.Must(f.Life.Image(f.State)))
	if !evidence.IsFirst(f.Life.Verdict(f.State.Point, recovered), f.Property()) {
		return false
	}
	f.Life.MustAgree(f.State.Point, f.Recovered)
	return true
}

// The most that is done to a failure before it is told: enough to see its cause.
const (
	triesBeforeTold = 200
	timeBeforeTold  = 3 * time.Second
)

// lessLost returns the failure with as little lost as shows it, as far as there is time.
func (x *exploration) lessLost(f *evidence.Failure) *evidence.Failure {
	tries, until := 0, time.Now().Add(timeBeforeTold)
	fails := func(l *evidence.Life, state crash.State) *evidence.Failure {
		tries++
		if less := x.recoverState(l, state); less != nil && less.Like(f) {
			return less
		}
		return nil
	}
	stop := func() bool {
		return tries >= triesBeforeTold || f.Hangs() || x.ctx.Err() != nil || time.Now().After(until)
	}
	return explain.Loss(f, fails, stop)
}

// recoverState lets the engine recover from any state of a life, and returns how it
// fails to, nil if it does not.
func (x *exploration) recoverState(l *evidence.Life, state crash.State) *evidence.Failure {
	image := host.Must(l.Image(state))
	hash := image.Hash()
	r := x.cache.get(hash)
	if !r.answers(true) {
		r = x.cache.put(hash, x.recoveries.Recover(image))
	}
	return failureOf(l, state, r.Recovered)
}

// failureOf judges what came back from a state, and returns the failure if it is one.
func failureOf(l *evidence.Life, state crash.State, r *models.Recovered) *evidence.Failure {
	verdict := l.Verdict(state.Point, r)
	if verdict.Outcome != models.Fail {
		return nil
	}
	return &evidence.Failure{Life: l, State: state, Recovered: r, Verdict: verdict}
}
