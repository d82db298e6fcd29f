package models

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/anishathalye/porcupine"
)

// Check judges r, recovered from a crash at p.
func (k *Checker) Check(p Position, r *Recovered) Verdict {
	v := k.Judge(p, r)
	if v.Outcome == Fail {
		v.Violations = k.explain(p, r)
	}
	return v
}

// Judge is Check without violations: to find those takes longer.
func (k *Checker) Judge(p Position, r *Recovered) Verdict {
	at, end := k.pointAt(p)
	if at.stuck != nil {
		return Verdict{Outcome: Fail}
	}
	for _, s := range end.states {
		if !s.IsCrowded() && k.spec.Legal(s, r, &aCrash) {
			return Verdict{Outcome: Pass, After: State{s, r}}
		}
	}
	if at.limited || end.limited || end.isCrowded() {
		return Verdict{}
	}
	return Verdict{Outcome: Fail}
}

// explain returns what is wrong with a recovery that fails.
func (k *Checker) explain(p Position, r *Recovered) []Violation {
	at, end := k.pointAt(p)
	switch {
	case at.stuck != nil:
		return blame(k.spec, at.stuck.from, at.stuck.calls)
	case len(end.states) == 0:
		return blame(k.spec, at.base, at.calls(k.calls))
	}
	return k.spec.Explain(end.states[0], r, &aCrash)
}

// CheckWhole judges r, recovered from a crash after h, with one search over all
// of h. It is slower than a [Checker], shares only the specification with it,
// and serves to confirm what that one found.
func CheckWhole(c Contract, from State, h History, r *Recovered) Verdict {
	return checkWhole(c, from, h, r, stepsMax(len(h)))
}

func checkWhole(c Contract, from State, h History, r *Recovered, steps int) Verdict {
	m := specOf(c)
	start := from.resolve(m)
	crash := Call{Op: Crash, Result: Result{Recovered: r}}
	for i := range h {
		crash.Invoked = max(crash.Invoked, h[i].Invoked+1, h[i].Returned+1)
	}
	crash.Returned = crash.Invoked + 1
	whole := append(slices.Clone(h), crash)
	last := &whole[len(h)]
	var before, tried SpecState
	limited := false
	model := model(m, start)
	step := model.Step
	model.Step = func(s, in, out any) (bool, any) {
		isLast := in.(*Call) == last
		if steps--; steps < 0 || isLast && s.(SpecState).IsCrowded() {
			limited = true
			return false, s
		}
		ok, next := step(s, in, out)
		if isLast {
			before = s.(SpecState)
			if tried == nil {
				tried = before
			}
		}
		return ok, next
	}
	switch {
	case porcupine.CheckOperations(model, Operations(whole)):
		return Verdict{Outcome: Pass, After: State{before, r}}
	case limited:
		return Verdict{}
	case tried == nil:
		return CheckHistory(c, from, h)
	}
	return Verdict{Outcome: Fail, Violations: m.Explain(tried, r, &aCrash)}
}

// CheckHistory judges the calls of h alone, without a crash after them.
func CheckHistory(c Contract, from State, h History) Verdict {
	m := specOf(c)
	start := from.resolve(m)
	h = slices.Clone(h)
	slices.SortStableFunc(h, func(a, b Call) int { return cmp.Compare(a.Invoked, b.Invoked) })
	end := endings(m, start, h, stepsMax(len(h)))
	for _, s := range end.states {
		if !s.IsCrowded() {
			return Verdict{Outcome: Pass, After: State{state: s}}
		}
	}
	if end.limited || end.isCrowded() {
		return Verdict{}
	}
	k := NewChecker(c, from, h)
	switch {
	case k.last.limited:
		return Verdict{}
	case k.last.stuck == nil:
		panic(fmt.Sprintf("models: no order of %d calls is legal, yet each step was", len(h)))
	}
	return Verdict{Outcome: Fail, Violations: blame(m, k.last.stuck.from, k.last.stuck.calls)}
}
