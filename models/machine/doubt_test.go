package machine

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

func failedApply() *life { return begin().cancelled(func(l *life) { l.apply(1, "a=1") }) }

// grafted is a life in which a restore of a=1 was refused that may have happened, and of
// which a gap says that it did not.
func grafted() *life {
	l := begin().position(UpdateApplied, 2).apply(3, "a=1").generate("s").do(Reset, Flush)
	return l.cancelled(func(l *life) { l.restore("s", Unharmed) }).apply(4, "z=1")
}

// doubts are recoveries that hang on what is kept of calls that were refused, on what a
// call forces, and on what is in a file.
var doubts = []struct {
	name     string
	contract Contract
	life     *life
	shown    *shown
	want     models.Outcome
}{
	{"a flush keeps what may not have happened undone", modest, failedApply().apply(2, "b=1").do(Flush), shows("a=1", 1), models.Pass},
	{"and nothing else", modest, failedApply().apply(2, "b=1").do(Flush), shows("b=1", 1), models.Fail},
	{
		"metadata that were flushed stay beside it", modest,
		failedApply().metadata(UpdateMetadata, 1, 5).apply(2, "b=1").do(Flush), shows("a=1", 1), models.Fail,
	},
	{"a refused restore shows up whole", modest, grafted(), shows("a=1", 3).snapshot(3, 3).file("s", 3), models.Pass},
	{"and not in half", modest, grafted(), shows("a=1", 3).file("s", 3), models.Fail},
	{
		"nor beside the metadata of the next", modest,
		grafted().apply(1, "c=1").generate("t").restore("t", Unharmed), shows("a=1", 3).snapshot(1, 9).file("s", 3).file("t", 9), models.Fail,
	},
	{
		"which shows up whole", modest,
		grafted().apply(1, "c=1").generate("t").restore("t", Unharmed), shows("c=1", 1).snapshot(1, 9).file("s", 3).file("t", 9), models.Pass,
	},
	{"a position that is persisted is that of its era", modest, begin().apply(1, "a=1").do(Flush, Reset).position(PersistApplied, 0), shows("a=1", 1), models.Fail},
	{
		"a close keeps files",
		Contract{engines.MachineClaims{PersistNeedsFlush: true, ShutdownDurable: true}},
		begin().generate("s").close(), shows("", 0), models.Fail,
	},
	{
		"metadata that were not shown are gone", forgets,
		begin().metadata(UpdateMetadata, 1, 5).apply(1, "a=1").restart(models.Crash, &shows("a=1", 1).Recovered), shows("a=1", 1).snapshot(1, 5), models.Fail,
	},
	{"a volatile machine need not show the same again", volatile, begin().apply(1, "a=1"), shows("a=1", 1).again(shows("", 0)), models.Pass},
}

func TestDoubts(t *testing.T) {
	for _, c := range doubts {
		if v := judge(t, c.contract, c.life.h, &c.shown.Recovered); v.Outcome != c.want {
			t.Errorf("%s: %s: got %s %v, want %s", c.name, text(c.life.h), v.Outcome, v.Violations, c.want)
		}
	}
}

func TestDoubtfulHistories(t *testing.T) {
	stop := func() *life { return begin().cancelled(func(l *life) { l.do(Stop) }).op(&Op{Kind: Get, Key: "a"}) }
	rewritten := func() *life {
		l := begin().apply(1, "a=1").generate("s").do(Reset)
		return l.cancelled(func(l *life) { l.generate("s") })
	}
	restore := func(l *life, index uint64) *life {
		return l.op(&Op{Kind: Restore, Name: "s", Metadata: metadataOf(index, 2)})
	}
	old := &shows("", 0).file("s", 2).Recovered
	for _, c := range []struct {
		name     string
		contract Contract
		life     *life
		want     models.Outcome
	}{
		{"a refused stop did not happen", modest, stop(), models.Pass},
		{"a refused stop happened", modest, stop().refused(), models.Pass},
		{"a file may be as a refused generate found it", modest, restore(rewritten(), 1), models.Pass},
		{"or not", modest, restore(rewritten(), 1).refused(), models.Pass},
		{"it is as it is shown", modest, restore(rewritten().restart(models.Crash, old), 1), models.Pass},
		{"and no other", modest, restore(rewritten().restart(models.Crash, old), 1).refused(), models.Fail},
		{"a snapshot has one position", modest, restore(begin().apply(1, "a=1").generate("s").do(Reset), 2).accepted(), models.Fail},
		{"a clean reopen shows every file", late, begin().generate("s").restart(models.Reopen, &shows("", 0).Recovered), models.Fail},
		{"nothing applied has no term", modest, begin().op(&Op{Kind: ReadTerm}).answers(Answer{Term: 1}), models.Fail},
		{"nor has the index 0", modest, begin().apply(1, "a=1").op(&Op{Kind: ReadTerm}).answers(Answer{Term: 1}), models.Fail},
	} {
		if v := models.CheckHistory(c.contract, models.Fresh(c.contract), c.life.h); v.Outcome != c.want {
			t.Errorf("%s: %s: got %s %v, want %s", c.name, text(c.life.h), v.Outcome, v.Violations, c.want)
		}
	}
}

// Sixty-four worlds are judged, more are not.
func TestWorlds(t *testing.T) {
	l := begin()
	for i := range 7 {
		want := models.Fail
		if i == 6 {
			want = models.Unknown
		}
		l.fails(func(l *life) { l.metadata(UpdateMetadata, 1, byte(i)) })
		if v := judge(t, modest, l.h, &shows("z=9", 9).Recovered); v.Outcome != want {
			t.Errorf("%d refused calls: got %s, want %s", i+1, v.Outcome, want)
		}
	}
}

// What had been seen and had not returned when a flush began is not what that covers.
func TestFlushCoversWhatReturned(t *testing.T) {
	l := begin().apply(1, "a=1").apply(2, "b=1").do(ReadLen, Flush)
	l.h[1].Returned = 100
	l.h[2].Client, l.h[3].Client = 2, 1
	if v := judge(t, modest, l.h, &shows("a=1", 1).Recovered); v.Outcome != models.Pass {
		t.Errorf("got %s %v, want pass", v.Outcome, v.Violations)
	}
	if v := judge(t, modest, l.h, &shows("", 0).Recovered); v.Outcome != models.Fail {
		t.Errorf("got %s, want fail", v.Outcome)
	}
}

// A call that is pending after a fault may be refused yet: readers see it or not.
func TestPendingAfterFault(t *testing.T) {
	l := begin().metadata(UpdateMetadata, 1, 1).faults().apply(1, "a=1").do(ReadLen).do(ReadLen).answers(Answer{})
	l.h[1].Returned, l.h[1].Result = models.Pending, models.Result{}
	if v := models.CheckHistory(modest, models.Fresh(modest), l.h); v.Outcome != models.Pass {
		t.Errorf("got %s %v, want pass", v.Outcome, v.Violations)
	}
}

func TestExercised(t *testing.T) {
	always := models.SetOf(models.OpensAfterCrash, models.RecoveryIdempotent, models.LiveAfterRecovery, models.ReadsLinearizable)
	applied := always.With(models.Prefix, models.AppliedAgrees)
	for _, c := range []struct {
		life *life
		want models.PropertySet
	}{
		{begin(), always},
		{begin().apply(1, "a=1"), applied},
		{begin().apply(1, "a=1").do(Flush), applied.With(models.FlushedDurable)},
		{begin().apply(1, "a=1", "b=1"), applied.With(models.ApplyAtomic)},
		{begin().apply(1, "a=1").apply(1, "a=1"), applied.With(models.ExactlyOnce)},
		{begin().apply(1, "a=1").do(Reset), applied.With(models.SnapshotAtomic)},
		{begin().generate("s"), always.With(models.SnapshotDurable)},
		{begin().generate("s").restore("s", Cut), always.With(models.SnapshotDurable, models.SnapshotRefused)},
		{begin().metadata(UpdateMetadata, 1, 1), always},
		{begin().metadata(PersistMetadata, 1, 1).faults(), always.With(models.SnapshotMetadataDurable, models.ErrorSurfaced)},
		{begin().apply(1, "a=1").restart(models.Crash, &shows("", 0).Recovered), applied},
	} {
		k := models.NewChecker(modest, models.Fresh(modest), c.life.h)
		got := k.Exercised(k.Position(1 << 40))
		for p := range (got ^ c.want).All() {
			t.Errorf("%s: %s: got %t, want %t", text(c.life.h), p, got.Has(p), c.want.Has(p))
		}
	}
}
