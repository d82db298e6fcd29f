package raftlog

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

func drawContract(t *rapid.T) Contract {
	flag := func(name string) bool { return rapid.Bool().Draw(t, name) }
	c := Contract{KeepsBoundary: flag("keeps boundary")}
	c.WriteDurable, c.AtomicBatch, c.AtomicReplace = flag("write-durable"), flag("atomic batch"), flag("atomic replace")
	c.MutationsDurable, c.HardStateDurable = flag("mutations durable"), flag("hard state durable")
	c.OrderedHardState, c.RaftSafe = flag("ordered"), flag("raft-safe")
	c.Volatile = rapid.IntRange(0, 9).Draw(t, "volatile") == 9
	c.CloseDurable, c.AcceptsGaps, c.OverwriteMaySplit = flag("close durable"), flag("accepts gaps"), flag("overwrite may split")
	c.ReadsDurable, c.DurableIndex = flag("reads durable"), flag("durable index")
	if !c.RaftSafe { // what it allows beside these is not worked out
		c.OverwriteKeepsTail = flag("overwrite keeps tail")
		c.RecoveryNeedsFlush = c.KeepsBoundary && flag("recovery needs flush")
	}
	return c
}

// play runs random calls on the reference, as an engine would.
type play struct {
	*rapid.T
	engine refWorlds
	// faults says that calls may fail for faults, faulted that one did since the
	// engine was opened. doubts counts the refused calls that may have happened.
	faults, faulted bool
	doubts          int
	h               History
	tick            int
	busy            [3]int // by client: 1 + the call in flight
	acted           [3]bool
}

func (p *play) n(name string, most int) int { return rapid.IntRange(0, most).Draw(p.T, name) }

// world draws one in which the engine may be.
func (p *play) world() refState {
	if n := len(p.engine.live); n > 1 {
		return p.engine.live[p.n("world", n-1)]
	}
	return p.engine.live[0]
}

func (p *play) drawOp(client int) Op {
	index := func(name string) uint64 { return uint64(p.n(name, 8)) }
	world := p.world()
	last := world.log().last()
	switch {
	case client == 1 && p.n("purges", 3) == 3:
		return Op{Kind: Purge, Cutoff: engines.LogID{Index: index("cutoff"), Term: uint64(1 + p.n("term", 1))}}
	case client == 1:
		return Op{Kind: []Kind{Flush, FlushMeta}[p.n("flush", 1)]}
	case client == 2:
		if world.c.DurableIndex && p.n("durable index", 2) == 2 {
			return Op{Kind: ReadDurableIndex}
		}
		return Op{Kind: ReadEntry + Kind(p.n("read", 4)), From: index("from"), To: index("to")}
	}
	switch kind := []Kind{Persist, Persist, Persist, SaveHardState, Replace, Truncate, Purge, Reset, Close}[p.n("write", 8)]; kind {
	case Persist, Replace:
		from := last + 1
		if back := uint64(p.n("overlap", 3)); back < from {
			from -= back
		}
		if odd := p.n("odd", 15); odd == 15 || odd > 11 && world.c.AcceptsGaps {
			from = index("anywhere")
		}
		size := uint64(p.n("size", 3))
		term := uint64(1 + p.n("term", 2))
		var entries []Entry
		if size > 0 {
			entries = batch(term, from, from+size-1)
		}
		return Op{Kind: kind, From: from, Entries: entries}
	case Truncate:
		return Op{Kind: kind, From: index("from")}
	case Purge:
		return Op{Kind: kind, Cutoff: engines.LogID{Index: index("cutoff"), Term: uint64(1 + p.n("term", 1))}}
	case SaveHardState:
		return Op{Kind: kind, HardState: engines.HardState{Term: uint64(1 + p.n("term", 2)), Vote: uint64(p.n("vote", 1))}}
	default:
		return Op{Kind: kind}
	}
}

func (p *play) invoke(client int) {
	p.tick++
	c := Call{ID: len(p.h) + 1, Client: client, Op: p.drawOp(client), Invoked: p.tick, AfterFault: p.faulted}
	if p.faults {
		c.Faulted, c.Cancelled = p.n("fault", 5) == 5, p.n("cancel", 19) == 19
		p.faulted = p.faulted || c.Faulted
	}
	p.h = append(p.h, c)
	p.busy[client], p.acted[client] = len(p.h), false
}

// act makes a call take effect; the result is now and then wrong.
func (p *play) act(client int) {
	c := &p.h[p.busy[client]-1]
	p.acted[client] = true
	world := p.world()
	if refUnsure(*c) && p.doubts < 3 && p.n("fail", 1) == 1 {
		if c.Op.Kind <= SaveHardState {
			p.doubts++
		}
		c.Result.Err = "refused"
		p.engine = p.engine.perhaps(*c)
		return
	}
	if c.Op.Kind <= Reset {
		_, must, may := refApply(world.c, world.log(), refWrite{call: *c})
		if must || may && p.n("refuse", 1) == 1 {
			c.Result.Err = "refused"
			return
		}
	} else if c.Op.Kind == ReadDurableIndex {
		c.Result.DurableIndex = uint64(p.n("durable", int(world.log().last())))
	} else if c.Op.Kind >= ReadEntry {
		c.Result = world.read(c.Op)
	}
	if next, ok := p.engine.step(*c); ok {
		p.engine = next
	}
	if p.n("lie", 60) == 60 {
		switch c.Op.Kind {
		case ReadLastIndex:
			c.Result.LastIndex++
		case ReadDurableIndex:
			c.Result.DurableIndex = world.log().last() + 1
		case ReadRange:
			c.Result.Entries = append(c.Result.Entries, entry(9, 9))
		case ReadEntry, ReadHardState, ReadBoundary:
			c.Result = Result{OK: !c.Result.OK}
		}
	}
	if p.n("refuse", 60) == 60 {
		c.Result.Err = "refused"
	}
}

func (p *play) finish(client int) {
	p.tick++
	p.h[p.busy[client]-1].Returned = p.tick
	p.busy[client] = 0
}

// advance moves one client a step further, or a whole call if alone.
func (p *play) advance(alone bool) {
	client := []int{0, 0, 0, 1, 2}[p.n("client", 4)]
	switch {
	case alone:
		p.invoke(client)
		p.act(client)
		p.finish(client)
	case p.busy[client] == 0:
		p.invoke(client)
	case !p.acted[client]:
		p.act(client)
	default:
		p.finish(client)
	}
}

// restart ends a life with something legal.
func (p *play) restart() {
	c := Call{ID: len(p.h) + 1, Op: Op{Kind: []Kind{Crash, Reopen}[p.n("restart", 1)]}, AfterFault: p.faulted}
	c.Invoked, c.Returned = p.tick+1, p.tick+2
	var ends []refWorlds
	p.begin().orders(p.h, func(w refWorlds) { ends = append(ends, w) })
	if len(ends) == 0 {
		return
	}
	c.Faulted = p.faults && p.n("fault", 5) == 5
	if c.Faulted && p.n("fail", 1) == 1 {
		c.Result.Err = "refused"
	} else {
		c.Result.Recovered = p.drawRecovered(ends[0], false)
	}
	next, ok := ends[0].step(c)
	if !ok {
		return
	}
	p.engine, p.faulted = next, c.Faulted
	p.h = append(p.h, c)
	p.tick += 2
}

func (p *play) begin() refWorlds { return refBegin(p.engine.live[0].c) }

// drawRecovered draws something that s might leave, mutated unless it must not.
func (p *play) drawRecovered(w refWorlds, mutate bool) *Recovered {
	s := p.anyOf(append(w.left(), w.dead...))
	logs := append(s.left(), s.log())
	if mutate {
		for n := range len(s.writes) + 1 {
			logs = append(logs, s.variants(s.writes[:n])...)
		}
	}
	l := logs[len(logs)-1-p.n("log", len(logs)-1)]
	v := View{Boundary: l.boundary, HasBoundary: l.has, LastIndex: l.last()}
	for _, e := range l.entries {
		v.Entries = append(v.Entries, e.Entry)
	}
	h := s.hards[len(s.hards)-1-p.n("hard state", len(s.hards)-1)]
	v.HardState, v.HasHardState = h.value, h.has
	if mutate {
		p.mutate(&v, logs)
	}
	return &Recovered{View: v}
}

func (p *play) anyOf(worlds []refState) refState {
	if len(worlds) == 1 {
		return worlds[0]
	}
	return worlds[p.n("left world", len(worlds)-1)]
}

func (p *play) mutate(v *View, logs []refLog) {
	n := len(v.Entries)
	switch kind := p.n("mutation", 20); {
	case kind == 20:
		v.LastIndex++
	case kind == 19:
		v.HardState.Vote++
	case kind == 18:
		v.HasBoundary = !v.HasBoundary
	case kind == 17:
		v.Boundary.Term++
	case n == 0:
	case kind == 16:
		v.Entries = v.Entries[:n-1]
		v.LastIndex--
	case kind == 15:
		v.LastIndex++
		v.Entries = append(v.Entries, entry(uint64(1+p.n("term", 2)), v.LastIndex))
	case kind == 14:
		i := p.n("entry", n-1)
		v.Entries[i] = entry(uint64(1+p.n("term", 2)), v.Entries[i].Index)
	case kind == 13:
		v.Entries = v.Entries[1:]
	case kind == 12:
		i := p.n("entry", n-1)
		v.Entries = slices.Delete(v.Entries, i, i+1)
	case kind == 11:
		i := p.n("entry", n-1)
		for _, e := range logs[p.n("suffix", len(logs)-1)].entries {
			if e.Index > v.Entries[i].Index {
				v.Entries = append(v.Entries[:i+1:i+1], e.Entry)
				i++
			}
		}
		v.LastIndex = v.Entries[len(v.Entries)-1].Index
	}
}

// TestAgainstReference compares the checker, the whole search and the reference.
func TestAgainstReference(t *testing.T) {
	t.Run("sequential", func(t *testing.T) { compare(t, true, false) })
	t.Run("concurrent", func(t *testing.T) { compare(t, false, false) })
	t.Run("sequential, faults", func(t *testing.T) { compare(t, true, true) })
	t.Run("concurrent, faults", func(t *testing.T) { compare(t, false, true) })
}

func compare(t *testing.T, alone, faults bool) {
	var passes, fails, unknown int
	seen := map[models.Property]int{}
	rapid.Check(t, func(t *rapid.T) {
		c := drawContract(t)
		if faults { // what these allow beside refused calls is more than the reference does
			c.ReadsDurable, c.DurableIndex, c.RecoveryNeedsFlush = false, false, false
			c.AcceptsGaps = c.AcceptsGaps && !c.RaftSafe
		}
		p := &play{T: t, engine: refBegin(c), faults: faults}
		for range 1 + p.n("steps", 12) {
			if alone && p.n("crash", 9) == 9 {
				p.restart()
			}
			p.advance(alone)
		}
		if alone {
			p.invoke(0)
		}
		at := p.tick - p.n("crash before the end", 3)
		h := p.h.Until(at)
		var ends []refWorlds
		refBegin(c).orders(h, func(w refWorlds) { ends = append(ends, w) })
		w := p.engine
		if len(ends) > 0 {
			w = ends[p.n("order", len(ends)-1)]
		}
		r := p.drawRecovered(w, true)

		k := NewChecker(c, models.Fresh(c), p.h)
		got, whole := k.Check(k.Position(at), r), CheckWhole(c, models.Fresh(c), h, r)
		want := models.Fail
		legal, crowded := refCheck(c, h, r)
		if legal {
			want = models.Pass
		}
		if crowded && got.Outcome == models.Unknown && whole.Outcome == models.Unknown {
			unknown++
			return
		}
		if got.Outcome != want || whole.Outcome != want {
			t.Fatalf("contract %+v\nhistory %s\nshown %s: %v\ngot %s %v\nwhole %s %v\nwant %s", c, h, &r.View, r.View.Entries,
				got.Outcome, got.Violations, whole.Outcome, whole.Violations, want)
		}
		if want == models.Pass {
			passes++
			return
		}
		fails++
		seen[got.Violations[0].Property]++
		for _, v := range got.Violations {
			if v.Property == models.ErrorSurfaced && !slices.ContainsFunc(h, func(c Call) bool { return c.masksFault() }) {
				t.Fatalf("history %s\nno fault was masked, yet: %s", h, v.Sentence)
			}
			if !c.Claimed().Has(v.Property) || v.Sentence == "" {
				t.Fatalf("contract %+v\nhistory %s\nshown %s\nviolates %s, which is not claimed: %s", c, h, &r.View, v.Property, v.Sentence)
			}
		}
		if again := k.Check(k.Position(at), r); fmt.Sprint(again.Violations) != fmt.Sprint(got.Violations) {
			t.Fatalf("got %v, then %v", got.Violations, again.Violations)
		}
	})
	if !testing.Short() && (passes < 5 || fails < 5) {
		t.Errorf("got %d legal and %d illegal recoveries, want some of both", passes, fails)
	}
	t.Logf("%d legal, %d illegal: %v; %d unknown", passes, fails, seen, unknown)
}
