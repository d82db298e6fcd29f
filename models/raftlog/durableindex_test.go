package raftlog

import (
	"testing"

	"github.com/ackproof/ackproof/models"
)

// What a read of the durable index leaves open: the illegal recoveries are refuted by that
// property, and legal where it returned 0.
func TestDurableIndex(t *testing.T) {
	whole, lazily, safe := indexing, indexing, indexing
	whole.AtomicBatch, lazily.RecoveryNeedsFlush, safe.RaftSafe = true, true, true
	for _, c := range []struct {
		about    string
		contract Contract
		life     func(index uint64) *life
		index    uint64
		legal    []*Recovered
		illegal  []*Recovered
	}{
		{
			"of a batch up to the index", indexing,
			func(index uint64) *life { return begin().persist(1, 1, 2).persist(1, 3, 6).readsDurable(index) }, 4,
			[]*Recovered{shows(batch(1, 1, 4)), shows(batch(1, 1, 6))},
			[]*Recovered{shows(batch(1, 1, 3)), shows(batch(1, 1, 2)), shows()},
		},
		{
			"of an atomic batch all", whole,
			func(index uint64) *life { return begin().persist(1, 1, 4).readsDurable(index) }, 2,
			[]*Recovered{shows(batch(1, 1, 4))},
			[]*Recovered{shows()},
		},
		{
			"of a raft-safe log up to the index", safe,
			func(index uint64) *life {
				return begin().persist(1, 1, 2).persist(1, 3, 6).persist(1, 7, 7).readsDurable(index)
			}, 4,
			[]*Recovered{shows(batch(1, 1, 4)), shows(batch(1, 1, 7))},
			[]*Recovered{shows(batch(1, 1, 3)), shows()},
		},
		{
			"of entries that replaced durable ones", indexing,
			func(index uint64) *life {
				return begin().persist(1, 1, 10).do(Flush).truncate(7).persist(2, 7, 10).readsDurable(index)
			}, 10,
			[]*Recovered{shows(batch(1, 1, 6), batch(2, 7, 10))},
			[]*Recovered{shows(batch(1, 1, 10)), shows(batch(1, 1, 6)), shows(batch(1, 1, 6), batch(2, 7, 9))},
		},
		{
			"what was discarded since need not survive", indexing,
			func(index uint64) *life { return begin().persist(1, 1, 5).readsDurable(index).truncate(3) }, 5,
			[]*Recovered{shows(batch(1, 1, 5)), shows(batch(1, 1, 2))},
			[]*Recovered{shows(batch(1, 1, 4)), shows()},
		},
		{
			"a truncate before it may be undone", indexing,
			func(index uint64) *life { return begin().persist(1, 1, 5).truncate(4).readsDurable(index) }, 3,
			[]*Recovered{shows(batch(1, 1, 5)), shows(batch(1, 1, 3))},
			[]*Recovered{shows(), shows(batch(1, 1, 2))},
		},
		{
			"a purge before it may be undone", indexing,
			func(index uint64) *life { return begin().persist(1, 1, 5).purge(2, 1).readsDurable(index) }, 4,
			[]*Recovered{shows(batch(1, 1, 5)), shows(batch(1, 1, 4)), shows(batch(1, 3, 5)).purged(2, 1)},
			[]*Recovered{shows(), shows(batch(1, 1, 3))},
		},
		{
			"what a recovery that needs a flush showed", lazily,
			func(index uint64) *life {
				return begin().persist(1, 1, 3).restart(Crash, shows(batch(1, 1, 3))).readsDurable(index)
			}, 2,
			[]*Recovered{shows(batch(1, 1, 3)), shows(batch(1, 1, 2))},
			[]*Recovered{shows(batch(1, 1, 1)), shows()},
		},
		{
			"of a write that was refused and may have happened, nothing", indexing,
			func(index uint64) *life { return begin().persist(1, 1, 3).persist(2, 3, 4).fails().readsDurable(index) }, 3,
			[]*Recovered{shows(batch(1, 1, 3)), shows(batch(1, 1, 2), batch(2, 3, 4)), shows(batch(1, 1, 2))},
			[]*Recovered{shows(batch(1, 1, 1)), shows()},
		},
	} {
		for i, r := range c.legal {
			if v := judge(t, c.contract, c.life(c.index).h, r); v.Outcome != models.Pass {
				t.Errorf("%s: legal recovery %d: got %s %v, want pass", c.about, i, v.Outcome, v.Violations)
			}
		}
		for i, r := range c.illegal {
			v := judge(t, c.contract, c.life(c.index).h, r)
			if v.Outcome != models.Fail || v.Violations[0].Property != models.DurableIndexHonest {
				t.Errorf("%s: illegal recovery %d: got %s %v, want %s to fail", c.about, i, v.Outcome, v.Violations, models.DurableIndexHonest)
			}
			if v := judge(t, c.contract, c.life(0).h, r); v.Outcome != models.Pass {
				t.Errorf("%s: recovery %d after an index of 0: got %s %v, want pass", c.about, i, v.Outcome, v.Violations)
			}
		}
	}
}

// An index that says nothing makes nothing durable, and neither does one below the log's
// first entry, or of a log in memory.
func TestDurableIndexThatSaysNothing(t *testing.T) {
	unkept := indexing
	unkept.Volatile = true
	for _, c := range []struct {
		contract Contract
		life     *life
	}{
		{indexing, begin().persist(1, 1, 3).readsDurable(0)},
		{indexing, begin().persist(1, 1, 3).purge(9, 1).readsDurable(3)},
		{unkept, begin().persist(1, 1, 3).readsDurable(3)},
	} {
		k := NewChecker(c.contract, models.Fresh(c.contract), c.life.h)
		end := k.Position(1 << 40)
		if v := k.Check(end, shows()); v.Outcome != models.Pass || k.Exercised(end).Has(models.DurableIndexHonest) {
			t.Errorf("%s: got %s %v, want pass, and the property not exercised", c.life.h, v.Outcome, v.Violations)
		}
	}
}

// The property is exercised once the read has returned, unless a flush had made all of
// that durable.
func TestDurableIndexExercised(t *testing.T) {
	for _, c := range []struct {
		life *life
		want bool
	}{
		{begin().persist(1, 1, 3).readsDurable(3), true},
		{begin().persist(1, 1, 3).do(Flush).readsDurable(3), false},
		{begin().persist(1, 1, 3).readsDurable(3).hang(), false},
	} {
		k := NewChecker(indexing, models.Fresh(indexing), c.life.h)
		if got := k.Exercised(k.Position(1 << 40)).Has(models.DurableIndexHonest); got != c.want {
			t.Errorf("%s: exercised: got %v, want %v", c.life.h, got, c.want)
		}
	}
}

// An index beyond the log is wrong though nothing crashes.
func TestDurableIndexBeyondLog(t *testing.T) {
	for _, c := range []struct {
		life     *life
		sentence string
	}{
		{
			begin().persist(1, 1, 10).do(Flush).truncate(7).readsDurable(10),
			"call 4 read-durable-index returned 10, yet the log was 1-6 and the hard state none",
		},
		{
			begin().persist(1, 1, 2).purge(5, 1).readsDurable(6),
			"call 3 read-durable-index returned 6, yet the log was empty after 5 and the hard state none",
		},
	} {
		v := CheckHistory(indexing, models.Fresh(indexing), c.life.h)
		if v.Outcome != models.Fail || v.Violations[0].Property != models.DurableIndexHonest || v.Violations[0].Sentence != c.sentence {
			t.Errorf("got %s %v, want %s: %s", v.Outcome, v.Violations, models.DurableIndexHonest, c.sentence)
		}
	}
	if v := CheckHistory(indexing, models.Fresh(indexing), begin().persist(1, 1, 2).purge(5, 1).readsDurable(5).h); v.Outcome != models.Pass {
		t.Errorf("an index at the purge boundary: got %s %v, want pass", v.Outcome, v.Violations)
	}
}

// A read beside the flush that raised the index: once the read has returned, the entries
// must survive, though the flush promised nothing yet.
func TestDurableIndexBesideFlush(t *testing.T) {
	h := begin().persist(1, 1, 3).h
	flush := Call{ID: 2, Client: 1, Op: Op{Kind: Flush}, Invoked: 20, Returned: 90}
	read := Call{ID: 3, Client: 2, Op: Op{Kind: ReadDurableIndex}, Result: Result{DurableIndex: 3}, Invoked: 30, Returned: 50}
	k := NewChecker(indexing, models.Fresh(indexing), append(h, flush, read))
	for time, want := range map[int]models.Outcome{49: models.Pass, 50: models.Fail} {
		v := k.Check(k.Position(time), shows(batch(1, 1, 2)))
		if v.Outcome != want || want == models.Fail && v.Violations[0].Property != models.DurableIndexHonest {
			t.Errorf("at %d: got %s %v, want %s", time, v.Outcome, v.Violations, want)
		}
	}
}
