package node

import (
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
	"github.com/ackproof/ackproof/models/raftlog"
)

// life builds a sequential history, a call at a time.
type life struct {
	h    models.History
	tick int
}

func (l *life) call(op models.Op, r models.Result) *life {
	l.tick += 10
	l.h = append(l.h, models.Call{ID: len(l.h) + 1, Op: op, Invoked: l.tick, Returned: l.tick + 5, Result: r})
	return l
}

func (l *life) log(op raftlog.Op) *life { return l.call(&Op{Log: &op}, models.Result{}) }

func (l *life) machine(op machine.Op, a *Answer) *life {
	return l.call(&Op{Machine: &op}, models.Result{Answer: a})
}

func at(index uint64) engines.LogID { return engines.LogID{Index: index, Term: 1} }

// entries are those from first to last, each of which is nothing to the machine.
func entries(first, last uint64) (out []engines.Entry) {
	for i := first; i <= last; i++ {
		out = append(out, engines.Entry{Index: i, Term: 1})
	}
	return out
}

func (l *life) persist(first, last uint64) *life {
	return l.log(raftlog.Op{Kind: raftlog.Persist, Entries: raftlog.EntriesOf(entries(first, last))})
}

func (l *life) apply(first, last uint64) *life {
	a := &machine.Answer{}
	for i := first; i <= last; i++ {
		a.Results = append(a.Results, engines.ApplyResult{Index: i, Succeeded: true})
	}
	return l.machine(*machine.ApplyOf(entries(first, last)), &Answer{Machine: a})
}

// snapshot generates a snapshot at index, with that checksum, and keeps its metadata.
func (l *life) snapshot(index uint64, sum byte) *life {
	a := &Answer{Machine: &machine.Answer{Checksum: engines.Checksum{sum}}}
	metadata := engines.SnapshotMetadata{LastIncluded: at(index)}
	return l.machine(machine.Op{Kind: machine.Generate, Name: "snapshot-1", Position: at(index)}, a).
		machine(machine.Op{Kind: machine.PersistMetadata, Name: "snapshot-1", Metadata: metadata}, a)
}

func (l *life) purge(index uint64) *life {
	return l.log(raftlog.Op{Kind: raftlog.Purge, Cutoff: at(index)})
}

func (l *life) flushMachine() *life { return l.machine(machine.Op{Kind: machine.Flush}, nil) }

// shown is a recovery that is being written.
type shown struct{ View }

// shows shows a log from first to last and a machine that stands at applied.
func shows(first, last, applied uint64) *shown {
	s := &shown{}
	s.Log = raftlog.View{LastIndex: last, Entries: raftlog.EntriesOf(entries(first, last))}
	if first > 1 {
		s.Log.Boundary, s.Log.HasBoundary = at(first-1), true
	}
	if applied > 0 {
		s.Machine = machine.View{LastApplied: at(applied), Term: 1}
	}
	return s
}

// snapshot shows the metadata of a snapshot at index, and its file with a checksum, if that
// is not 0.
func (s *shown) snapshot(index uint64, sum, file byte) *shown {
	s.Machine.HasMetadata = true
	s.Machine.Metadata = engines.SnapshotMetadata{LastIncluded: at(index), Checksum: engines.Checksum{sum}}
	if file > 0 {
		s.Machine.Files = []machine.File{{Name: "snapshot-1", Checksum: engines.Checksum{file}}}
	}
	return s
}

func (s *shown) recovered() *models.Recovered { return &models.Recovered{View: &s.View} }

var (
	// purging has a log that is durable and a machine that is so when it is flushed.
	purging = Contract{Log: raftlog.Contract{
		Claims: engines.Claims{WriteDurable: true, MutationsDurable: true}, KeepsBoundary: true,
	}}
	// late has snapshots that are durable when they are flushed.
	late = Contract{Log: purging.Log, Machine: machine.Contract{MachineClaims: engines.MachineClaims{PersistNeedsFlush: true}}}
	// forgetful keeps nothing of what it applied.
	forgetful = Contract{Log: purging.Log, Machine: machine.Contract{MachineClaims: engines.MachineClaims{Volatile: true}}}
	// unbounded has a log that keeps no boundary.
	unbounded = Contract{Log: raftlog.Contract{Claims: purging.Log.Claims}}
)

func compacted() *life { return new(life).persist(1, 6).apply(1, 4).snapshot(4, 7).purge(4) }

// cases are recoveries that are legal and one that is not, of the same history under the
// same contract, with what is broken and the first sentence.
var cases = []struct {
	name     string
	contract Contract
	life     *life
	legal    []*shown
	illegal  *shown
	broken   []models.Property
	sentence string
}{
	{
		"purged without a snapshot", purging, new(life).persist(1, 6).apply(1, 5).purge(4),
		[]*shown{shows(5, 6, 5)},
		shows(5, 6, 0),
		[]models.Property{models.PurgeBehindSnapshot},
		"call 3 purge 4 (term 1) survived the crash, yet the machine stands at 0 and its last snapshot ends at 0: what entries 1-4 did is lost",
	},
	{
		"purged and flushed", purging, new(life).persist(1, 6).apply(1, 2).flushMachine().apply(3, 5).purge(4),
		[]*shown{shows(5, 6, 5)},
		shows(5, 6, 2),
		[]models.Property{models.PurgeBehindSnapshot},
		"call 5 purge 4 (term 1) survived the crash, yet the machine stands at 2 and its last snapshot ends at 0: what entries 3-4 did is lost",
	},
	{
		"a snapshot that was not flushed", late, compacted(),
		[]*shown{shows(5, 6, 0).snapshot(4, 7, 7), shows(5, 6, 4)},
		shows(5, 6, 0).snapshot(4, 7, 0),
		[]models.Property{models.PurgeBehindSnapshot},
		"call 5 purge 4 (term 1) survived the crash, yet the machine stands at 0 and the file of its last snapshot, which ended at 4, is gone or another: what entries 1-4 did is lost",
	},
	{
		"another file", late, compacted(),
		[]*shown{shows(5, 6, 0).snapshot(4, 7, 7)},
		shows(5, 6, 0).snapshot(4, 7, 9),
		[]models.Property{models.PurgeBehindSnapshot},
		"call 5 purge 4 (term 1) survived the crash, yet the machine stands at 0 and the file of its last snapshot, which ended at 4, is gone or another: what entries 1-4 did is lost",
	},
	{
		"an older snapshot", purging, compacted().apply(5, 6).purge(6),
		[]*shown{shows(7, 6, 6).snapshot(4, 7, 7)},
		shows(7, 6, 0).snapshot(4, 7, 7),
		[]models.Property{models.PurgeBehindSnapshot},
		"call 7 purge 6 (term 1) survived the crash, yet the machine stands at 0 and its last snapshot ends at 4: what entries 5-6 did is lost",
	},
	{
		"a snapshot that the machine lost", purging, compacted(),
		[]*shown{shows(5, 6, 0).snapshot(4, 7, 7)},
		shows(5, 6, 0).snapshot(4, 7, 0),
		[]models.Property{models.SnapshotDurable, models.PurgeBehindSnapshot},
		"call 3 generate snapshot-1 at 4 (term 1) returned before the crash, yet the file snapshot-1 is gone",
	},
	{
		"an entry that the log lost", purging, compacted(),
		[]*shown{shows(5, 6, 0).snapshot(4, 7, 7)},
		shows(5, 5, 0).snapshot(4, 7, 7),
		[]models.Property{models.AckedDurable},
		"call 1 persist 1-6 (term 1) returned before the crash, yet the log ends at 5",
	},
	{
		"no boundary", unbounded, new(life).persist(1, 6).apply(1, 5).purge(4),
		[]*shown{shows(5, 6, 5)},
		shows(5, 6, 0),
		[]models.Property{models.PurgeBehindSnapshot},
		"call 3 purge 4 (term 1) survived the crash, yet the machine stands at 0 and its last snapshot ends at 0: what entries 1-4 did is lost",
	},
}

func TestProperties(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			checker := models.NewChecker(c.contract, models.State{}, c.life.h)
			end := checker.Position(c.life.tick + 10)
			for i, s := range c.legal {
				if v := checker.Check(end, s.recovered()); v.Outcome != models.Pass {
					t.Errorf("legal recovery %d: got %v %v, want pass", i+1, v.Outcome, v.Violations)
				}
			}
			for how, v := range map[string]models.Verdict{
				"checker": checker.Check(end, c.illegal.recovered()),
				"search":  models.CheckWhole(c.contract, models.State{}, c.life.h, c.illegal.recovered()),
			} {
				checkBroken(t, how, v, c.broken, c.sentence)
			}
			if !checker.Exercised(end).Has(models.PurgeBehindSnapshot) {
				t.Errorf("got %v exercised, want %s", checker.Exercised(end), models.PurgeBehindSnapshot)
			}
		})
	}
}

func checkBroken(t *testing.T, how string, v models.Verdict, want []models.Property, sentence string) {
	t.Helper()
	if v.Outcome != models.Fail || len(v.Violations) != len(want) {
		t.Fatalf("%s: got %v %v, want %v", how, v.Outcome, v.Violations, want)
	}
	for i, p := range want {
		if v.Violations[i].Property != p {
			t.Errorf("%s: got %v, want %v", how, v.Violations, want)
		}
	}
	if got := v.Violations[0].Sentence; got != sentence {
		t.Errorf("%s: got\n%s\nwant\n%s", how, got, sentence)
	}
}

// TestNotClaimed: a machine that keeps nothing cannot hold what was purged.
func TestNotClaimed(t *testing.T) {
	if forgetful.Claimed().Has(models.PurgeBehindSnapshot) || !forgetful.Properties().Has(models.PurgeBehindSnapshot) {
		t.Error("a volatile machine is held to what it cannot keep, or a node has no such property")
	}
	l := compacted()
	if v := models.CheckWhole(forgetful, models.State{}, l.h, shows(5, 6, 0).recovered()); v.Outcome != models.Pass {
		t.Errorf("got %v %v, want pass", v.Outcome, v.Violations)
	}
}

// TestNotExercised: before a purge nothing is put to the test.
func TestNotExercised(t *testing.T) {
	l := new(life).persist(1, 6).apply(1, 4)
	checker := models.NewChecker(purging, models.State{}, l.h)
	if checker.Exercised(checker.Position(l.tick + 10)).Has(models.PurgeBehindSnapshot) {
		t.Errorf("%s is exercised without a purge", models.PurgeBehindSnapshot)
	}
}

// TestNextLife: what a purge of an earlier life took must still be there in the next.
func TestNextLife(t *testing.T) {
	l := compacted()
	first := models.NewChecker(late, models.State{}, l.h)
	after := first.Check(first.Position(l.tick+10), shows(5, 6, 0).snapshot(4, 7, 7).recovered()).After
	next := new(life)
	next.call(models.Reopen, models.Result{Recovered: shows(5, 6, 0).snapshot(4, 7, 7).recovered()})
	checker := models.NewChecker(late, after, next.h)
	got := checker.Check(checker.Position(next.tick+10), shows(5, 6, 0).snapshot(4, 7, 0).recovered())
	checkBroken(t, "next life", got, []models.Property{models.PurgeBehindSnapshot}, cases[2].sentence)
}

// TestLiveReopen: a reopen that shows a log purged beyond the machine is blamed at once.
func TestLiveReopen(t *testing.T) {
	l := new(life).persist(1, 2).purge(2)
	l.call(models.Reopen, models.Result{Recovered: shows(3, 2, 0).recovered()})
	v := models.CheckHistory(purging, models.State{}, l.h)
	checkBroken(t, "reopen", v, []models.Property{models.PurgeBehindSnapshot},
		"call 2 purge 2 (term 1) survived the reopen, yet the machine stands at 0 and its last snapshot ends at 0: what entries 1-2 did is lost")
}

// TestCallsOfParts: a part is blamed for its own calls, in its own words.
func TestCallsOfParts(t *testing.T) {
	read := func(a *Answer) *life {
		return new(life).persist(1, 2).apply(1, 1).machine(machine.Op{Kind: machine.ReadApplied}, a)
	}
	if v := models.CheckHistory(purging, models.State{}, read(&Answer{Machine: &machine.Answer{Applied: at(1)}}).h); v.Outcome != models.Pass {
		t.Errorf("got %v %v, want pass", v.Outcome, v.Violations)
	}
	v := models.CheckHistory(purging, models.State{}, read(&Answer{Machine: &machine.Answer{Applied: at(2)}}).h)
	checkBroken(t, "read", v, []models.Property{models.ReadsLinearizable},
		"call 3 read-applied returned 2 (term 1), yet the state was {} at 1 (term 1) with no snapshot")
	last := new(life).persist(1, 2).call(&Op{Log: &raftlog.Op{Kind: raftlog.ReadLastIndex}}, models.Result{Answer: &Answer{Log: &raftlog.Answer{LastIndex: 1}}})
	if v := models.CheckHistory(purging, models.State{}, last.h); v.Outcome != models.Fail || !strings.Contains(v.Violations[0].Sentence, "the log was 1-2") {
		t.Errorf("got %v %v, want the log's words", v.Outcome, v.Violations)
	}
}

// TestFailureOnce: a failure of both is told once, and what was lost beside it.
func TestFailureOnce(t *testing.T) {
	l := new(life).persist(1, 2).purge(2)
	failed := &models.Failure{Phase: models.PhaseOpen, Manner: "error", Text: "machine: no"}
	v := models.CheckWhole(purging, models.State{}, l.h, &models.Recovered{Failure: failed})
	checkBroken(t, "open", v, []models.Property{models.OpensAfterCrash}, "open after the crash failed: error: machine: no")
	r := shows(3, 2, 0).recovered()
	r.Failure = &models.Failure{Phase: models.PhaseProbe, Manner: "error", Text: "log: no"}
	v = models.CheckWhole(purging, models.State{}, l.h, r)
	checkBroken(t, "probe", v, []models.Property{models.LiveAfterRecovery, models.PurgeBehindSnapshot}, "probe failed, after all had been read: error: log: no")
}
