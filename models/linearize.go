package models

import (
	"slices"

	"github.com/anishathalye/porcupine"
)

// stepsMax bounds one search for an order of calls that overlap, in steps of the
// specification. Beyond it the answer is Unknown.
func stepsMax(calls int) int { return 100_000 + 20*calls }

// Model returns the specification under c, which starts at from, as porcupine
// takes it. Its inputs and outputs are those of [Operations].
func Model(c Contract, from State) porcupine.Model {
	m := specOf(c)
	return model(m, from.resolve(m))
}

func model(m Spec, start SpecState) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return start },
		Step: func(s, in, _ any) (bool, any) {
			next, ok := m.Step(s.(SpecState), in.(*Call))
			return ok, next
		},
		Equal:             func(a, b any) bool { return a.(SpecState).Same(b.(SpecState)) },
		Hash:              func(s any) uint64 { return s.(SpecState).Hash() },
		DescribeOperation: func(in, _ any) string { return m.Describe(in.(*Call)) },
		DescribeState:     func(s any) string { return s.(SpecState).String() },
	}
}

// Operations returns h as porcupine takes it: each input is a *Call that points
// into h, each output its Result. A pending call returns just before the next
// crash or reopen, or after everything.
func Operations(h History) []porcupine.Operation {
	ops := make([]porcupine.Operation, len(h))
	ends := endsOf(h)
	for i := range h {
		ops[i] = porcupine.Operation{
			ClientId: h[i].Client, Input: &h[i], Output: h[i].Result,
			Call: Tick(h[i].Invoked), Return: ends[i],
		}
	}
	return ops
}

// Tick returns a time as [Operations] has it, which makes room on the clock for the moments
// just before a call.
func Tick(t int) int64 { return 2 * int64(t) }

// endsOf returns the ticks at which the calls of h are over.
func endsOf(h History) []int64 {
	var restarts []int
	last := int64(0)
	for i := range h {
		last = max(last, Tick(h[i].Invoked), Tick(h[i].Returned))
		if opens(h[i].Op) {
			restarts = append(restarts, h[i].Invoked)
		}
	}
	slices.Sort(restarts)
	ends := make([]int64, len(h))
	for i := range h {
		ends[i] = Tick(max(h[i].Returned, h[i].Invoked))
		if h[i].Returned != Pending {
			continue
		}
		ends[i] = last + 1
		if next, _ := slices.BinarySearch(restarts, h[i].Invoked+1); next < len(restarts) {
			ends[i] = Tick(restarts[next]) - 1
		}
	}
	return ends
}

// ending is what a search for orders found: the distinct states that legal
// orders of the calls end in.
type ending struct {
	states []SpecState
	// limited is set if the search gave up, so that there may be more.
	limited bool
}

// endings returns where calls can end that start at start. Porcupine searches:
// a last operation sees each state, keeps it, and refuses it, so that porcupine
// goes on to the next.
func endings(m Spec, start SpecState, calls []Call, steps int) ending {
	var end ending
	model := model(m, start)
	step := model.Step
	model.Step = func(s, in, out any) (bool, any) {
		if steps--; steps < 0 {
			end.limited = true
			return false, s
		}
		if in == nil {
			end.add(s.(SpecState))
			return false, s
		}
		return step(s, in, out)
	}
	ops := Operations(calls)
	last := int64(0)
	for i := range ops {
		last = max(last, ops[i].Return)
	}
	ops = append(ops, porcupine.Operation{Call: last + 1, Return: last + 2})
	porcupine.CheckOperations(model, ops)
	return end
}

// isCrowded reports whether too much is not known in one of the states.
func (e *ending) isCrowded() bool {
	return slices.ContainsFunc(e.states, func(s SpecState) bool { return s.IsCrowded() })
}

func (e *ending) add(s SpecState) {
	for _, known := range e.states {
		if known.Same(s) {
			return
		}
	}
	e.states = append(e.states, s)
}

// merge adds what o found.
func (e *ending) merge(o ending) {
	e.limited = e.limited || o.limited
	for _, s := range o.states {
		e.add(s)
	}
}

// advance returns where calls can end that start at any of states. A lone call
// needs no search.
func advance(m Spec, states []SpecState, calls []Call) ending {
	var end ending
	for _, s := range states {
		if len(calls) == 1 {
			if next, ok := m.Step(s, &calls[0]); ok {
				end.add(next)
			}
			continue
		}
		end.merge(endings(m, s, calls, stepsMax(len(calls))))
	}
	return end
}
