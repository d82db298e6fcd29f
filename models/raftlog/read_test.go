package raftlog

import (
	"testing"

	"github.com/ackproof/ackproof/models"
)

// What a read leaves open under ReadsDurable: the illegal recoveries are refuted by that
// property, and legal without the claim.
func TestReadsDurable(t *testing.T) {
	readingSafe := reading
	readingSafe.RaftSafe = true
	readingWhole := reading
	readingWhole.AtomicBatch = true
	lazily := reading
	lazily.RecoveryNeedsFlush = true
	for _, c := range []struct {
		about    string
		contract Contract
		life     *life
		legal    []*Recovered
		illegal  []*Recovered
	}{
		{
			"of a batch up to what was shown", reading,
			begin().persist(1, 1, 2).persist(1, 3, 6).readsEntry(entry(1, 4)),
			[]*Recovered{shows(batch(1, 1, 4)), shows(batch(1, 1, 6))},
			[]*Recovered{shows(batch(1, 1, 3)), shows(batch(1, 1, 2)), shows()},
		},
		{
			"of an atomic batch all", readingWhole,
			begin().persist(1, 1, 4).readsEntry(entry(1, 2)),
			[]*Recovered{shows(batch(1, 1, 4))},
			[]*Recovered{shows()},
		},
		{
			"of an atomic batch that overwrote", readingWhole,
			begin().persist(1, 1, 1).persist(1, 1, 1).readsLast(1),
			[]*Recovered{shows(batch(1, 1, 1))},
			[]*Recovered{shows()},
		},
		{
			"of a raft-safe log up to what was shown", readingSafe,
			begin().persist(1, 1, 2).persist(1, 3, 6).persist(1, 7, 7).readsEntry(entry(1, 4)),
			[]*Recovered{shows(batch(1, 1, 4)), shows(batch(1, 1, 7))},
			[]*Recovered{shows(batch(1, 1, 3)), shows(batch(1, 1, 2)), shows()},
		},
		{
			"of a raft-safe log that was purged since", readingSafe,
			begin().persist(1, 1, 2).persist(1, 3, 6).readsEntry(entry(1, 4)).purge(1, 1),
			[]*Recovered{shows(batch(1, 1, 4)), shows(batch(1, 2, 4)).purged(1, 1)},
			[]*Recovered{shows(batch(1, 2, 3)).purged(1, 1)},
		},
		{
			"what was overwritten since need not survive", reading,
			begin().persist(1, 1, 3).readsLast(3).persist(2, 2, 2),
			[]*Recovered{shows(batch(1, 1, 3)), shows(batch(1, 1, 1)), shows(batch(1, 1, 1), batch(2, 2, 2))},
			[]*Recovered{shows(), shows(batch(1, 1, 2))},
		},
		{
			"a truncate that was seen may be undone", reading,
			begin().persist(1, 1, 3).do(Flush).truncate(2).readsLast(1).readsEntry(entry(1, 1)),
			[]*Recovered{shows(batch(1, 1, 3)), shows(batch(1, 1, 1))},
			nil,
		},
		{
			"a purge that was seen may be undone", reading,
			begin().persist(1, 1, 3).purge(1, 1).readsEntry(entry(1, 2)),
			[]*Recovered{shows(batch(1, 1, 3)), shows(batch(1, 2, 3)).purged(1, 1)},
			[]*Recovered{shows(), shows(batch(1, 1, 1))},
		},
		{
			"what a recovery that needs a flush showed, once it was read", lazily,
			begin().persist(1, 1, 2).restart(Crash, shows(batch(1, 1, 2))).readsEntry(entry(1, 1)),
			[]*Recovered{shows(batch(1, 1, 2)), shows(batch(1, 1, 1))},
			[]*Recovered{shows()},
		},
	} {
		without := c.contract
		without.ReadsDurable = false
		for i, r := range c.legal {
			if v := judge(t, c.contract, c.life.h, r); v.Outcome != models.Pass {
				t.Errorf("%s: legal recovery %d: got %s %v, want pass", c.about, i, v.Outcome, v.Violations)
			}
		}
		for i, r := range c.illegal {
			v := judge(t, c.contract, c.life.h, r)
			if v.Outcome != models.Fail || v.Violations[0].Property != models.ReadsDurable {
				t.Errorf("%s: illegal recovery %d: got %s %v, want %s to fail", c.about, i, v.Outcome, v.Violations, models.ReadsDurable)
			}
			if v := judge(t, without, c.life.h, r); v.Outcome != models.Pass {
				t.Errorf("%s: recovery %d without the claim: got %s %v, want pass", c.about, i, v.Outcome, v.Violations)
			}
		}
	}
}

// A recovery that need not be durable cuts the batch that a read was shown a part of. No
// later one shows more of it.
func TestReadOfBatchThatRecoveryCut(t *testing.T) {
	c := reading
	c.RecoveryNeedsFlush = true
	life := begin().persist(1, 1, 4).readsEntry(entry(1, 2)).restart(Crash, shows(batch(1, 1, 3)))
	for last, want := range []models.Outcome{1: models.Fail, 2: models.Pass, 3: models.Pass, 4: models.Fail} {
		if v := judge(t, c, life.h, shows(batch(1, 1, uint64(last)))); v.Outcome != want && last > 0 {
			t.Errorf("the log 1-%d: got %s %v, want %s", last, v.Outcome, v.Violations, want)
		}
	}
}

// A read beside a write that had not returned: once the read has returned, what it
// showed must survive, though the write promised nothing yet.
func TestReadsDurableBesideWrite(t *testing.T) {
	c := writeDurable
	c.ReadsDurable = true
	write := Call{ID: 1, Op: Op{Kind: Persist, Entries: batch(1, 1, 2)}, Invoked: 1, Returned: 9}
	read := Call{ID: 2, Client: 1, Op: Op{Kind: ReadLastIndex}, Result: Result{LastIndex: 2}, Invoked: 3, Returned: 5}
	unseen := Call{ID: 3, Client: 2, Op: Op{Kind: ReadLastIndex}, Invoked: 2, Returned: 4}
	k := NewChecker(c, models.Fresh(c), History{write, unseen, read})
	for _, test := range []struct {
		time int
		r    *Recovered
		want models.Outcome
	}{
		{4, shows(), models.Pass},
		{4, shows(batch(1, 1, 1)), models.Pass},
		{5, shows(), models.Fail},
		{5, shows(batch(1, 1, 1)), models.Fail},
		{5, shows(batch(1, 1, 2)), models.Pass},
	} {
		v := k.Check(k.Position(test.time), test.r)
		if v.Outcome != test.want || v.Outcome == models.Fail && v.Violations[0].Property != models.ReadsDurable {
			t.Errorf("at %d %s: got %s %v, want %s", test.time, &test.r.View, v.Outcome, v.Violations, test.want)
		}
	}
	if got := k.Exercised(k.Position(4)); got.Has(models.ReadsDurable) {
		t.Errorf("exercised before the read returned: %v", got)
	}
	if got := k.Exercised(k.Position(5)); !got.Has(models.ReadsDurable) {
		t.Errorf("not exercised after the read: %v", got)
	}
}
