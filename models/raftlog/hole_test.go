package raftlog

import (
	"testing"

	"github.com/ackproof/ackproof/models"
)

// A log with a single index missing is refuted as a hole, wherever it is missing.
func TestOneIndexMissing(t *testing.T) {
	safe := raftSafe
	safe.AtomicBatch = true
	four := begin().persist(1, 1, 4)
	purged := begin().persist(1, 1, 6).purge(3, 1)
	for _, c := range []struct {
		about    string
		contract Contract
		life     *life
		shown    *Recovered
	}{
		{"in the middle", buffered, four, shows(batch(1, 1, 2), batch(1, 4, 4))},
		{"in the middle of what is durable", strict, four, shows(batch(1, 1, 2), batch(1, 4, 4))},
		{"in the middle, if a beginning is enough", raftSafe, four, shows(batch(1, 1, 2), batch(1, 4, 4))},
		{"in the middle, beside gaps", gapping, four, shows(batch(1, 1, 2), batch(1, 4, 4))},
		{"before the last of an atomic batch", safe, four, shows(batch(1, 1, 2), batch(1, 4, 4))},
		{"at the beginning", buffered, four, shows(batch(1, 2, 4))},
		{"at the beginning, without a boundary", forgetful, four, shows(batch(1, 2, 4))},
		{"at the beginning, beside gaps", gapping, four, shows(batch(1, 2, 4))},
		{"at the end", buffered, four, shows(batch(1, 1, 3)).ends(4)},
		{"all there is", buffered, begin().persist(1, 1, 1), shows().ends(1)},
		{"behind a boundary", strict, purged, shows(batch(1, 5, 6)).purged(3, 1)},
		{"after a purge and a kill", strict, purged.restart(Crash, shows(batch(1, 4, 6)).purged(3, 1)), shows(batch(1, 4, 4), batch(1, 6, 6)).purged(3, 1)},
	} {
		v := judge(t, c.contract, c.life.h, c.shown)
		if v.Outcome != models.Fail || v.Violations[0].Property != models.NoHole {
			t.Errorf("%s: got %s %v, want %s to fail", c.about, v.Outcome, v.Violations, models.NoHole)
		}
	}
}

// A write that leaves out a single index is refused, and a batch without one too.
func TestWriteLeavesOneIndexOut(t *testing.T) {
	for about, l := range map[string]*life{
		"behind the log":  begin().persist(1, 1, 2).persist(1, 4, 4),
		"of a new log":    begin().persist(1, 2, 2),
		"by a replace":    begin().persist(1, 1, 2).replace(1, 4, 4),
		"within a batch":  begin().call(Op{Kind: Persist, Entries: append(batch(1, 1, 1), entry(1, 3))}, Result{}),
		"behind a purge":  begin().persist(1, 1, 2).purge(2, 1).persist(1, 4, 4),
		"within replaced": begin().persist(1, 1, 2).call(Op{Kind: Replace, From: 2, Entries: append(batch(1, 2, 2), entry(1, 4))}, Result{}),
	} {
		if v := CheckHistory(buffered, models.Fresh(buffered), l.h); v.Outcome != models.Fail || v.Violations[0].Property != models.ReadsLinearizable {
			t.Errorf("%s: got %s %v, want %s to fail", about, v.Outcome, v.Violations, models.ReadsLinearizable)
		}
	}
}

// A raft-safe log may end anywhere behind what is durable, but within no atomic call.
func TestRaftSafeCutsNoAtomicCall(t *testing.T) {
	whole := raftSafe
	whole.AtomicBatch, whole.AtomicReplace = true, true
	appended := begin().persist(1, 1, 2).do(Flush).persist(1, 3, 5).persist(1, 6, 6)
	for _, c := range []struct {
		about    string
		life     *life
		legal    []*Recovered
		cut      *Recovered
		property models.Property
	}{
		{
			"a batch", appended,
			[]*Recovered{shows(batch(1, 1, 2)), shows(batch(1, 1, 5)), shows(batch(1, 1, 6))},
			shows(batch(1, 1, 4)), models.AtomicBatch,
		},
		{
			"a batch after its first entry", appended,
			[]*Recovered{shows(batch(1, 1, 2))},
			shows(batch(1, 1, 3)), models.AtomicBatch,
		},
		{
			"a batch in flight", begin().persist(1, 1, 2).persist(1, 3, 5).hang(),
			[]*Recovered{shows(), shows(batch(1, 1, 2)), shows(batch(1, 1, 5))},
			shows(batch(1, 1, 4)), models.AtomicBatch,
		},
		{
			"an overwriting batch", begin().persist(1, 1, 4).persist(2, 3, 5),
			[]*Recovered{shows(), shows(batch(1, 1, 4)), shows(batch(1, 1, 2), batch(2, 3, 5))},
			shows(batch(1, 1, 2), batch(2, 3, 4)), models.AtomicBatch,
		},
		{
			"a durable batch, truncated since", begin().persist(1, 1, 3).do(Flush).truncate(2),
			[]*Recovered{shows(batch(1, 1, 1)), shows(batch(1, 1, 3))},
			shows(batch(1, 1, 2)), models.AtomicBatch,
		},
		{
			"a replace", begin().persist(1, 1, 4).replace(2, 3, 5),
			[]*Recovered{shows(), shows(batch(1, 1, 4)), shows(batch(1, 1, 2), batch(2, 3, 5))},
			shows(batch(1, 1, 2), batch(2, 3, 4)), models.AtomicReplace,
		},
	} {
		for i, r := range c.legal {
			if v := judge(t, whole, c.life.h, r); v.Outcome != models.Pass {
				t.Errorf("%s: recovery %d: got %s %v, want pass", c.about, i, v.Outcome, v.Violations)
			}
		}
		if v := judge(t, whole, c.life.h, c.cut); v.Outcome != models.Fail || v.Violations[0].Property != c.property {
			t.Errorf("%s: got %s %v, want %s to fail", c.about, v.Outcome, v.Violations, c.property)
		}
		if v := judge(t, raftSafe, c.life.h, c.cut); v.Outcome != models.Pass {
			t.Errorf("%s, if it is not atomic: got %s %v, want pass", c.about, v.Outcome, v.Violations)
		}
	}
}
