package raftlog

import (
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

var (
	strict = Contract{KeepsBoundary: true, Claims: engines.Claims{
		WriteDurable: true, AtomicBatch: true, AtomicReplace: true, MutationsDurable: true, HardStateDurable: true,
	}}
	writeDurable = Contract{KeepsBoundary: true, Claims: engines.Claims{WriteDurable: true, HardStateDurable: true}}
	buffered     = Contract{KeepsBoundary: true}
	atomic       = Contract{KeepsBoundary: true, Claims: engines.Claims{AtomicBatch: true, AtomicReplace: true}}
	ordered      = Contract{KeepsBoundary: true, Claims: engines.Claims{OrderedHardState: true}}
	raftSafe     = Contract{KeepsBoundary: true, Claims: engines.Claims{RaftSafe: true}}
	releasing    = Contract{KeepsBoundary: true, Claims: engines.Claims{CloseReleases: true}}
	closing      = Contract{KeepsBoundary: true, Claims: engines.Claims{CloseDurable: true}}
	reading      = Contract{KeepsBoundary: true, Claims: engines.Claims{ReadsDurable: true}}
	indexing     = Contract{KeepsBoundary: true, DurableIndex: true}
	forgetful    = Contract{}
	volatile     = Contract{KeepsBoundary: true, Claims: engines.Claims{Volatile: true, WriteDurable: true}}
)

func begin() *life { return &life{} }

// cases gives for each property recoveries that keep it and one that breaks it,
// under the same contract, after the same history.
var cases = []struct {
	property models.Property
	contract Contract
	life     *life
	legal    []*Recovered
	illegal  *Recovered
	sentence string
}{
	{
		models.AckedDurable, strict, begin().persist(1, 1, 4).persist(2, 5, 7),
		[]*Recovered{shows(batch(1, 1, 4), batch(2, 5, 7))},
		shows(batch(1, 1, 4)),
		"call 2 persist 5-7 (term 2) returned before the crash, yet the log ends at 4",
	},
	{
		models.AckedDurable, writeDurable, begin().persist(1, 1, 4).persist(2, 5, 7),
		[]*Recovered{shows(batch(1, 1, 4), batch(2, 5, 7))},
		shows(batch(1, 1, 4), batch(2, 5, 6)),
		"call 2 persist 5-7 (term 2) returned before the crash, yet the log ends at 6",
	},
	{
		models.AckedDurable, writeDurable, begin().persist(1, 1, 5).truncate(3).persist(2, 3, 3),
		[]*Recovered{shows(batch(1, 1, 2), batch(2, 3, 3))},
		shows(batch(1, 1, 5)),
		"call 2 truncate 3 was made durable by call 3 persist 3 (term 2), which returned before the crash, yet the log ends at 5",
	},
	{
		models.AckedDurable, writeDurable, begin().persist(1, 1, 9).purge(3, 1).persist(1, 10, 10),
		[]*Recovered{shows(batch(1, 4, 10)).purged(3, 1), shows(batch(1, 1, 10))},
		shows(batch(1, 4, 5)).purged(3, 1),
		"call 1 persist 1-9 (term 1) returned before the crash, yet the log ends at 5",
	},
	{
		models.MutationDurable, strict, begin().persist(1, 1, 5).truncate(3),
		[]*Recovered{shows(batch(1, 1, 2))},
		shows(batch(1, 1, 5)),
		"call 2 truncate 3 returned before the crash, yet the log ends at 5",
	},
	{
		models.MutationDurable, strict, begin().persist(1, 1, 5).purge(3, 1).persist(1, 6, 6),
		[]*Recovered{shows(batch(1, 4, 6)).purged(3, 1)},
		shows(batch(1, 1, 6)),
		"call 2 purge 3 (term 1) returned before the crash, yet the log begins at 1",
	},
	{
		models.MutationDurable, strict, begin().persist(1, 1, 5).do(Reset),
		[]*Recovered{shows()},
		shows(batch(1, 1, 5)),
		"call 2 reset returned before the crash, yet the log ends at 5",
	},
	{
		models.FlushedDurable, buffered, begin().persist(1, 1, 1).persist(1, 2, 2).do(Flush).persist(1, 3, 3).persist(1, 4, 4),
		[]*Recovered{shows(batch(1, 1, 2)), shows(batch(1, 1, 3)), shows(batch(1, 1, 4))},
		shows(batch(1, 1, 1)),
		"call 2 persist 2 (term 1) was made durable by call 3 flush, which returned before the crash, yet the log ends at 1",
	},
	{
		models.FlushedDurable, writeDurable, begin().persist(1, 1, 5).purge(3, 1).persist(1, 6, 6).do(Flush),
		[]*Recovered{shows(batch(1, 4, 6)).purged(3, 1)},
		shows(batch(1, 1, 6)),
		"call 2 purge 3 (term 1) was made durable by call 4 flush, which returned before the crash, yet the log begins at 1",
	},
	{
		models.Prefix, buffered, begin().persist(1, 1, 1).persist(1, 2, 2),
		[]*Recovered{shows(), shows(batch(1, 1, 1)), shows(batch(1, 1, 2))},
		shows(batch(1, 1, 1), batch(7, 2, 2)),
		"entry 2 (term 7) came back after the crash, and no call ever wrote it",
	},
	{
		models.Prefix, buffered, begin().persist(1, 1, 9).purge(3, 1),
		[]*Recovered{shows(), shows(batch(1, 1, 5)), shows(batch(1, 1, 9)), shows(batch(1, 4, 9)).purged(3, 1)},
		shows(batch(1, 4, 5)).purged(3, 1),
		"only part of the log that call 2 purge 3 (term 1) left came back after the crash: the log holds 4-5 (term 1)",
	},
	{
		models.AtomicBatch, atomic, begin().persist(1, 1, 1).do(Flush).persist(2, 2, 4).hang(),
		[]*Recovered{shows(batch(1, 1, 1)), shows(batch(1, 1, 1), batch(2, 2, 4))},
		shows(batch(1, 1, 1), batch(2, 2, 3)),
		"call 3 persist 2-4 (term 2) is atomic, yet after the crash the log holds 1-3 (terms 1-2)",
	},
	{
		models.AtomicBatch, atomic, begin().persist(1, 1, 3).do(Flush).persist(2, 2, 4).hang(),
		[]*Recovered{shows(batch(1, 1, 3)), shows(batch(1, 1, 1), batch(2, 2, 4))},
		shows(batch(1, 1, 1)),
		"call 3 persist 2-4 (term 2) is atomic, yet after the crash the log holds 1 (term 1)",
	},
	{
		models.AtomicReplace, atomic, begin().persist(1, 1, 3).do(Flush).replace(2, 2, 4),
		[]*Recovered{shows(batch(1, 1, 3)), shows(batch(1, 1, 1), batch(2, 2, 4))},
		shows(batch(1, 1, 1), batch(2, 2, 2)),
		"call 3 replace from 2 with 2-4 (term 2) is atomic, yet after the crash the log holds 1-2 (terms 1-2)",
	},
	{
		models.NoHole, buffered, begin().persist(1, 1, 4),
		[]*Recovered{shows(batch(1, 1, 3))},
		shows(batch(1, 1, 2), batch(1, 4, 4)),
		"entry 3 is missing between 2 and 4 after the crash",
	},
	{
		models.NoHole, buffered, begin().persist(1, 1, 4),
		[]*Recovered{shows(batch(1, 1, 4))},
		shows(batch(1, 1, 3)).ends(4),
		"the last index is 4 after the crash, yet no entry beyond 3 can be read",
	},
	{
		models.NoHole, forgetful, begin().persist(1, 1, 4),
		[]*Recovered{shows(batch(1, 1, 4))},
		shows(batch(1, 3, 4)),
		"the log begins at 3 after the crash, yet no call purged 1-2",
	},
	{
		models.NoSplice, writeDurable, begin().persist(1, 1, 5).truncate(3).persist(2, 3, 3),
		[]*Recovered{shows(batch(1, 1, 2), batch(2, 3, 3))},
		shows(batch(1, 1, 2), batch(2, 3, 3), batch(1, 4, 5)),
		"entry 3 (term 2) of call 3 persist 3 (term 2) is followed after the crash by entry 4 (term 1) of call 1 persist 1-5 (term 1), and no log ever held both",
	},
	{
		models.PurgeBoundary, writeDurable, begin().persist(1, 1, 5).purge(3, 1).do(Flush),
		[]*Recovered{shows(batch(1, 4, 5)).purged(3, 1)},
		shows(batch(1, 4, 5)),
		"the log begins at 4 after the crash, yet the purge boundary is none",
	},
	{
		models.PurgeBoundary, writeDurable, begin().persist(1, 1, 5).purge(3, 1),
		[]*Recovered{shows(batch(1, 4, 5)).purged(3, 1), shows(batch(1, 1, 5))},
		shows(batch(1, 3, 5)).purged(3, 1),
		"the log begins at 3 after the crash, though its purge boundary is 3 (term 1)",
	},
	{
		models.PurgeBoundary, strict, begin().persist(1, 1, 5).purge(3, 1),
		[]*Recovered{shows(batch(1, 4, 5)).purged(3, 1)},
		shows(batch(1, 4, 5)).purged(3, 9),
		"the purge boundary was 3 (term 1), by call 2 purge 3 (term 1), yet after the crash it is 3 (term 9)",
	},
	{
		models.PurgeBoundary, strict, begin().persist(1, 1, 5).purge(5, 1),
		[]*Recovered{shows().purged(5, 1)},
		shows(),
		"the purge boundary was 5 (term 1), by call 2 purge 5 (term 1), yet after the crash it is none",
	},
	{
		models.HardStateAtomic, writeDurable, begin().save(1, 2).save(2, 3).hang(),
		[]*Recovered{shows().votes(1, 2), shows().votes(2, 3)},
		shows().votes(2, 2),
		"the hard state after the crash is term 2 vote 2, which was never saved",
	},
	{
		models.HardStateDurable, writeDurable, begin().save(1, 2).save(2, 3),
		[]*Recovered{shows().votes(2, 3)},
		shows().votes(1, 2),
		"call 2 save-hard-state term 2 vote 3 returned before the crash, yet the hard state is term 1 vote 2",
	},
	{
		models.HardStateDurable, buffered, begin().save(1, 2).do(FlushMeta).save(2, 3),
		[]*Recovered{shows().votes(1, 2), shows().votes(2, 3)},
		shows(),
		"call 1 save-hard-state term 1 vote 2 was made durable by call 2 flush-meta, which returned before the crash, yet the hard state is none",
	},
	{
		models.RecoveredDurable, buffered, begin().save(1, 2).restart(Crash, shows().votes(1, 2)),
		[]*Recovered{shows().votes(1, 2)},
		shows(),
		"call 1 save-hard-state term 1 vote 2 was part of what the recovery of call 2 showed, yet after the crash the hard state is none",
	},
	{
		models.TermOrder, ordered, begin().save(1, 2).persist(1, 1, 1).save(2, 0).persist(2, 2, 2),
		[]*Recovered{shows(), shows(batch(1, 1, 1)).votes(1, 2), shows(batch(1, 1, 1)).votes(2, 0)},
		shows(batch(1, 1, 1), batch(2, 2, 2)).votes(1, 2),
		"call 3 save-hard-state term 2 vote 0 returned before call 4 persist 2 (term 2) was called, whose entry 2 (term 2) came back after the crash, yet the hard state is term 1 vote 2",
	},
	{
		models.OpensAfterCrash, buffered, begin().persist(1, 1, 1),
		[]*Recovered{shows(), shows(batch(1, 1, 1))},
		shows(batch(1, 1, 1)).fails(models.PhaseOpen),
		"open after the crash failed: error: bad magic",
	},
	{
		models.RecoveryIdempotent, buffered, begin().persist(1, 1, 2),
		[]*Recovered{shows(batch(1, 1, 2)).again(shows(batch(1, 1, 2)))},
		shows(batch(1, 1, 2)).again(shows(batch(1, 1, 1))),
		"the first open showed the log 1-2 (term 1) with last index 2",
	},
	{
		models.RecoveredDurable, buffered, begin().persist(1, 1, 2).restart(Crash, shows(batch(1, 1, 2))),
		[]*Recovered{shows(batch(1, 1, 2))},
		shows(batch(1, 1, 1)),
		"call 1 persist 1-2 (term 1) was part of what the recovery of call 2 showed, yet the log ends at 1",
	},
	{
		models.RecoveredDurable, buffered, begin().persist(1, 1, 2).restart(Crash, shows(batch(1, 1, 1))),
		[]*Recovered{shows(batch(1, 1, 1))},
		shows(batch(1, 1, 2)),
		"the recovery of call 2 showed the log 1-1, yet after the crash the log ends at 2",
	},
	{
		models.LiveAfterRecovery, buffered, begin().persist(1, 1, 1),
		[]*Recovered{shows(batch(1, 1, 1))},
		shows(batch(1, 1, 1)).fails(models.PhaseProbe),
		"probe failed, after all had been read: error: bad magic",
	},
	{
		models.ReadsLinearizable, buffered, begin().persist(1, 1, 2),
		[]*Recovered{shows(batch(1, 1, 2))},
		shows(batch(1, 1, 2)).ends(1),
		"the last index is 1 after the crash, yet the log 1-2 (term 1) with last index 1",
	},
	{
		models.CloseDurable, closing, begin().persist(1, 1, 4).do(Close),
		[]*Recovered{shows(batch(1, 1, 4))},
		shows(batch(1, 1, 3)),
		"call 1 persist 1-4 (term 1) was made durable by call 2 close, which returned before the crash, yet the log ends at 3",
	},
	{
		models.CloseDurable, closing, begin().save(1, 2).do(Close),
		[]*Recovered{shows().votes(1, 2)},
		shows(),
		"call 1 save-hard-state term 1 vote 2 was made durable by call 2 close, which returned before the crash, yet the hard state is none",
	},
	{
		models.ReadsDurable, reading, begin().persist(1, 1, 2).persist(1, 3, 3).readsEntry(entry(1, 2)).persist(1, 4, 4),
		[]*Recovered{shows(batch(1, 1, 2)), shows(batch(1, 1, 3)), shows(batch(1, 1, 4))},
		shows(),
		"call 1 persist 1-2 (term 1) was shown by call 3 read-entry 2, which returned before the crash, yet the log is empty",
	},
	{
		models.ReadsDurable, reading, begin().persist(1, 1, 4).readsEntry(entry(1, 2)),
		[]*Recovered{shows(batch(1, 1, 2)), shows(batch(1, 1, 3)), shows(batch(1, 1, 4))},
		shows(batch(1, 1, 1)),
		"call 1 persist 1-4 (term 1) was shown by call 2 read-entry 2, which returned before the crash, yet the log ends at 1",
	},
	{
		models.ReadsDurable, reading, begin().persist(1, 1, 2).persist(1, 3, 5).readsLast(5).truncate(3),
		[]*Recovered{shows(batch(1, 1, 5)), shows(batch(1, 1, 2))},
		shows(batch(1, 1, 4)),
		"call 2 persist 3-5 (term 1) was shown by call 3 read-last-index, which returned before the crash, yet the log ends at 4",
	},
	{
		models.ReadsDurable, reading, begin().save(1, 2).readsHard(1, 2).save(2, 0),
		[]*Recovered{shows().votes(1, 2), shows().votes(2, 0)},
		shows(),
		"call 1 save-hard-state term 1 vote 2 was shown by call 2 read-hard-state, which returned before the crash, yet the hard state is none",
	},
	{
		models.DurableIndexHonest, indexing, begin().persist(1, 1, 2).persist(1, 3, 6).readsDurable(6).persist(1, 7, 7),
		[]*Recovered{shows(batch(1, 1, 6)), shows(batch(1, 1, 7))},
		shows(batch(1, 1, 2)),
		"call 3 read-durable-index returned before the crash, so that the entries up to 6 were durable, yet the log ends at 2",
	},
	{
		models.DurableIndexHonest, indexing, begin().persist(1, 1, 6).readsDurable(4),
		[]*Recovered{shows(batch(1, 1, 4)), shows(batch(1, 1, 6))},
		shows(batch(1, 1, 3)),
		"call 2 read-durable-index returned before the crash, so that the entries up to 4 were durable, yet the log ends at 3",
	},
	{
		models.FlushedDurable, indexing, begin().persist(1, 1, 4).do(Flush).readsDurable(4),
		[]*Recovered{shows(batch(1, 1, 4))},
		shows(batch(1, 1, 2)),
		"call 1 persist 1-4 (term 1) was made durable by call 2 flush, which returned before the crash, yet the log ends at 2",
	},
	{
		models.FlushedDurable, reading, begin().persist(1, 1, 4).readsEntry(entry(1, 2)).do(Flush),
		[]*Recovered{shows(batch(1, 1, 4))},
		shows(batch(1, 1, 2)),
		"call 1 persist 1-4 (term 1) was made durable by call 3 flush, which returned before the crash, yet the log ends at 2",
	},
	{
		models.CloseReleases, releasing, begin().persist(1, 1, 2).do(Close),
		[]*Recovered{shows(batch(1, 1, 2))},
		shows(batch(1, 1, 2)).leaves("/db/1.log is open"),
		"the engine opened after the crash, and closed, yet this is left: /db/1.log is open",
	},
	{
		models.ErrorSurfaced, strict, begin().persist(1, 1, 4).persist(2, 5, 7).faults(),
		[]*Recovered{shows(batch(1, 1, 4), batch(2, 5, 7))},
		shows(batch(1, 1, 4)),
		"call 2 persist 5-7 (term 2) returned before the crash, yet the log ends at 4; call 2 had succeeded though a fault fired in it",
	},
}

func TestEachProperty(t *testing.T) {
	// Of which no recovery after a crash says anything: TestSpaceReclaimed, TestReadersNotBlocked, and TestReactions
	// of package harness.
	seen := models.SetOf(models.ReadersNotBlocked, models.SpaceReclaimed, models.NoSilentCorruption, models.NoSilentTruncation)
	for _, c := range cases {
		seen = seen.With(c.property)
		for i, r := range c.legal {
			if v := judge(t, c.contract, c.life.h, r); v.Outcome != models.Pass {
				t.Errorf("%s %s: legal recovery %d: got %s, want pass: %v", c.property, c.life.h, i, v.Outcome, v.Violations)
			}
		}
		v := judge(t, c.contract, c.life.h, c.illegal)
		if v.Outcome != models.Fail {
			t.Errorf("%s %s: got %s, want fail", c.property, c.life.h, v.Outcome)
			continue
		}
		if got := v.Violations[0]; got.Property != c.property || !strings.HasPrefix(got.Sentence, c.sentence) {
			t.Errorf("%s: got %s: %s\nwant %s", c.property, got.Property, got.Sentence, c.sentence)
		}
	}
	for p := range (Contract{}).Properties().All() {
		if !seen.Has(p) {
			t.Errorf("%s has no case", p)
		}
	}
}

// judge checks r after all of h in both ways, which must agree.
func judge(t *testing.T, c Contract, h History, r *Recovered) models.Verdict {
	t.Helper()
	k := NewChecker(c, models.Fresh(c), h)
	fast, whole := k.Check(k.Position(1<<40), r), CheckWhole(c, models.Fresh(c), h, r)
	if fast.Outcome != whole.Outcome {
		t.Errorf("%v: the checker says %s %v, the whole search %s %v", h, fast.Outcome, fast.Violations, whole.Outcome, whole.Violations)
	}
	return fast
}

// String lists the calls, for failing tests.
func (h History) String() string {
	var b strings.Builder
	for i := range h {
		c := h[i].common()
		b.WriteString(spec{}.Describe(&c) + "; ")
	}
	return b.String()
}
