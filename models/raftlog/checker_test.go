package raftlog

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// The example of buffered durability: a, b, flush, c, d.
func TestVersionsSinceFlush(t *testing.T) {
	a, b, c, d := batch(1, 1, 1), batch(1, 2, 2), batch(1, 3, 3), batch(1, 4, 4)
	h := begin().persist(1, 1, 1).persist(1, 2, 2).do(Flush).persist(1, 3, 3).persist(1, 4, 4).h
	for _, r := range []*Recovered{shows(a, b), shows(a, b, c), shows(a, b, c, d)} {
		if v := judge(t, buffered, h, r); v.Outcome != models.Pass {
			t.Errorf("%s: got %s, want pass", &r.View, v.Outcome)
		}
	}
	for _, r := range []*Recovered{shows(a), shows(), shows(a, b, d), shows(b, c, d)} {
		if v := judge(t, buffered, h, r); v.Outcome != models.Fail {
			t.Errorf("%s: got %s, want fail", &r.View, v.Outcome)
		}
	}
}

func TestContracts(t *testing.T) {
	for _, c := range []struct {
		name     string
		contract Contract
		life     *life
		shown    *Recovered
		want     models.Outcome
	}{
		{"raft-safe keeps any beginning", raftSafe, begin().persist(1, 1, 2).do(Flush).persist(1, 3, 9).purge(2, 1), shows(batch(1, 3, 5)).purged(2, 1), models.Pass},
		{"raft-safe keeps what was flushed", raftSafe, begin().persist(1, 1, 4).do(Flush).persist(1, 5, 9), shows(batch(1, 1, 3)), models.Fail},
		{"raft-safe lets go what was overwritten", raftSafe, begin().persist(1, 1, 4).do(Flush).persist(2, 3, 9), shows(batch(1, 1, 2)), models.Pass},
		{"raft-safe splices nothing", raftSafe, begin().persist(1, 1, 4).persist(2, 3, 3), shows(batch(1, 1, 2), batch(2, 3, 3), batch(1, 4, 4)), models.Fail},
		{"volatile loses all", volatile, begin().persist(1, 1, 4).save(1, 1).restart(Crash, shows(batch(1, 1, 4)).votes(1, 1)), shows(), models.Pass},
		{"volatile invents nothing", volatile, begin().persist(1, 1, 4), shows(batch(2, 1, 1)), models.Fail},
		{"no boundary, no comparison", forgetful, begin().persist(1, 1, 4).purge(2, 1).do(Flush), shows(batch(1, 3, 4)), models.Pass},
		{"no boundary, an empty log may forget its end", forgetful, begin().persist(1, 1, 4).purge(4, 1).do(Flush), shows(), models.Pass},
		{"no boundary, an empty log may begin anywhere", forgetful, begin().persist(1, 7, 9).do(Flush), shows(batch(1, 7, 9)), models.Pass},
		{"a purge past the end is not undone alone", writeDurable, begin().persist(1, 1, 5).purge(9, 1).persist(2, 10, 10), shows(batch(1, 1, 5)), models.Fail},
		{"a purge is undone under later entries", writeDurable, begin().persist(1, 1, 5).purge(3, 1).persist(2, 4, 4), shows(batch(1, 1, 3), batch(2, 4, 4)), models.Pass},
		{"a no-op makes nothing durable", strict, begin().persist(1, 1, 2).hang().truncate(5), shows(), models.Pass},
		{"a refused call that the contract refuses", strict, begin().call(Op{Kind: Persist, Entries: batch(1, 3, 3)}, Result{Err: "gap"}), shows(), models.Pass},
		{"an accepted call that the contract refuses", strict, begin().persist(1, 3, 3), shows(batch(1, 3, 3)), models.Fail},
		{"a refused call that the contract allows", strict, begin().call(Op{Kind: Persist, Entries: batch(1, 1, 1)}, Result{Err: "no"}), shows(), models.Fail},
		{"a reopen shows the newest", buffered, begin().persist(1, 1, 2).restart(Reopen, shows(batch(1, 1, 2))), shows(batch(1, 1, 2)), models.Pass},
		{"a reopen forgets nothing", buffered, begin().persist(1, 1, 2).restart(Reopen, shows(batch(1, 1, 1))), shows(batch(1, 1, 1)), models.Fail},
		{"a pending recovery showed nothing", buffered, begin().persist(1, 1, 2).restart(Crash, nil).hang(), shows(), models.Pass},
	} {
		if v := judge(t, c.contract, c.life.h, c.shown); v.Outcome != c.want {
			t.Errorf("%s: got %s %v, want %s", c.name, v.Outcome, v.Violations, c.want)
		}
	}
}

// at is a call with times of its own.
func at(client, invoked, returned int, op Op, result Result) Call {
	return Call{Client: client, Invoked: invoked, Returned: returned, Op: op, Result: result}
}

func number(calls ...Call) History {
	for i := range calls {
		calls[i].ID = i + 1
	}
	return calls
}

func TestConcurrentHistories(t *testing.T) {
	one, two := Op{Kind: Persist, Entries: batch(1, 1, 1)}, Op{Kind: Persist, Entries: batch(1, 2, 2)}
	last := func(n uint64) Result { return Result{LastIndex: n} }
	read, flush := Op{Kind: ReadLastIndex}, Op{Kind: Flush}
	for _, c := range []struct {
		name  string
		h     History
		live  models.Outcome
		shown *Recovered
		want  models.Outcome
	}{
		{
			"a flush covers what returned before it",
			number(at(0, 1, 2, one, Result{}), at(0, 3, 8, two, Result{}), at(1, 4, 5, flush, Result{})),
			models.Pass, shows(), models.Fail,
		},
		{
			"a flush need not cover what overlaps it, seen or not",
			number(at(0, 1, 8, one, Result{}), at(2, 2, 3, read, last(1)), at(1, 4, 5, flush, Result{})),
			models.Pass, shows(), models.Pass,
		},
		{
			"readers may disagree while a write is in flight",
			number(at(0, 1, 8, one, Result{}), at(2, 2, 3, read, last(0)), at(2, 4, 5, read, last(1))),
			models.Pass, shows(batch(1, 1, 1)), models.Pass,
		},
		{
			"a reader does not go back in time",
			number(at(0, 1, 8, one, Result{}), at(2, 2, 3, read, last(1)), at(2, 4, 5, read, last(0))),
			models.Fail, shows(batch(1, 1, 1)), models.Fail,
		},
		{
			"a pending write that was read may still be lost",
			number(at(0, 1, models.Pending, one, Result{}), at(2, 2, 3, read, last(1))),
			models.Pass, shows(), models.Pass,
		},
	} {
		if v := CheckHistory(buffered, models.Fresh(buffered), c.h); v.Outcome != c.live {
			t.Errorf("%s: live: got %s %v, want %s", c.name, v.Outcome, v.Violations, c.live)
		}
		v := judge(t, buffered, c.h, c.shown)
		if v.Outcome != c.want {
			t.Errorf("%s: got %s %v, want %s", c.name, v.Outcome, v.Violations, c.want)
		}
		if c.live == models.Fail && v.Violations[0].Property != models.ReadsLinearizable {
			t.Errorf("%s: got %v, want %s", c.name, v.Violations, models.ReadsLinearizable)
		}
	}
}

// A crash that cuts off a purge and the write that it runs beside may leave either of
// them alone, whichever of the two began first. One that had returned is durable.
func TestPurgeBesidePersist(t *testing.T) {
	old, wrote := batch(1, 1, 4), batch(1, 5, 6)
	persist, purge := Op{Kind: Persist, Entries: wrote}, Op{Kind: Purge, Cutoff: engines.LogID{Index: 2, Term: 1}}
	purged := func(entries ...[]Entry) *Recovered {
		r := shows(entries...)
		r.View.Boundary, r.View.HasBoundary = purge.Cutoff, true
		return r
	}
	recoveries := []*Recovered{shows(old), shows(old, wrote), purged(batch(1, 3, 4)), purged(batch(1, 3, 4), wrote)}
	for _, c := range []struct {
		name                   string
		persisted, hasPurged   int // when they returned
		neither, one, two, all models.Outcome
	}{
		{"both in flight", models.Pending, models.Pending, models.Pass, models.Pass, models.Pass, models.Pass},
		{"persist returned", 6, models.Pending, models.Fail, models.Pass, models.Fail, models.Pass},
		{"purge returned", models.Pending, 6, models.Fail, models.Fail, models.Pass, models.Pass},
		{"both returned", 6, 7, models.Fail, models.Fail, models.Fail, models.Pass},
	} {
		for _, invoked := range []int{3, 5} {
			h := number(at(0, 1, 2, Op{Kind: Persist, Entries: old}, Result{}), at(0, 4, c.persisted, persist, Result{}), at(1, invoked, c.hasPurged, purge, Result{}))
			for i, want := range []models.Outcome{c.neither, c.one, c.two, c.all} {
				if v := judge(t, strict, h, recoveries[i]); v.Outcome != want {
					t.Errorf("%s, purge invoked at %d, %s: got %s %v, want %s", c.name, invoked, &recoveries[i].View, v.Outcome, v.Violations, want)
				}
			}
		}
	}
}

func TestBlame(t *testing.T) {
	for _, c := range []struct {
		life *life
		want string
	}{
		{begin().persist(1, 1, 2).call(Op{Kind: ReadEntry, From: 2}, Result{}), "call 2 read-entry 2 returned nothing, yet the log was 1-2 and held entry 2 (term 1) and the hard state none"},
		{begin().persist(1, 3, 3), "call 1 persist 3 (term 1) was accepted, though the log was empty after 0"},
		{begin().persist(1, 1, 2).call(Op{Kind: Flush}, Result{Err: "no space"}), "call 2 flush was refused, though the log was 1-2: no space"},
		{begin().persist(1, 1, 2).restart(Reopen, shows(batch(1, 1, 1))), "call 1 persist 1-2 (term 1) returned before the clean reopen, yet the log ends at 1"},
	} {
		v := CheckHistory(strict, models.Fresh(strict), c.life.h)
		if v.Outcome != models.Fail || v.Violations[0].Property != models.ReadsLinearizable || v.Violations[0].Sentence != c.want {
			t.Errorf("got %s %+v\nwant %s", v.Outcome, v.Violations, c.want)
		}
	}
	refused := begin().restart(Crash, shows()).call(Op{Kind: Persist, Entries: batch(1, 1, 1)}, Result{Err: "stuck"})
	if v := CheckHistory(strict, models.Fresh(strict), refused.h); v.Outcome != models.Fail || v.Violations[0].Property != models.LiveAfterRecovery {
		t.Errorf("got %s %v, want %s", v.Outcome, v.Violations, models.LiveAfterRecovery)
	}
}

// A life that begins after a crash is judged as the whole history would be.
func TestLives(t *testing.T) {
	first := begin().persist(1, 1, 3).persist(1, 4, 6).h
	shown := shows(batch(1, 1, 4))
	k := NewChecker(buffered, models.Fresh(buffered), first)
	v := k.Check(k.Position(100), shown)
	if v.Outcome != models.Pass {
		t.Fatalf("got %s %v, want pass", v.Outcome, v.Violations)
	}
	second := begin().persist(2, 5, 5).h
	whole := slices.Clone(begin().persist(1, 1, 3).persist(1, 4, 6).restart(Crash, shown).persist(2, 5, 5).h)
	for _, r := range []*Recovered{
		shows(batch(1, 1, 4)), shows(batch(1, 1, 4), batch(2, 5, 5)), shows(batch(1, 1, 3)), shows(batch(1, 1, 6)),
		shows(batch(1, 1, 4), batch(2, 5, 5), batch(1, 6, 6)), shows(),
	} {
		k2 := NewChecker(buffered, v.After, second)
		got, want := k2.Check(k2.Position(100), r), judge(t, buffered, whole, r)
		if got.Outcome != want.Outcome || len(got.Violations) > 0 && got.Violations[0].Property != want.Violations[0].Property {
			t.Errorf("%s: got %s %v, want %s %v", &r.View, got.Outcome, got.Violations, want.Outcome, want.Violations)
		}
	}
}

// Only a save that had returned when an entry's call began precedes the entry.
func TestOrderOfOverlappingSaves(t *testing.T) {
	save := Op{Kind: SaveHardState, HardState: shows().votes(2, 1).View.HardState}
	one := Op{Kind: Persist, Entries: batch(1, 1, 1)}
	for returned, want := range map[int]models.Outcome{2: models.Fail, 9: models.Pass} {
		h := number(at(1, 1, returned, save, Result{}), at(0, 3, 5, one, Result{}))
		if v := judge(t, ordered, h, shows(batch(1, 1, 1))); v.Outcome != want {
			t.Errorf("save returned at %d: got %s %v, want %s", returned, v.Outcome, v.Violations, want)
		}
	}
	h := number(
		at(0, 1, 9, one, Result{}), at(1, 2, 3, save, Result{}),
		at(2, 4, 5, Op{Kind: ReadHardState}, Result{OK: true, HardState: save.HardState}), at(2, 6, 7, Op{Kind: ReadLastIndex}, Result{}),
	)
	if v := judge(t, ordered, h, shows(batch(1, 1, 1))); v.Outcome != models.Pass {
		t.Errorf("save seen before an overlapping write: got %s %v, want pass", v.Outcome, v.Violations)
	}
}

func TestCheckerIsSafeForConcurrentUse(t *testing.T) {
	h := long(200)
	k := NewChecker(buffered, models.Fresh(buffered), h)
	var wait sync.WaitGroup
	for i := range 4 {
		wait.Go(func() {
			for _, c := range h {
				r := shows(batch(1, 1, uint64(i)))
				if v := k.Check(k.Position(c.Invoked+2), r); v.Outcome == models.Unknown {
					t.Errorf("call %d: got unknown", c.ID)
				}
			}
		})
	}
	wait.Wait()
}

// The number of orders of calls that all overlap is bounded: no answer is Unknown.
func TestLimitIsUnknown(t *testing.T) {
	var calls []Call
	for i := range 12 {
		calls = append(calls, at(i, 1+i, 100+i, Op{Kind: SaveHardState, HardState: shows().votes(uint64(i), 0).View.HardState}, Result{}))
	}
	h := number(calls...)
	h = append(h, Call{ID: 13, Client: 13, Op: Op{Kind: ReadEntry, From: 1}, Result: Result{OK: true}, Invoked: 50, Returned: 60})
	if v := CheckWhole(strict, models.Fresh(strict), h, shows()); v.Outcome != models.Unknown {
		t.Errorf("whole: got %s %v, want unknown", v.Outcome, v.Violations)
	}
	if v := CheckHistory(strict, models.Fresh(strict), h); v.Outcome != models.Unknown {
		t.Errorf("live: got %s %v, want unknown", v.Outcome, v.Violations)
	}
	k := NewChecker(strict, models.Fresh(strict), h)
	if v := k.Check(k.Position(1000), shows()); v.Outcome != models.Unknown {
		t.Errorf("checker: got %s %v, want unknown", v.Outcome, v.Violations)
	}
}

func TestPositions(t *testing.T) {
	h := number(
		at(0, 10, 20, Op{Kind: Persist, Entries: batch(1, 1, 1)}, Result{}),
		at(2, 30, 40, Op{Kind: ReadLastIndex}, Result{LastIndex: 1}),
		at(1, 50, 60, Op{Kind: Flush}, Result{}),
	)
	k := NewChecker(strict, models.Fresh(strict), h)
	for _, c := range []struct {
		a, b int
		same bool
	}{{-5, 9, true}, {9, 10, false}, {10, 19, true}, {19, 20, false}, {20, 59, true}, {60, 1 << 40, true}} {
		if got := k.Position(c.a) == k.Position(c.b); got != c.same {
			t.Errorf("positions of %d and %d: equal is %v, want %v", c.a, c.b, got, c.same)
		}
	}
}

func TestExercised(t *testing.T) {
	always := models.SetOf(models.OpensAfterCrash, models.RecoveryIdempotent, models.LiveAfterRecovery, models.ReadsLinearizable)
	for _, c := range []struct {
		contract Contract
		life     *life
		want     models.PropertySet
	}{
		{strict, begin(), always},
		{strict, begin().persist(1, 1, 1), always.With(models.AckedDurable, models.Prefix, models.NoHole)},
		{strict, begin().persist(1, 1, 2).hang(), always.With(models.AtomicBatch, models.Prefix, models.NoHole)},
		{buffered, begin().persist(1, 1, 2), always.With(models.Prefix, models.NoHole)},
		{buffered, begin().persist(1, 1, 2).do(Flush), always.With(models.FlushedDurable, models.Prefix, models.NoHole)},
		{strict, begin().persist(1, 1, 2).truncate(2), always.With(models.AckedDurable, models.MutationDurable, models.Prefix, models.NoHole, models.NoSplice)},
		{strict, begin().persist(1, 1, 2).purge(1, 1), always.With(models.AckedDurable, models.MutationDurable, models.Prefix, models.NoHole, models.PurgeBoundary)},
		{strict, begin().save(1, 1), always.With(models.HardStateAtomic, models.HardStateDurable)},
		{ordered, begin().save(1, 1).persist(1, 1, 1), always.With(models.HardStateAtomic, models.TermOrder, models.Prefix, models.NoHole)},
		{buffered, begin().persist(1, 1, 1).restart(Crash, shows(batch(1, 1, 1))), always.With(models.RecoveredDurable, models.Prefix, models.NoHole)},
	} {
		k := NewChecker(c.contract, models.Fresh(c.contract), c.life.h)
		if got := k.Exercised(k.Position(1 << 40)); got != c.want {
			t.Errorf("%s: got %v, want %v", c.life.h, slices.Collect(got.All()), slices.Collect(c.want.All()))
		}
	}
}

func TestKey(t *testing.T) {
	make := func() []*Recovered {
		return []*Recovered{
			shows(), shows(batch(1, 1, 1)), shows(batch(2, 1, 1)), shows(batch(1, 1, 2)), shows(batch(1, 2, 2)),
			shows().ends(1), shows().purged(1, 1), shows().purged(1, 2), shows().votes(0, 0), shows().votes(1, 0), shows().votes(0, 1),
			shows().fails(models.PhaseOpen), shows().fails(models.PhaseRead), shows().again(shows()), shows().again(shows().ends(1)),
		}
	}
	seen := map[models.Digest]int{}
	for i, r := range make() {
		if other, ok := seen[r.Key()]; ok {
			t.Errorf("recoveries %d and %d have one key", other, i)
		}
		seen[r.Key()] = i
	}
	for i, r := range make() {
		if got, ok := seen[r.Key()]; !ok || got != i {
			t.Errorf("recovery %d has another key the second time", i)
		}
	}
}

func TestRulesCoverProperties(t *testing.T) {
	known := map[string]bool{"": true}
	for _, r := range models.Rules {
		known[r.ID] = true
	}
	for id := range (Contract{}).Properties().All() {
		p := id.Info()
		own := models.SetOf(models.AtomicBatch, models.AtomicReplace, models.ReadsLinearizable, models.CloseDurable, models.ReadsDurable, models.ReadersNotBlocked, models.SpaceReclaimed, models.CloseReleases, models.NoSilentCorruption, models.NoSilentTruncation).Has(p.ID)
		if (p.Rule == "") != own || !known[p.Rule] {
			t.Errorf("%s: got rule %q", p.ID, p.Rule)
		}
	}
}

// long returns a sequential history of many calls that write, flush and read.
func long(calls int) History {
	l := begin()
	next := uint64(1)
	for len(l.h) < calls {
		switch len(l.h) % 10 {
		case 3:
			l.do(Flush)
		case 5:
			l.save(1+next/100, 1)
		case 7:
			l.call(Op{Kind: ReadLastIndex}, Result{LastIndex: next - 1})
		case 8:
			l.truncate(next - 1)
			next--
		default:
			l.persist(1+next/100, next, next+1)
			next += 2
		}
	}
	return l.h
}

func TestLongHistoryInBoundedSteps(t *testing.T) {
	h := long(10_000)
	c := counting{buffered, new(int)}
	v := models.CheckHistory(c, models.Fresh(c), h.common())
	if v.Outcome != models.Pass || *c.steps > 2*len(h) {
		t.Errorf("got %s after %d steps, want %s within %d", v.Outcome, *c.steps, models.Pass, 2*len(h))
	}
}

// counting is a contract whose specification counts its steps.
type counting struct {
	Contract
	steps *int
}

func (c counting) Spec() models.Spec { return countingSpec{spec{c.Contract}, c.steps} }

type countingSpec struct {
	spec
	steps *int
}

func (m countingSpec) Step(s models.SpecState, c *models.Call) (models.SpecState, bool) {
	*m.steps++
	return m.spec.Step(s, c)
}

func BenchmarkWholeHistory(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		h := long(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if v := CheckHistory(buffered, models.Fresh(buffered), h); v.Outcome != models.Pass {
					b.Fatal(v.Violations)
				}
			}
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	pass := begin().persist(1, 1, 3).save(1, 1).do(Flush).persist(1, 4, 6).truncate(6).persist(2, 6, 8)
	for _, r := range []*Recovered{shows(batch(1, 1, 5), batch(2, 6, 8)).votes(1, 1), shows(batch(1, 1, 3)).votes(1, 1)} {
		k := NewChecker(writeDurable, models.Fresh(writeDurable), pass.h)
		p := k.Position(1 << 40)
		b.Run(k.Check(p, r).Outcome.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				k.Check(p, r)
			}
		})
	}
}

func BenchmarkNewChecker(b *testing.B) {
	h := long(10_000)
	for b.Loop() {
		NewChecker(buffered, models.Fresh(buffered), h)
	}
}
