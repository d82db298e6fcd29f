package machine

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
	return Contract{engines.MachineClaims{
		ApplyDurable: flag("apply durable"), RestoreDurable: flag("restore durable"), ResetDurable: flag("reset durable"),
		ShutdownDurable: flag("shutdown durable"), Volatile: rapid.IntRange(0, 9).Draw(t, "volatile") == 9,
		ChunkMaySplit: flag("may split"), PersistNeedsFlush: flag("persist needs flush"),
		RecoveryNeedsFlush: flag("recovery needs flush"),
	}}
}

// play runs random calls on the reference, as a machine would.
type play struct {
	*rapid.T
	c      Contract
	worlds []refWorld
	// faults says that calls may fail for faults, faulted that one fired since the machine
	// was opened. doubts counts the refused calls that may have happened.
	faults, faulted bool
	doubts          int
	h               models.History
	tick            int
	busy            [3]int // by client: 1 + the call in flight
	acted           [3]bool
}

func (p *play) n(name string, most int) int { return rapid.IntRange(0, most).Draw(p.T, name) }

func (p *play) world() refWorld {
	if n := len(p.worlds); n > 1 {
		return p.worlds[p.n("world", n-1)]
	}
	return p.worlds[0]
}

var commands = []string{"a=1", "a=2", "b=1", "-a", "a:1>2", "a:2>1", "b:>2", ""}

func (p *play) drawOp(client int) *Op {
	w := p.world()
	t := w.toy()
	key := []string{"a", "b"}[p.n("key", 1)]
	switch client {
	case 1:
		return &Op{Kind: []Kind{Flush, SaveHardState}[p.n("flush", 1)]}
	case 2:
		return &Op{Kind: Get + Kind(p.n("read", 6)), Key: key, Keys: []string{key, "b"}, Index: uint64(p.n("index", 3))}
	}
	kinds := []Kind{Apply, Apply, Apply, Apply, UpdateApplied, PersistApplied, UpdateMetadata, PersistMetadata, Generate, Generate, Restore, Restore, Reset, Stop, Start}
	op := &Op{Kind: kinds[p.n("write", len(kinds)-1)]}
	switch op.Kind {
	case Apply:
		from := t.applied.Index + 1
		if odd := uint64(p.n("odd", 9)); odd > 6 {
			from = odd - 6
		}
		for i := range p.n("size", 3) {
			op.Entries = append(op.Entries, entry(1, from+uint64(i), commands[p.n("command", len(commands)-1)]))
		}
	case UpdateApplied, PersistApplied:
		op.Position = at(max(1, t.applied.Index+uint64(p.n("position", 2))) - 1)
	case UpdateMetadata, PersistMetadata:
		op.Metadata = metadataOf(uint64(p.n("included", 1)), byte(100+p.n("sum", 1)))
	case Generate:
		op.Name, op.Position = []string{"s", "t"}[p.n("name", 1)], t.applied
		if p.n("wrong", 9) == 9 {
			op.Position = at(7)
		}
	case Restore:
		op.Name = []string{"s", "t"}[p.n("name", 1)]
		f := t.files[op.Name]
		if all := w.files[op.Name].contents; len(all) > 0 {
			f.applied = all[p.n("content", len(all)-1)].applied
			f.sum = all[p.n("content", len(all)-1)].sum
		}
		if shown := t.files[op.Name].sum; p.n("as shown", 1) == 1 {
			f.sum = shown
		}
		op.Metadata = engines.SnapshotMetadata{LastIncluded: f.applied, Checksum: f.sum}
		if p.n("harm", 4) == 4 {
			op.Harm = Cut
		}
	}
	return op
}

func (p *play) invoke(client int) {
	p.tick++
	c := models.Call{ID: len(p.h) + 1, Client: client, Op: p.drawOp(client), Invoked: p.tick, AfterFault: p.faulted}
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
	c.Result.Err = "refused"
	c.Returned = p.tick + 1000 // for the reference: it is not pending
	if refUnsure(*c) && p.doubts < 3 && p.n("fail", 1) == 1 {
		p.doubts++
	} else {
		next, answers, refused := p.world().run(*c)
		if len(next) > 0 && !(refused && p.n("refuse", 1) == 1) {
			a := answers[p.n("answer", len(answers)-1)]
			if op := opOf(c); op.Kind == Restore && op.Metadata.Checksum == (engines.Checksum{}) {
				a.Checksum = engines.Checksum{98} // who restores reads the file, and knows it then
			}
			c.Result = models.Result{Answer: &a}
		}
	}
	p.lie(c)
	if next := refStep(p.worlds, *c); len(next) > 0 {
		p.worlds = next
	}
	c.Returned = models.Pending
}

func (p *play) lie(c *models.Call) {
	if p.n("lie", 60) < 60 || c.Result.Answer == nil {
		return
	}
	a := *AnswerOf(c)
	switch opOf(c).Kind {
	case Apply:
		a.Results = slices.Clone(a.Results)
		for i := range a.Results {
			a.Results[i].Succeeded = !a.Results[i].Succeeded
		}
	case Get:
		a.Values = []*Value{nil}
	case GetMulti, Scan, ReadApplied:
		a.Applied.Index++
	case ReadTerm:
		a.Term = 7
	case ReadLen:
		a.Len++
	}
	c.Result.Answer = &a
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
		p.replay()
	case p.busy[client] == 0:
		p.invoke(client)
	case !p.acted[client]:
		p.act(client)
	default:
		p.finish(client)
	}
}

// replay makes the worlds those after the whole history, whose times are right by now.
func (p *play) replay() {
	refOrders(refBegin(p.c), p.h, func(worlds []refWorld) { p.worlds = worlds })
}

// restart ends a life with something legal.
func (p *play) restart() {
	c := models.Call{ID: len(p.h) + 1, Op: []models.Restart{models.Crash, models.Reopen, models.Close}[p.n("restart", 2)], AfterFault: p.faulted}
	c.Invoked, c.Returned = p.tick+1, p.tick+2
	switch c.Faulted = p.faults && p.n("fault", 5) == 5; {
	case c.Op == models.Close:
	case c.Faulted && p.n("fail", 1) == 1:
		c.Result.Err = "refused"
	default:
		c.Result.Recovered = p.drawRecovered(p.worlds, false)
	}
	if next := refStep(p.worlds, c); len(next) > 0 {
		p.worlds, p.faulted = next, c.Faulted || p.faulted && c.Op == models.Close
		p.h = append(p.h, c)
		p.tick += 2
	}
}

// drawRecovered draws something that worlds might leave, mutated unless it must not.
func (p *play) drawRecovered(worlds []refWorld, mutate bool) *models.Recovered {
	w := worlds[p.n("left world", len(worlds)-1)]
	data, meta := w.data, w.meta
	if mutate && p.n("too old", 1) == 1 {
		data, meta = 0, 0
	}
	last := len(w.versions) - 1
	d := w.versions[last-p.n("data", last-data)].toy
	d.meta = w.versions[last-p.n("metadata", last-meta)].toy.meta
	d.files = map[string]toyFile{}
	for name, f := range w.toy().files {
		if f.sum != (engines.Checksum{}) && p.n("lost "+name, 9) < 9 {
			d.files[name] = f
		}
	}
	for _, name := range []string{"s", "t"} {
		if f, ok := w.files[name]; ok && !f.sure && p.n("torn "+name, 1) == 1 {
			d.files[name] = toyFile{sum: engines.Checksum{99}}
		}
	}
	v := d.view()
	if mutate {
		p.mutate(v)
	}
	return &models.Recovered{View: v}
}

func (p *play) mutate(v *View) {
	n := len(v.Pairs)
	switch kind := p.n("mutation", 20); {
	case kind == 20:
		v.LastApplied, v.Term = at(v.LastApplied.Index+1), 1
	case kind == 19:
		v.Term++
	case kind == 18:
		v.HasMetadata = !v.HasMetadata
	case kind == 14 && len(v.Files) > 0:
		v.Files[0].Checksum = engines.Checksum{97}
	case n == 0:
	case kind == 17:
		v.Pairs = slices.Delete(v.Pairs, 0, 1)
	case kind == 16:
		v.Pairs[n-1].Value = ValueOf([]byte("2"))
	case kind == 15:
		slices.Reverse(v.Pairs)
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
		p := &play{T: t, c: c, worlds: refBegin(c), faults: faults}
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
		var ends [][]refWorld
		refOrders(refBegin(c), h, func(w []refWorld) { ends = append(ends, w) })
		worlds := p.worlds
		if len(ends) > 0 {
			worlds = ends[p.n("order", len(ends)-1)]
		}
		r := p.drawRecovered(worlds, true)
		k := models.NewChecker(c, models.Fresh(c), p.h)
		got, whole := k.Check(k.Position(at), r), models.CheckWhole(c, models.Fresh(c), h, r)
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
			t.Fatalf("contract %+v\nhistory %s\nshown %s\ngot %s %v\nwhole %s %v\nwant %s", c, text(h), r.View,
				got.Outcome, got.Violations, whole.Outcome, whole.Violations, want)
		}
		if want == models.Pass {
			passes++
			return
		}
		fails++
		seen[got.Violations[0].Property]++
		for _, v := range got.Violations {
			if v.Property == models.ErrorSurfaced && !slices.ContainsFunc(h, func(c models.Call) bool { return c.MasksFault() }) {
				t.Fatalf("history %s\nno fault was masked, yet: %s", text(h), v.Sentence)
			}
			if !c.Claimed().Has(v.Property) || v.Sentence == "" {
				t.Fatalf("contract %+v\nhistory %s\nshown %s\nviolates %s, which is not claimed: %s", c, text(h), r.View, v.Property, v.Sentence)
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
