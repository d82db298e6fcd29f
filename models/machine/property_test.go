package machine

import (
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

var (
	modest    = Contract{}
	durable   = Contract{engines.MachineClaims{ApplyDurable: true, RestoreDurable: true, ResetDurable: true, ShutdownDurable: true}}
	releasing = Contract{engines.MachineClaims{CloseReleases: true}}
	closing   = Contract{engines.MachineClaims{ShutdownDurable: true}}
	split     = Contract{engines.MachineClaims{ChunkMaySplit: true}}
	late      = Contract{engines.MachineClaims{PersistNeedsFlush: true}}
	forgets   = Contract{engines.MachineClaims{RecoveryNeedsFlush: true}}
	volatile  = Contract{engines.MachineClaims{Volatile: true, ApplyDurable: true, ShutdownDurable: true}}
)

// restored is a life with a snapshot s of a=1 at 1, and b=1 at 2, restored over c=9.
func restored() *life {
	l := begin().apply(1, "a=1", "b=1").generate("s")
	return l.do(Reset, Flush).apply(1, "c=9").do(Flush).restore("s", Unharmed)
}

// cases gives for each property recoveries that keep it and one that breaks it, under the
// same contract, after the same history.
var cases = []struct {
	property models.Property
	contract Contract
	life     *life
	legal    []*shown
	illegal  *shown
	sentence string
}{
	{
		models.AckedDurable, durable, begin().apply(1, "a=1", "b=1").apply(3, "a=2", "c=1", "d=1"),
		[]*shown{shows("a=2 b=1 c=1 d=1", 5)},
		shows("a=1 b=1", 2),
		"call 2 apply 3-5 returned before the crash, yet the last applied index is 2",
	},
	{
		models.AckedDurable, durable, begin().position(UpdateApplied, 2).apply(3, "a=2"),
		[]*shown{shows("a=2", 3)},
		shows("", 2),
		"call 2 apply 3 returned before the crash, yet the last applied index is 2",
	},
	{
		models.AckedDurable, durable, begin().position(UpdateApplied, 2).apply(3, "a=2"),
		[]*shown{shows("a=2", 3)},
		shows("", 0),
		"call 1 update-applied 2 (term 1) was made durable by call 2 apply 3, which returned before the crash, yet the last applied index is 0",
	},
	{
		models.MutationDurable, durable, begin().apply(1, "a=1").do(Reset),
		[]*shown{shows("", 0)},
		shows("a=1", 1),
		"call 2 reset returned before the crash, yet the last applied index is 1",
	},
	{
		models.MutationDurable, durable, begin().apply(1, "a=1").generate("s").apply(2, "a=2").do(Reset).restore("s", Unharmed).metadata(UpdateMetadata, 1, 9),
		[]*shown{shows("a=1", 1).snapshot(1, 2).file("s", 2), shows("a=1", 1).snapshot(1, 9).file("s", 2)},
		shows("", 0).file("s", 2),
		"call 5 restore s at 1 (term 1) returned before the crash, yet the last applied index is 0",
	},
	{
		models.FlushedDurable, modest, begin().apply(1, "a=1").apply(2, "b=1").do(Flush).apply(3, "c=1"),
		[]*shown{shows("a=1 b=1", 2), shows("a=1 b=1 c=1", 3)},
		shows("a=1", 1),
		"call 2 apply 2 was made durable by call 3 flush, which returned before the crash, yet the last applied index is 1",
	},
	{
		models.FlushedDurable, modest, begin().apply(1, "a=1").do(SaveHardState),
		[]*shown{shows("a=1", 1)},
		shows("", 0),
		"call 1 apply 1 was made durable by call 2 save-hard-state, which returned before the crash, yet the last applied index is 0",
	},
	{
		models.FlushedDurable, modest, begin().apply(1, "a=1").apply(2, "b=1").position(PersistApplied, 1),
		[]*shown{shows("a=1", 1), shows("a=1 b=1", 2)},
		shows("", 0),
		"call 1 apply 1 was made durable by call 3 persist-applied 1 (term 1), which returned before the crash, yet the last applied index is 0",
	},
	{
		models.FlushedDurable, late, begin().apply(1, "a=1").position(PersistApplied, 3).do(SaveHardState, Flush).apply(4, ""),
		[]*shown{shows("a=1", 3), shows("a=1", 4)},
		shows("a=1", 1),
		"call 2 persist-applied 3 (term 1) was made durable by call 4 flush, which returned before the crash, yet the last applied index is 1",
	},
	{
		models.Prefix, modest, begin().apply(1, "a=1").apply(2, "b=1"),
		[]*shown{shows("", 0), shows("a=1", 1), shows("a=1 b=1", 2)},
		shows("a=7", 1),
		"no call ever left what came back after the crash: {a=\"7\"} at 1 (term 1) with no snapshot",
	},
	{
		models.Prefix, modest, begin().apply(1, "a=1").metadata(UpdateMetadata, 1, 2),
		[]*shown{shows("a=1", 1), shows("a=1", 1).snapshot(1, 2), shows("", 0).snapshot(1, 2)},
		shows("a=1", 1).snapshot(1, 3),
		"the metadata after the crash are of snapshot 1 (term 1) 0300",
	},
	{
		models.OpensAfterCrash, modest, begin().apply(1, "a=1"),
		[]*shown{shows("", 0), shows("a=1", 1)},
		shows("a=1", 1).fails(models.PhaseOpen),
		"open after the crash failed: error: bad magic",
	},
	{
		models.RecoveryIdempotent, modest, begin().apply(1, "a=1"),
		[]*shown{shows("a=1", 1).again(shows("a=1", 1))},
		shows("a=1", 1).again(shows("", 0)),
		"the first open showed {a=\"1\"} at 1 (term 1) with no snapshot, yet the second showed {} at 0 (term 0)",
	},
	{
		models.RecoveredDurable, modest, begin().apply(1, "a=1").apply(2, "b=1").restart(models.Crash, &shows("a=1", 1).Recovered),
		[]*shown{shows("a=1", 1)},
		shows("", 0),
		"call 1 apply 1 was part of what the recovery of call 3 showed, yet after the crash the last applied index is 0",
	},
	{
		models.RecoveredDurable, modest, begin().apply(1, "a=1").apply(2, "b=1").restart(models.Crash, &shows("a=1", 1).Recovered),
		[]*shown{shows("a=1", 1)},
		shows("a=1 b=1", 2),
		"the recovery of call 3 showed the state {a=\"1\"} at 1 (term 1), yet after the crash the last applied index is 2",
	},
	{
		models.LiveAfterRecovery, modest, begin().apply(1, "a=1"),
		[]*shown{shows("a=1", 1)},
		shows("a=1", 1).fails(models.PhaseProbe),
		"probe failed, after all had been read: error: bad magic",
	},
	{
		models.ReadsLinearizable, modest, begin().apply(1, "a=1", "b=1"),
		[]*shown{shows("a=1 b=1", 2)},
		shows("b=1 a=1", 2),
		"the keys are not read in their order after the crash",
	},
	{
		models.CloseReleases, releasing, begin().apply(1, "a=1").close(),
		[]*shown{shows("a=1", 1)},
		shows("a=1", 1).leaves("/db/machine is open"),
		"the engine opened after the crash, and closed, yet this is left: /db/machine is open",
	},
	{
		models.CloseDurable, closing, begin().apply(1, "a=1").close(),
		[]*shown{shows("a=1", 1)},
		shows("", 0),
		"call 1 apply 1 was made durable by call 2 close, which returned before the crash, yet the last applied index is 0",
	},
	{
		models.CloseDurable, closing, begin().metadata(UpdateMetadata, 1, 2).do(Stop),
		[]*shown{shows("", 0).snapshot(1, 2)},
		shows("", 0),
		"call 1 update-metadata snapshot 1 (term 1) 02000000 was made durable by call 2 stop, which returned before the crash, yet the metadata are of no snapshot",
	},
	{
		models.ErrorSurfaced, durable, begin().apply(1, "a=1").apply(2, "b=1").faults(),
		[]*shown{shows("a=1 b=1", 2)},
		shows("a=1", 1),
		"call 2 apply 2 returned before the crash, yet the last applied index is 1; call 2 had succeeded though a fault fired in it",
	},
	{
		models.ApplyAtomic, modest, begin().apply(1, "a=1").do(Flush).apply(2, "b=1", "c=1", "d=1").hang(),
		[]*shown{shows("a=1", 1), shows("a=1 b=1 c=1 d=1", 4)},
		shows("a=1 b=1", 2),
		"call 3 apply 2-4 is atomic, yet after the crash the state is {a=\"1\" b=\"1\"} at 2 (term 1)",
	},
	{
		models.ApplyAtomic, durable, begin().apply(1, "a=1").apply(2, "b=1", "c=1", "d=1").hang(),
		[]*shown{shows("a=1", 1), shows("a=1 b=1 c=1 d=1", 4)},
		shows("a=1 d=1", 1),
		"call 2 apply 2-4 is atomic, yet after the crash the state is",
	},
	{
		models.ApplyAtomic, modest, begin().apply(1, "a=1").fails(func(l *life) { l.apply(2, "b=1", "c=1") }),
		[]*shown{shows("", 0), shows("a=1", 1), shows("a=1 b=1 c=1", 3)},
		shows("a=1 b=1", 2),
		"call 2 apply 2-3 is atomic, yet after the crash the state is",
	},
	{
		models.AppliedAgrees, modest, begin().apply(1, "a=1").apply(2, "b=1", "c=1"),
		[]*shown{shows("a=1", 1), shows("a=1 b=1 c=1", 3)},
		shows("a=1 b=1 c=1", 1),
		"the last applied position is 1 (term 1) after the crash, yet the pairs are those at 3 (term 1), by call 2 apply 2-3",
	},
	{
		models.AppliedAgrees, modest, begin().apply(1, "a=1").apply(2, "b=1", "c=1"),
		[]*shown{shows("a=1", 1), shows("a=1 b=1 c=1", 3)},
		shows("a=1", 3),
		"the last applied position is 3 (term 1) after the crash, yet the pairs are those at 1 (term 1), by call 1 apply 1",
	},
	{
		models.AppliedAgrees, split, begin().apply(1, "a=1").apply(2, "b=1", "c=1"),
		[]*shown{shows("a=1", 1), shows("a=1 b=1", 2), shows("a=1 b=1 c=1", 3)},
		shows("a=1 b=1", 3),
		"the last applied position is 3 (term 1) after the crash, yet the pairs are those at 2 (term 1), by call 2 apply 2-3",
	},
	{
		models.AppliedAgrees, modest, begin().apply(1, "a=1"),
		[]*shown{shows("a=1", 1)},
		shows("a=1", 1).term(0),
		"the last applied position is 1 (term 1) after the crash, yet the term of that entry is said to be 0",
	},
	{
		models.ExactlyOnce, modest, begin().apply(1, "n:>1").apply(2, "n:1>2").apply(3, "n:2>1").do(Flush),
		[]*shown{shows("n=1", 3)},
		shows("n=2", 3),
		"entry 2 of call 2 apply 2 came again after the crash and changed the state at 3 (term 1): n is \"2\", not \"1\"",
	},
	{
		models.ExactlyOnce, durable, begin().apply(1, "a=1", "b=1").apply(3, "-a", "c=1"),
		[]*shown{shows("b=1 c=1", 4)},
		shows("a=1 b=1 c=1", 4),
		"entry 1 of call 1 apply 1-2 came again after the crash and changed the state at 4 (term 1): a is \"1\", not absent",
	},
	{
		models.SnapshotAtomic, modest, restored(),
		[]*shown{shows("c=9", 1).file("s", 2), shows("a=1 b=1", 2).snapshot(2, 2).file("s", 2)},
		shows("a=1 c=9", 1).file("s", 2),
		"call 7 restore s at 2 (term 1) replaces all or nothing, yet after the crash the state is {a=\"1\" c=\"9\"} at 1 (term 1)",
	},
	{
		models.SnapshotAtomic, durable, restored(),
		[]*shown{shows("a=1 b=1", 2).snapshot(2, 2).file("s", 2)},
		shows("a=1 b=1", 2).file("s", 2),
		"call 7 restore s at 2 (term 1) replaces all or nothing, yet after the crash only its data came back",
	},
	{
		models.SnapshotAtomic, modest, restored(),
		[]*shown{shows("c=9", 1).file("s", 2)},
		shows("c=9", 1).snapshot(2, 2).file("s", 2),
		"call 7 restore s at 2 (term 1) replaces all or nothing, yet after the crash only its metadata came back",
	},
	{
		models.SnapshotAtomic, modest, restored(),
		[]*shown{shows("c=9", 1).file("s", 2)},
		shows("", 1).file("s", 2),
		"call 7 restore s at 2 (term 1) replaces all or nothing, yet after the crash the state is {} at 1 (term 1)",
	},
	{
		models.SnapshotRefused, modest, begin().apply(1, "a=1").generate("s").do(Reset).do(Flush).restore("s", FlippedByte),
		[]*shown{shows("", 0).file("s", 2)},
		shows("a=1", 0).snapshot(1, 2).file("s", 2),
		"call 5 restore s at 1 (term 1), flipped-byte was refused, which changes nothing, yet after the crash the state is {a=\"1\"} at 0 (term 0)",
	},
	{
		models.SnapshotDurable, modest, begin().apply(1, "a=1").generate("s"),
		[]*shown{shows("a=1", 1).file("s", 2), shows("", 0).file("s", 2)},
		shows("a=1", 1),
		"call 2 generate s at 1 (term 1) returned before the crash, yet the file s is gone",
	},
	{
		models.SnapshotDurable, late, begin().apply(1, "a=1").generate("s").do(SaveHardState, Flush).generate("t"),
		[]*shown{shows("a=1", 1).file("s", 2), shows("a=1", 1).file("s", 2).file("t", 7), shows("a=1", 1).file("s", 2).file("t", 5)},
		shows("a=1", 1).file("s", 7).file("t", 5),
		"call 2 generate s at 1 (term 1) was made durable by call 4 flush, which returned before the crash, yet the file s holds 07000000, not 02000000",
	},
	{
		models.SnapshotMetadataDurable, modest, begin().metadata(PersistMetadata, 1, 2).metadata(UpdateMetadata, 1, 3),
		[]*shown{shows("", 0).snapshot(1, 2), shows("", 0).snapshot(1, 3)},
		shows("", 0),
		"call 1 persist-metadata snapshot 1 (term 1) 02000000 returned before the crash, yet the metadata are of no snapshot",
	},
	{
		models.SnapshotMetadataDurable, late, begin().metadata(PersistMetadata, 1, 2).do(Flush),
		[]*shown{shows("", 0).snapshot(1, 2)},
		shows("", 0),
		"call 1 persist-metadata snapshot 1 (term 1) 02000000 was made durable by call 2 flush, which returned before the crash, yet the metadata are of no snapshot",
	},
	{
		models.RecoveredDurable, modest, begin().metadata(UpdateMetadata, 1, 2).restart(models.Crash, &shows("", 0).snapshot(1, 2).Recovered),
		[]*shown{shows("", 0).snapshot(1, 2)},
		shows("", 0),
		"call 1 update-metadata snapshot 1 (term 1) 02000000 was part of what the recovery of call 2 showed, yet after the crash the metadata are of no snapshot",
	},
}

func TestEachProperty(t *testing.T) {
	// Of which no recovery after a crash says anything: TestLive, a log's TestSpaceReclaimed, and TestReactions of harness.
	seen := models.SetOf(models.ReadersNotBlocked, models.SpaceReclaimed, models.NoSilentCorruption, models.NoSilentTruncation)
	for _, c := range cases {
		seen = seen.With(c.property)
		for i, r := range c.legal {
			if v := judge(t, c.contract, c.life.h, &r.Recovered); v.Outcome != models.Pass {
				t.Errorf("%s %s: legal recovery %d: got %s, want pass: %v", c.property, text(c.life.h), i, v.Outcome, v.Violations)
			}
		}
		v := judge(t, c.contract, c.life.h, &c.illegal.Recovered)
		if v.Outcome != models.Fail {
			t.Errorf("%s %s: got %s, want fail", c.property, text(c.life.h), v.Outcome)
			continue
		}
		if got := v.Violations[0]; got.Property != c.property || !strings.HasPrefix(got.Sentence, c.sentence) {
			t.Errorf("%s: got %s: %s\nwant %s", c.property, got.Property, got.Sentence, c.sentence)
		}
		k := models.NewChecker(c.contract, models.Fresh(c.contract), c.life.h)
		if !k.Exercised(k.Position(1 << 40)).Has(c.property) {
			t.Errorf("%s %s: not exercised", c.property, text(c.life.h))
		}
	}
	if all := (Contract{}).Properties(); seen != all {
		t.Errorf("got cases of %b, want %b", seen, all)
	}
}

// judge checks r after all of h in both ways, which must agree.
func judge(t *testing.T, c Contract, h models.History, r *models.Recovered) models.Verdict {
	t.Helper()
	k := models.NewChecker(c, models.Fresh(c), h)
	fast, whole := k.Check(k.Position(1<<40), r), models.CheckWhole(c, models.Fresh(c), h, r)
	if fast.Outcome != whole.Outcome {
		t.Errorf("%s: the checker says %s %v, the whole search %s %v", text(h), fast.Outcome, fast.Violations, whole.Outcome, whole.Violations)
	}
	return fast
}
