package raftlog

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

var (
	needsFlush = Contract{KeepsBoundary: true, Claims: engines.Claims{RecoveryNeedsFlush: true}}
	splitting  = Contract{KeepsBoundary: true, Claims: engines.Claims{AtomicBatch: true, OverwriteMaySplit: true}}
	keeping    = Contract{KeepsBoundary: true, Claims: engines.Claims{OverwriteKeepsTail: true}}
	keepsWhole = Contract{KeepsBoundary: true, Claims: engines.Claims{OverwriteKeepsTail: true, AtomicBatch: true}}
	gapping    = Contract{KeepsBoundary: true, Claims: engines.Claims{AcceptsGaps: true}}
	// without makes an engine that claims all but has no operations to spare.
	without = Contract{
		Claims:  engines.Claims{WriteDurable: true, MutationsDurable: true, HardStateDurable: true},
		Without: engines.Without{HardState: true, Truncate: true, Purge: true, Reset: true},
	}
)

// Each claim that declines something makes some recoveries legal, which are not
// without it, and leaves others refused, by the property named.
func TestDeclined(t *testing.T) {
	for _, c := range []struct {
		about    string
		contract Contract
		life     *life
		allowed  []*Recovered // and refused without the claim
		legal    []*Recovered // in any case
		illegal  []*Recovered
		property models.Property
	}{
		{
			about: "a recovered log before a flush", contract: needsFlush,
			life:    begin().persist(1, 1, 2).do(Flush).persist(1, 3, 5).persist(1, 6, 7).restart(Crash, shows(batch(1, 1, 5))),
			allowed: []*Recovered{shows(batch(1, 1, 2)), shows(batch(1, 1, 4))},
			legal:   []*Recovered{shows(batch(1, 1, 5))},
			illegal: []*Recovered{shows(batch(1, 1, 1))}, property: models.FlushedDurable,
		},
		{
			about: "what was not shown", contract: needsFlush,
			life:    begin().persist(1, 1, 5).persist(1, 6, 7).restart(Crash, shows(batch(1, 1, 5))),
			allowed: []*Recovered{shows()},
			illegal: []*Recovered{shows(batch(1, 1, 6)), shows(batch(1, 1, 7))}, property: models.Prefix,
		},
		{
			about: "a recovered log after a flush", contract: needsFlush,
			life:    begin().persist(1, 1, 5).restart(Crash, shows(batch(1, 1, 5))).do(Flush),
			legal:   []*Recovered{shows(batch(1, 1, 5))},
			illegal: []*Recovered{shows(), shows(batch(1, 1, 4))}, property: models.FlushedDurable,
		},
		{
			about: "a recovered hard state", contract: needsFlush,
			life:    begin().save(1, 1).do(FlushMeta).save(2, 1).save(3, 1).restart(Crash, shows().votes(2, 1)),
			allowed: []*Recovered{shows().votes(1, 1)},
			legal:   []*Recovered{shows().votes(2, 1)},
			illegal: []*Recovered{shows()}, property: models.HardStateDurable,
		},
		{
			about: "a purge that a recovery undid", contract: needsFlush,
			life:    begin().persist(1, 1, 5).do(Flush).purge(3, 1).persist(1, 6, 6).restart(Crash, shows(batch(1, 1, 6))),
			allowed: []*Recovered{shows(batch(1, 1, 5))},
			illegal: []*Recovered{shows(batch(1, 4, 6)).purged(3, 1), shows(batch(1, 4, 5)).purged(3, 1)}, property: models.PurgeBoundary,
		},
		{
			about: "an overwrite", contract: splitting,
			life:    begin().persist(1, 1, 5).do(Flush).persist(2, 3, 5),
			allowed: []*Recovered{shows(batch(1, 1, 2)), shows(batch(1, 1, 2), batch(2, 3, 4))},
			legal:   []*Recovered{shows(batch(1, 1, 5)), shows(batch(1, 1, 2), batch(2, 3, 5))},
			illegal: []*Recovered{shows(batch(1, 1, 2), batch(2, 3, 3), batch(1, 4, 5))}, property: models.NoSplice,
		},
		{
			about: "an append of one that splits overwrites", contract: splitting,
			life:    begin().persist(1, 1, 5).do(Flush).persist(2, 6, 8),
			illegal: []*Recovered{shows(batch(1, 1, 5), batch(2, 6, 7))}, property: models.AtomicBatch,
		},
		{
			about: "the tail of an overwrite", contract: keeping,
			life:    begin().persist(1, 1, 5).do(Flush).persist(2, 2, 3).do(Flush),
			allowed: []*Recovered{shows(batch(1, 1, 1), batch(2, 2, 3), batch(1, 4, 5))},
			illegal: []*Recovered{shows(batch(1, 1, 1), batch(2, 2, 3))}, property: models.FlushedDurable,
		},
		{
			about: "an overwrite entry by entry", contract: keeping,
			life:    begin().persist(1, 1, 5).do(Flush).persist(2, 4, 6),
			allowed: []*Recovered{shows(batch(1, 1, 3), batch(2, 4, 4), batch(1, 5, 5))},
			legal:   []*Recovered{shows(batch(1, 1, 5)), shows(batch(1, 1, 3), batch(2, 4, 5)), shows(batch(1, 1, 3), batch(2, 4, 6))},
			illegal: []*Recovered{shows(batch(1, 1, 4), batch(2, 5, 5))}, property: models.NoSplice,
		},
		{
			about: "an overwrite that keeps its tail and is atomic", contract: keepsWhole,
			life:    begin().persist(1, 1, 5).do(Flush).persist(2, 2, 3),
			allowed: []*Recovered{shows(batch(1, 1, 1), batch(2, 2, 3), batch(1, 4, 5))},
			illegal: []*Recovered{shows(batch(1, 1, 1), batch(2, 2, 2), batch(1, 3, 5))}, property: models.AtomicBatch,
		},
		{
			about: "a gap that a call left", contract: gapping,
			life:    begin().persist(1, 1, 2).persist(1, 5, 6).do(Flush).persist(1, 7, 9),
			allowed: []*Recovered{shows(batch(1, 1, 2), batch(1, 5, 6)), shows(batch(1, 1, 2), batch(1, 5, 8))},
			illegal: []*Recovered{shows(batch(1, 1, 2), batch(1, 5, 6), batch(1, 8, 9)), shows(batch(1, 1, 1), batch(1, 5, 9))}, property: models.NoHole,
		},
		{
			about: "a gap before the first entry", contract: gapping,
			life:    begin().persist(1, 4, 6).do(Flush),
			allowed: []*Recovered{shows(batch(1, 4, 6))},
			illegal: []*Recovered{shows(batch(1, 5, 6))}, property: models.NoHole,
		},
		{
			about: "a purge into a gap", contract: gapping,
			life:    begin().persist(1, 1, 2).persist(1, 7, 8).purge(4, 1).do(Flush),
			allowed: []*Recovered{shows(batch(1, 7, 8)).purged(4, 1)},
			illegal: []*Recovered{shows(batch(1, 8, 8)).purged(4, 1)}, property: models.NoHole,
		},
		{
			about: "what needs no operation", contract: without,
			life:    begin().persist(1, 1, 2),
			legal:   []*Recovered{shows(batch(1, 1, 2))},
			illegal: []*Recovered{shows(batch(1, 1, 1))}, property: models.AckedDurable,
		},
	} {
		t.Run(c.about, func(t *testing.T) {
			plain := c.contract
			plain.RecoveryNeedsFlush, plain.OverwriteMaySplit, plain.OverwriteKeepsTail, plain.AcceptsGaps = false, false, false, false
			for i, r := range append(c.allowed, c.legal...) {
				if v := judge(t, c.contract, c.life.h, r); v.Outcome != models.Pass {
					t.Errorf("recovery %d: got %s %v, want pass", i, v.Outcome, v.Violations)
				}
			}
			for i, r := range c.allowed {
				if v := judge(t, plain, c.life.h, r); v.Outcome != models.Fail {
					t.Errorf("recovery %d without the claim: got %s, want fail", i, v.Outcome)
				}
			}
			for i, r := range c.illegal {
				v := judge(t, c.contract, c.life.h, r)
				if v.Outcome != models.Fail || v.Violations[0].Property != c.property {
					t.Errorf("illegal recovery %d: got %s %v, want %s to fail", i, v.Outcome, v.Violations, c.property)
				}
			}
		})
	}
}

// A purge into a gap is undone, and the truncate behind it is not.
func TestPurgeUndoneBeforeGap(t *testing.T) {
	safe := gapping
	safe.RaftSafe = true
	for _, c := range []Contract{gapping, safe} {
		life := begin().persist(1, 1, 1).persist(1, 5, 5).purge(3, 1).truncate(5)
		for _, r := range []*Recovered{shows(batch(1, 1, 1)), shows().purged(3, 1), shows(batch(1, 5, 5)).purged(3, 1)} {
			if v := judge(t, c, life.h, r); v.Outcome != models.Pass {
				t.Errorf("%s: got %s %v, want pass", &r.View, v.Outcome, v.Violations)
			}
		}
	}
}

// A later flush makes what a recovery showed durable, and so does a later write that
// is durable itself.
func TestRecoveredIsDurableLater(t *testing.T) {
	durable := needsFlush
	durable.WriteDurable = true
	life := begin().persist(1, 1, 2).hang().restart(Crash, shows(batch(1, 1, 2))).persist(1, 3, 3)
	if v := judge(t, durable, life.h, shows(batch(1, 1, 2))); v.Outcome != models.Fail || v.Violations[0].Property != models.AckedDurable {
		t.Errorf("got %s %v, want %s to fail", v.Outcome, v.Violations, models.AckedDurable)
	}
}

// A close promises nothing of an engine that does not claim so, nor while it runs.
func TestCloseNotClaimed(t *testing.T) {
	for _, c := range []struct {
		contract Contract
		life     *life
	}{{buffered, begin().persist(1, 1, 2).do(Close)}, {closing, begin().persist(1, 1, 2).do(Close).hang()}} {
		if v := judge(t, c.contract, c.life.h, shows()); v.Outcome != models.Pass {
			t.Errorf("%s: got %s %v, want pass", c.life.h, v.Outcome, v.Violations)
		}
	}
}

func TestClaimedWithout(t *testing.T) {
	claimed := without.Claimed()
	for _, p := range []models.Property{models.MutationDurable, models.PurgeBoundary, models.HardStateAtomic, models.HardStateDurable, models.TermOrder} {
		if claimed.Has(p) {
			t.Errorf("%s is claimed without the operations for it", p)
		}
	}
	if !claimed.Has(models.AckedDurable) {
		t.Error("acked-durable is not claimed")
	}
	some := without
	some.Without.Truncate = false
	if !some.Claimed().Has(models.MutationDurable) {
		t.Error("mutation-durable is not claimed, though there is a truncate")
	}
	if needsFlush.Claimed().Has(models.RecoveredDurable) || !buffered.Claimed().Has(models.RecoveredDurable) {
		t.Error("recovered-durable is not claimed by those who recover durably")
	}
}

// Calls are accepted that the contract refuses by default, and must be.
func TestGapIsAccepted(t *testing.T) {
	gap := begin().persist(1, 1, 2).persist(1, 5, 6)
	refusal := begin().persist(1, 1, 2).call(Op{Kind: Persist, Entries: batch(1, 5, 6)}, Result{Err: "gap"})
	reads := func(entries ...[]Entry) *life {
		return begin().persist(1, 1, 2).persist(1, 5, 6).call(Op{Kind: ReadRange, From: 2, To: 5}, Result{Entries: shows(entries...).View.Entries})
	}
	for _, c := range []struct {
		contract Contract
		life     *life
		want     models.Outcome
	}{
		{gapping, gap, models.Pass},
		{buffered, gap, models.Fail},
		{gapping, refusal, models.Fail},
		{buffered, refusal, models.Pass},
		{gapping, reads(batch(1, 2, 2), batch(1, 5, 5)), models.Pass},
		{gapping, reads(batch(1, 2, 5)), models.Fail},
		{gapping, reads(batch(1, 2, 2)), models.Fail},
		{gapping, begin().persist(1, 3, 4).purge(4, 1).persist(1, 3, 3), models.Fail},
	} {
		if v := CheckHistory(c.contract, models.Fresh(c.contract), c.life.h); v.Outcome != c.want {
			t.Errorf("%+v, %s: got %s %v, want %s", c.contract.Claims, c.life.h, v.Outcome, v.Violations, c.want)
		}
	}
}
