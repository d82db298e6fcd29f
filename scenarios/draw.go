package scenarios

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/faultfs/fault"
)

// features is what one program may have.
type features struct {
	Config
	// kinds are the kinds of its steps, each as often as its weight.
	kinds []Kind
	// own draws a step of the language's own, and what comes with it.
	own func(*rapid.T, Kind) []Step
	// cancels has calls whose contexts end.
	cancels bool
}

func drawFeatures(t *rapid.T, l Language, c Config) *features {
	f := &features{Config: c}
	for _, w := range l.Weights {
		weight := c.Weight(w.Kind, w.Weight)
		// The first kind is a write, without which there is nothing to lose.
		if weight > 0 && (len(f.kinds) == 0 || rapid.Bool().Draw(t, "has "+w.Kind.String())) {
			f.kinds = append(f.kinds, slices.Repeat([]Kind{w.Kind}, weight)...)
		}
	}
	f.own = l.Draw(t, c)
	f.cancels = c.Faults && rapid.Bool().Draw(t, "has cancels")
	return f
}

// drawMove draws a step with all that comes with it. Who does not know whether it did what
// it was to do may do it again.
func (f *features) drawMove(t *rapid.T) []Step {
	steps := f.drawStep(t, rapid.SampledFrom(f.kinds).Draw(t, "kind"))
	last := steps[len(steps)-1]
	if last.Kind.Again != nil && last.CancelAfter > 0 && Chance(t, "again", 2) {
		return append(steps, last.Kind.Again(last))
	}
	return steps
}

// drawStep draws a step of a kind, which may end its context, and what comes with it.
func (f *features) drawStep(t *rapid.T, kind Kind) []Step {
	steps := f.drawKind(t, kind)
	if f.cancels && kind.Call && Chance(t, "cancelled", 4) {
		steps[len(steps)-1].CancelAfter = Between(t, "cancel after", 1, 8)
	}
	return steps
}

func (f *features) drawKind(t *rapid.T, kind Kind) []Step {
	s := Step{Kind: kind}
	switch kind {
	case Reopen, Kill, Release:
	case Crash:
		return f.drawCrash(t)
	case Concurrently:
		f.drawBlock(t, &s)
	case Hold:
		s.Sync = Between(t, "fsync", 1, 6)
		s.Returns = Between(t, "calls", 1, 3)
	case Fail:
		return f.drawFail(t)
	case Space:
		s.All = Chance(t, "all space", 3)
		if !s.All {
			s.FreeBytes = Between(t, "bytes", 0, 16<<10)
		}
	default:
		return f.own(t, kind)
	}
	return []Step{s}
}

// drawCrash draws a power failure: after a call, or in one that changes something.
func (f *features) drawCrash(t *rapid.T) []Step {
	s := Step{Kind: Crash}
	s.Loss.Manner = rapid.SampledFrom([]LossManner{LoseNothing, LoseEverything, LoseSample}).Draw(t, "lose")
	if s.Loss.Manner == LoseSample {
		s.Loss.Seed = Between(t, "seed", 0, 1000)
	}
	if !Chance(t, "in a call", 3) {
		return []Step{s}
	}
	var calls []Kind
	for _, k := range f.kinds {
		if k.Call && !k.Reads {
			calls = append(calls, k)
		}
	}
	if len(calls) == 0 {
		return []Step{s}
	}
	steps := f.drawStep(t, rapid.SampledFrom(calls).Draw(t, "kind"))
	last := len(steps) - 1
	s.Body = steps[last:]
	s.After = Between(t, "after event", 0, 8)
	return append(steps[:last:last], s)
}

func (f *features) drawBlock(t *rapid.T, s *Step) {
	s.Flushers = Between(t, "flushers", 0, 2)
	s.Flushes = Between(t, "flushes", 1, 4)
	s.Readers = Between(t, "readers", 0, 3)
	s.Reads = Between(t, "reads", 1, 8)
	s.Purges = Between(t, "purges", 0, 2)
	s.Seed = Between(t, "seed", 0, 1000)
	var calls []Kind
	for _, k := range f.kinds {
		if k.Call {
			calls = append(calls, k)
		}
	}
	if len(calls) == 0 {
		return
	}
	for range Between(t, "moves", 1, 5) {
		s.Body = append(s.Body, f.drawStep(t, rapid.SampledFrom(calls).Draw(t, "kind"))...)
	}
}

// drawFail draws a fault. A sync that is stuck comes with calls that go on beside it, and
// is released among them.
func (f *features) drawFail(t *rapid.T) []Step {
	s := Step{Kind: Fail, Fault: drawFault(t)}
	if !s.Fault.Call.IsSync() || f.Weight(Concurrently, 1) == 0 || !Chance(t, "stuck", 4) {
		return []Step{s}
	}
	s.Fault = fault.Fault{Call: s.Fault.Call, Nth: s.Fault.Nth, Error: fault.Stuck, Times: 1}
	block := Step{Kind: Concurrently}
	f.drawBlock(t, &block)
	at := Between(t, "released at", 0, len(block.Body))
	block.Body = slices.Insert(block.Body, at, Step{Kind: Release})
	return []Step{s, block}
}
