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
	// elections lets a conflict raise the term first, as in Raft.
	elections bool
	// conflicts overwrites entries; spans has batches of several terms; lists
	// has payloads of several sizes in a batch.
	conflicts, spans, lists bool
	payloads                payloads
	// fills has payloads that compress, or are zeros.
	fills bool
	// cancels has calls whose contexts end.
	cancels bool
}

// payloads is which sizes the payloads of a program have.
type payloads int

const (
	smallPayloads payloads = iota
	borderPayloads
	anyPayloads
)

func drawFeatures(t *rapid.T, c Config) *features {
	f := &features{Config: c, elections: c.weight(SaveHardState, 1) > 0}
	for _, w := range standardWeights {
		weight := c.weight(w.kind, w.weight)
		// The first kind is persist, without which there is nothing to lose.
		if weight > 0 && (len(f.kinds) == 0 || rapid.Bool().Draw(t, "has "+w.kind.String())) {
			f.kinds = append(f.kinds, slices.Repeat([]Kind{w.kind}, weight)...)
		}
	}
	f.conflicts = rapid.Bool().Draw(t, "has conflicts")
	f.spans = rapid.Bool().Draw(t, "has spans")
	f.lists = rapid.Bool().Draw(t, "has lists")
	if !c.SmallPayloads {
		f.payloads = rapid.SampledFrom([]payloads{smallPayloads, borderPayloads, anyPayloads}).Draw(t, "payloads")
	}
	f.fills = rapid.Bool().Draw(t, "has fills")
	f.cancels = c.Faults && rapid.Bool().Draw(t, "has cancels")
	return f
}

// drawMove draws a step, and before it the election that makes it one of Raft's.
func (f *features) drawMove(t *rapid.T) []Step {
	steps := f.drawStep(t, rapid.SampledFrom(f.kinds).Draw(t, "kind"))
	if last := steps[len(steps)-1]; last.writes() && last.CancelAfter > 0 && chance(t, "again", 2) {
		return append(steps, Step{Kind: Persist, Again: true, Terms: 1})
	}
	return steps
}

// drawStep draws a step of a kind, which may end its context, and what comes with it.
func (f *features) drawStep(t *rapid.T, kind Kind) []Step {
	steps := f.drawKind(t, kind)
	if f.cancels && kind.IsCall() && chance(t, "cancelled", 4) {
		steps[len(steps)-1].CancelAfter = between(t, "cancel after", 1, 8)
	}
	return steps
}

func (f *features) drawKind(t *rapid.T, kind Kind) []Step {
	s := Step{Kind: kind}
	switch kind {
	case Persist:
		if f.conflicts && chance(t, "conflict", 3) {
			s.Back = between(t, "back", 1, 8)
		}
		return f.drawWrite(t, s)
	case Replace:
		s.Back = between(t, "cut", 0, 8)
		return f.drawWrite(t, s)
	case Truncate:
		s.Count = between(t, "cut", 1, 8)
	case Purge:
		drawPurge(t, &s)
	case SaveHardState:
		drawElection(t, &s)
	case ReadEntry:
		s.Position = between(t, "place", 1, f.EntriesMax)
	case ReadRange:
		s.Position = between(t, "place", 0, f.EntriesMax)
		s.Count = between(t, "entries", 1, f.EntriesMax)
	case Crash:
		return f.drawCrash(t)
	case Concurrently:
		f.drawBlock(t, &s)
	case Hold:
		s.Sync = between(t, "fsync", 1, 6)
		s.Returns = between(t, "calls", 1, 3)
	case Fail:
		return f.drawFail(t)
	case Space:
		s.All = chance(t, "all space", 3)
		if !s.All {
			s.FreeBytes = between(t, "bytes", 0, 16<<10)
		}
	}
	return []Step{s}
}

// drawWrite completes a Persist or Replace.
func (f *features) drawWrite(t *rapid.T, s Step) []Step {
	s.Terms = 1
	s.Count = between(t, "entries", 1, min(4, f.EntriesMax))
	if chance(t, "many entries", 6) {
		s.Count = between(t, "entries", 1, f.EntriesMax)
	}
	if f.spans && chance(t, "span", 2) {
		s.Terms = between(t, "terms", 1, 3)
	}
	s.Sizes = f.drawSizes(t)
	if f.fills {
		s.Fill = rapid.SampledFrom([]Fill{FillRandom, FillZeros, FillCompressible}).Draw(t, "fill")
	}
	// An overwrite in the same term writes the same entries again; only a new
	// term makes it a conflict.
	if s.Back > 0 && f.elections && !chance(t, "same term", 4) {
		return []Step{{Kind: SaveHardState, Raise: 1}, s}
	}
	return []Step{s}
}

// drawSizes draws the sizes of a batch; none is the standard one.
func (f *features) drawSizes(t *rapid.T) []SizeRange {
	count := 1
	if f.lists {
		count = between(t, "sizes", 0, 3)
	}
	var sizes []SizeRange
	for range count {
		sizes = append(sizes, f.drawSize(t))
	}
	return sizes
}

func (f *features) drawSize(t *rapid.T) SizeRange {
	form := between(t, "size's form", 0, 7)
	switch {
	case f.payloads == smallPayloads || form < 3:
		size := between(t, "size", 0, 64)
		return SizeRange{size, size}
	case f.payloads == borderPayloads || form < 6:
		// A record ends near the end of a sector or page, whatever its header.
		border := rapid.SampledFrom([]int{512, 4096, 1024, 8192}).Draw(t, "border")
		size := border - between(t, "before border", -4, 48)
		return SizeRange{size, size}
	case form == 6:
		return SizeRange{0, between(t, "size", 0, 1024)}
	}
	size := between(t, "size", 0, f.PayloadMaxBytes)
	return SizeRange{size, size}
}

func drawPurge(t *rapid.T, s *Step) {
	s.Count = between(t, "purged", 1, 16)
	if chance(t, "all", 3) {
		*s = Step{Kind: Purge, All: true}
		if chance(t, "past the end", 2) {
			s.Beyond = between(t, "beyond", 1, 100)
		}
	}
}

func drawElection(t *rapid.T, s *Step) {
	s.Vote = between(t, "vote", 0, 5)
	s.Raise = between(t, "raise", 0, 3)
	if chance(t, "far", 8) {
		// A term that takes more bytes than the one before.
		s.Raise = between(t, "raise", 0, 70_000)
	}
}

// drawCrash draws a power failure: after a call, or in one that changes something.
func (f *features) drawCrash(t *rapid.T) []Step {
	s := Step{Kind: Crash}
	s.Loss.Manner = rapid.SampledFrom([]LossManner{LoseNothing, LoseEverything, LoseSample}).Draw(t, "lose")
	if s.Loss.Manner == LoseSample {
		s.Loss.Seed = between(t, "seed", 0, 1000)
	}
	if !chance(t, "in a call", 3) {
		return []Step{s}
	}
	var calls []Kind
	for _, k := range f.kinds {
		if k.IsCall() && k < ReadEntry {
			calls = append(calls, k)
		}
	}
	if len(calls) == 0 {
		return []Step{s}
	}
	steps := f.drawStep(t, rapid.SampledFrom(calls).Draw(t, "kind"))
	last := len(steps) - 1
	s.Body = steps[last:]
	s.After = between(t, "after event", 0, 8)
	return append(steps[:last:last], s)
}

func (f *features) drawBlock(t *rapid.T, s *Step) {
	s.Flushers = between(t, "flushers", 0, 2)
	s.Flushes = between(t, "flushes", 1, 4)
	s.Readers = between(t, "readers", 0, 3)
	s.Reads = between(t, "reads", 1, 8)
	s.Purges = between(t, "purges", 0, 2)
	s.Seed = between(t, "seed", 0, 1000)
	var calls []Kind
	for _, k := range f.kinds {
		if !k.EndsLife() && k.Operation() != 0 {
			calls = append(calls, k)
		}
	}
	if len(calls) == 0 {
		return
	}
	for range between(t, "moves", 1, 5) {
		s.Body = append(s.Body, f.drawStep(t, rapid.SampledFrom(calls).Draw(t, "kind"))...)
	}
}

// drawFail draws a fault. A sync that is stuck comes with calls that go on beside it, and
// is released among them.
func (f *features) drawFail(t *rapid.T) []Step {
	s := Step{Kind: Fail, Fault: drawFault(t)}
	if !s.Fault.Call.IsSync() || f.weight(Concurrently, 1) == 0 || !chance(t, "stuck", 4) {
		return []Step{s}
	}
	s.Fault = fault.Fault{Call: s.Fault.Call, Nth: s.Fault.Nth, Error: fault.Stuck, Times: 1}
	block := Step{Kind: Concurrently}
	f.drawBlock(t, &block)
	at := between(t, "released at", 0, len(block.Body))
	block.Body = slices.Insert(block.Body, at, Step{Kind: Release})
	return []Step{s, block}
}
