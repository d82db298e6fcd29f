package machine

import (
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// lives are histories that no crash ends, with what is wrong with the last call, "" for
// nothing.
var lives = []struct {
	name     string
	life     *life
	property models.Property
	sentence string
}{
	{"a read sees what was applied", begin().apply(1, "a=1").op(&Op{Kind: Get, Key: "a"}), "", ""},
	{
		"a read sees nothing of it", begin().apply(1, "a=1").op(&Op{Kind: Get, Key: "a"}).answers(Answer{Values: []*Value{nil}}),
		models.ReadsLinearizable, `call 2 get "a" returned absent, yet the state was {a="1"} at 1 (term 1) with no snapshot`,
	},
	{
		"a read sees nothing of what a fault fired in", begin().apply(1, "a=1").faults().op(&Op{Kind: ReadLen}).answers(Answer{}),
		models.ErrorSurfaced, "call 2 read-len returned 0, yet the state was",
	},
	{
		"values and position do not agree", begin().apply(1, "a=1").op(&Op{Kind: GetMulti, Keys: []string{"a", "b"}}).answers(Answer{Values: ValuesOf([]byte("1"), nil)}),
		models.ReadsLinearizable, `call 2 get-multi ["a" "b"] returned "1" absent at 0`,
	},
	{
		"a scan leaves out a key", begin().apply(1, "ab=1", "b=1", "ac=2").op(&Op{Kind: Scan, Key: "a"}).answers(Answer{Applied: at(3), Pairs: []Pair{{"ab", ValueOf([]byte("1"))}}}),
		models.ReadsLinearizable, `call 2 scan "a" returned {ab="1"} at 3`,
	},
	{"an entry that comes again", begin().apply(1, "a=1", "b=1").apply(2, "b=1", "c=1"), "", ""},
	{
		"an entry that comes again succeeds", begin().apply(1, "a=1").apply(1, "a=1").answers(Answer{Results: []engines.ApplyResult{{Index: 1, Succeeded: true}}}),
		models.ExactlyOnce, "call 2 apply 1 returned 1 succeeded, though the state was {a=\"1\"} at 1",
	},
	{
		"an entry that came again changed something", begin().apply(1, "n=1").apply(2, "n=2").apply(1, "n=1").op(&Op{Kind: Get, Key: "n"}).answers(Answer{Values: ValuesOf([]byte("1"))}),
		models.ExactlyOnce, `entry 1 of call 1 apply 1 came again before call 4 get "n" and changed the state at 2 (term 1): n is "1", not "2"`,
	},
	{
		"a swap that found another value", begin().apply(1, "a=1").apply(2, "a:2>3").answers(Answer{Results: []engines.ApplyResult{{Index: 2, Succeeded: true}}}),
		models.ReadsLinearizable, "call 2 apply 2 returned 2 succeeded, though the state was",
	},
	{"a gap is refused", begin().apply(1, "a=1").apply(3, "b=1"), "", ""},
	{
		"what comes next is refused", begin().apply(1, "a=1").apply(2, "b=1").refused(),
		models.ReadsLinearizable, "call 2 apply 2 was refused: refused, though the state was",
	},
	{
		"what comes next is refused after a crash", begin().restart(models.Crash, &shows("", 0).Recovered).apply(1, "b=1").refused(),
		models.LiveAfterRecovery, "call 2 apply 1 was refused: refused, though the state was",
	},
	{
		"a gap is accepted", begin().apply(2, "a=1").accepted(),
		models.ReadsLinearizable, "call 1 apply 2 was accepted, though the state was",
	},
	{
		"no command", begin().op(ApplyOf([]engines.Entry{{Index: 1, Term: 1, Payload: []byte{9}}})).accepted(),
		models.ReadsLinearizable, "call 1 apply 1 was accepted, though the state was",
	},
	{"a damaged snapshot is refused", begin().apply(1, "a=1").generate("s").restore("s", Cut), "", ""},
	{
		"a damaged snapshot is accepted", begin().apply(1, "a=1").generate("s").restore("s", OtherVersion).accepted(),
		models.SnapshotRefused, "call 3 restore s at 1 (term 1), other-version was accepted, though the state was",
	},
	{
		"a snapshot behind is accepted", begin().apply(1, "a=1").generate("s").apply(2, "a=2").restore("s", Unharmed).accepted(),
		models.SnapshotRefused, "call 4 restore s at 1 (term 1) was accepted, though the state was",
	},
	{
		"a refused snapshot empties the machine", begin().apply(1, "a=1").generate("s").restore("s", Cut).op(&Op{Kind: ReadLen}).answers(Answer{}),
		models.SnapshotRefused, "call 3 restore s at 1 (term 1), cut was refused, which changes nothing, yet call 4 read-len returned 0",
	},
	{"a sound snapshot is restored", begin().apply(1, "a=1").generate("s").do(Reset).restore("s", Unharmed).op(&Op{Kind: ReadMetadata}), "", ""},
	{
		"a sound snapshot is refused", begin().apply(1, "a=1").generate("s").do(Reset).restore("s", Unharmed).refused(),
		models.ReadsLinearizable, "call 4 restore s at 1 (term 1) was refused: refused, though the state was",
	},
	{
		"a snapshot of another position", begin().apply(1, "a=1").op(&Op{Kind: Generate, Name: "s", Position: at(2)}).accepted(),
		models.ReadsLinearizable, "call 2 generate s at 2 (term 1) was accepted",
	},
	{"a machine that is stopped refuses", begin().do(Stop).apply(1, "a=1").op(&Op{Kind: Get, Key: "a"}).do(Reset, ReadLen, Flush, Start).apply(1, "a=1"), "", ""},
	{
		"a machine that is stopped reads", begin().do(Stop).op(&Op{Kind: Get, Key: "a"}).accepted(),
		models.ReadsLinearizable, "call 2 get \"a\" returned",
	},
	{"a position never moves back", begin().position(UpdateApplied, 3).position(PersistApplied, 2).op(&Op{Kind: ReadApplied}), "", ""},
	{"the last term is known", begin().apply(1, "", "a=1").op(&Op{Kind: ReadTerm, Index: 2}), "", ""},
	{"an older one may be", begin().apply(1, "", "a=1").op(&Op{Kind: ReadTerm, Index: 1}).answers(Answer{Term: 1}), "", ""},
	{
		"one that is to come is not", begin().apply(1, "a=1").op(&Op{Kind: ReadTerm, Index: 2}).answers(Answer{Term: 1}),
		models.ReadsLinearizable, "call 2 read-term 2 returned 1",
	},
	{
		"a reopen shows less", begin().apply(1, "a=1").restart(models.Reopen, &shows("", 0).Recovered),
		models.ReadsLinearizable, "call 1 apply 1 returned before the clean reopen, yet the last applied index is 0",
	},
	{
		"a reopen shows no file", begin().generate("s").restart(models.Reopen, &shows("", 0).Recovered),
		models.ReadsLinearizable, "call 1 generate s at 0 (term 0) returned before the clean reopen, yet the file s is gone",
	},
	{
		"a read waits for an fsync", begin().op(&Op{Kind: ReadLen}).blocked(),
		models.ReadersNotBlocked, "call 1 read-len did not return before an fsync was let go",
	},
	{
		"a recovery that shows nothing", begin().restart(models.Crash, &shows("", 0).fails(models.PhaseOpen).Recovered),
		models.OpensAfterCrash, "open after the crash failed: error: bad magic",
	},
	{"after a fault, a read may show what was refused", begin().fails(func(l *life) { l.apply(1, "a=1") }).op(&Op{Kind: ReadLen}).answers(Answer{Len: 1}), "", ""},
	{
		"and the next not", begin().fails(func(l *life) { l.apply(1, "a=1") }).op(&Op{Kind: ReadLen}).answers(Answer{Len: 1}).op(&Op{Kind: ReadLen}).answers(Answer{Len: 0}), "", "",
	},
	{
		"but nothing else", begin().fails(func(l *life) { l.apply(1, "a=1") }).op(&Op{Kind: ReadLen}).answers(Answer{Len: 2}),
		models.ReadsLinearizable, "call 2 read-len returned 2",
	},
}

// refused has the last call refused, accepted not.
func (l *life) refused() *life {
	l.last().Result = models.Result{Err: "refused"}
	return l
}

func (l *life) accepted() *life {
	l.last().Result = models.Result{Answer: &Answer{}}
	return l
}

func (l *life) blocked() *life {
	l.last().Blocked = true
	return l
}

func TestLive(t *testing.T) {
	contract := Contract{engines.MachineClaims{ReadersNotBlocked: true}}
	for _, c := range lives {
		v := models.CheckHistory(contract, models.Fresh(contract), c.life.h)
		switch {
		case c.property == "" && v.Outcome != models.Pass:
			t.Errorf("%s: got %s %v, want pass", c.name, v.Outcome, v.Violations)
		case c.property != "" && v.Outcome != models.Fail:
			t.Errorf("%s: got %s, want fail", c.name, v.Outcome)
		case c.property != "":
			if got := v.Violations[0]; got.Property != c.property || !strings.HasPrefix(got.Sentence, c.sentence) {
				t.Errorf("%s: got %s: %s\nwant %s: %s", c.name, got.Property, got.Sentence, c.property, c.sentence)
			}
		}
	}
	modest := models.CheckHistory(modest, models.Fresh(modest), begin().op(&Op{Kind: ReadLen}).blocked().h)
	if modest.Outcome != models.Pass {
		t.Errorf("a reader that may be blocked: got %s, want pass", modest.Outcome)
	}
}

// What a refused call may have left comes back until something later is durable, though
// the calls since say that it did not happen.
func TestRefusedCallShowsUp(t *testing.T) {
	l := begin().cancelled(func(l *life) { l.apply(1, "a=1") }).apply(2, "b=1").apply(1, "c=1")
	for _, r := range []*shown{shows("", 0), shows("a=1", 1), shows("c=1", 1)} {
		if v := judge(t, modest, l.h, &r.Recovered); v.Outcome != models.Pass {
			t.Errorf("%s: got %v", r.View, v.Violations)
		}
	}
	l.do(Flush)
	if v := judge(t, modest, l.h, &shows("a=1", 1).Recovered); v.Outcome != models.Fail || v.Violations[0].Property != models.FlushedDurable {
		t.Errorf("got %s %v, want what was flushed lost", v.Outcome, v.Violations)
	}
	if v := judge(t, modest, l.h, &shows("c=1", 1).Recovered); v.Outcome != models.Pass {
		t.Errorf("got %v", v.Violations)
	}
}

// A snapshot of which it is not known whether it was written may be restored or refused.
func TestDoubtfulSnapshot(t *testing.T) {
	l := begin().apply(1, "a=1").fails(func(l *life) { l.generate("s") }).do(Reset)
	l.restart(models.Reopen, &shows("", 0).file("s", 7).Recovered)
	restore := &Op{Kind: Restore, Name: "s", Metadata: metadataOf(1, 7)}
	h := l.h
	l.op(restore)
	refused := l.h
	l.h = h
	l.op(restore).accepted().op(&Op{Kind: Get, Key: "a"}).answers(Answer{Values: ValuesOf([]byte("1"))})
	for _, h := range []models.History{refused, l.h} {
		if v := models.CheckHistory(modest, models.Fresh(modest), h); v.Outcome != models.Pass {
			t.Errorf("%s: got %v", text(h), v.Violations)
		}
	}
}

func TestTooManyWorlds(t *testing.T) {
	l := begin()
	for i := range 7 {
		l.fails(func(l *life) { l.metadata(UpdateMetadata, 1, byte(i)) })
		l.fails(func(l *life) { l.position(UpdateApplied, uint64(i+1)) })
	}
	if v := judge(t, modest, l.h, &shows("z=9", 9).Recovered); v.Outcome != models.Unknown {
		t.Errorf("got %s, want unknown", v.Outcome)
	}
}

// Readers beside an apply see all of it or nothing, each at some time.
func TestConcurrentReaders(t *testing.T) {
	read := func(applied uint64, values ...[]byte) models.Call {
		a := &Answer{Applied: at(applied), Values: ValuesOf(values...)}
		a.Applied.Term = 0
		return models.Call{Client: 2, Op: &Op{Kind: GetMulti, Keys: []string{"a", "b"}}, Result: models.Result{Answer: a}}
	}
	one := []byte("1")
	for _, c := range []struct {
		reads []models.Call
		want  models.Outcome
	}{
		{[]models.Call{read(0, nil, nil), read(2, one, one)}, models.Pass},
		{[]models.Call{read(2, one, one), read(0, nil, nil)}, models.Fail},
		{[]models.Call{read(1, one, nil)}, models.Fail},
		{[]models.Call{read(0, one, one)}, models.Fail},
	} {
		l := begin().apply(1, "a=1", "b=1")
		l.last().Returned = 100
		for i, r := range c.reads {
			r.ID, r.Invoked, r.Returned = i+2, 20+10*i, 25+10*i
			l.h = append(l.h, r)
		}
		if v := models.CheckHistory(modest, models.Fresh(modest), l.h); v.Outcome != c.want {
			t.Errorf("%s: got %s %v, want %s", text(l.h), v.Outcome, v.Violations, c.want)
		}
	}
}

// A flush covers what had returned when it began, and no more.
func TestFlushBesideApply(t *testing.T) {
	l := begin().apply(1, "a=1").apply(2, "b=1").do(Flush)
	l.h[2].Client, l.h[2].Invoked, l.h[2].Returned = 1, l.h[1].Returned-1, l.h[1].Returned+20
	for _, c := range []struct {
		r    *shown
		want models.Outcome
	}{{shows("", 0), models.Fail}, {shows("a=1", 1), models.Pass}, {shows("a=1 b=1", 2), models.Pass}} {
		if v := judge(t, modest, l.h, &c.r.Recovered); v.Outcome != c.want {
			t.Errorf("%s: got %s %v, want %s", c.r.View, v.Outcome, v.Violations, c.want)
		}
	}
}

func TestVolatile(t *testing.T) {
	l := begin().apply(1, "a=1").generate("s").do(Flush)
	for _, r := range []*shown{shows("", 0), shows("a=1", 1).file("s", 2)} {
		for _, op := range []models.Restart{models.Crash, models.Reopen} {
			h := append(l.h[:len(l.h):len(l.h)], models.Call{ID: 9, Op: op, Invoked: 90, Returned: 95, Result: models.Result{Recovered: &r.Recovered}})
			if v := models.CheckHistory(volatile, models.Fresh(volatile), h); v.Outcome != models.Pass {
				t.Errorf("%s %s: got %v", op, r.View, v.Violations)
			}
		}
	}
}

// What a recovery shows may be lost again, where that is declined, and what it did not
// show is gone.
func TestRecoveryNeedsFlush(t *testing.T) {
	l := begin().apply(1, "a=1").apply(2, "b=1").apply(3, "c=1").restart(models.Crash, &shows("a=1 b=1", 2).Recovered)
	for _, c := range []struct {
		r    *shown
		want models.Outcome
	}{{shows("", 0), models.Pass}, {shows("a=1 b=1", 2), models.Pass}, {shows("a=1 b=1 c=1", 3), models.Fail}} {
		if v := judge(t, forgets, l.h, &c.r.Recovered); v.Outcome != c.want {
			t.Errorf("%s: got %s %v, want %s", c.r.View, v.Outcome, v.Violations, c.want)
		}
	}
}

// Before says what was there, durable or not.
func TestBefore(t *testing.T) {
	l := begin().apply(1, "a=1").metadata(UpdateMetadata, 1, 2).generate("s").apply(2, "b=1").fails(func(l *life) { l.generate("t") })
	k := models.NewChecker(modest, models.Fresh(modest), l.h)
	got := k.Before(k.Position(1<<40), shows("", 0).file("t", 9).View)
	if want := shows("a=1 b=1", 2).snapshot(1, 2).file("s", 3).file("t", 9).View; got.Key() != want.Key() {
		t.Errorf("got %s, want %s", got, want)
	}
}
