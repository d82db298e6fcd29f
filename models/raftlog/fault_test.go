package raftlog

import (
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// faultCases are histories in which faults fired, and what may be shown after a crash.
var faultCases = []struct {
	about    string
	contract Contract
	life     *life
	legal    []*Recovered
	illegal  []*Recovered
	property models.Property // of the illegal ones
}{
	{
		about: "a store that refuses everything after a fault", contract: strict,
		life: begin().persist(1, 1, 2).persist(1, 3, 4).fails().readsLast(2).persist(1, 3, 4).refused().readsLast(0).refused().
			do(Flush).refused().save(2, 1).refused(),
		legal: []*Recovered{
			shows(batch(1, 1, 2)), shows(batch(1, 1, 4)), shows(batch(1, 1, 2)).votes(2, 1), shows(batch(1, 1, 4)).votes(2, 1),
		},
		illegal: []*Recovered{shows(batch(1, 1, 1)), shows()}, property: models.AckedDurable,
	},
	{
		about: "a store that goes on elsewhere within the call", contract: strict,
		life:    begin().persist(1, 1, 2).persist(1, 3, 4).faults().readsLast(4).persist(1, 5, 5),
		legal:   []*Recovered{shows(batch(1, 1, 5))},
		illegal: []*Recovered{shows(batch(1, 1, 2))}, property: models.ErrorSurfaced,
	},
	{
		about: "a short write that the store makes whole", contract: writeDurable,
		life:    begin().persist(1, 1, 4).faults(),
		legal:   []*Recovered{shows(batch(1, 1, 4))},
		illegal: []*Recovered{shows(batch(1, 1, 2))}, property: models.ErrorSurfaced,
	},
	{
		about: "a refused write that was not read and shows up later", contract: strict,
		life:    begin().persist(1, 1, 2).persist(1, 3, 4).fails().readsLast(2).purge(1, 1),
		legal:   []*Recovered{shows(batch(1, 2, 2)).purged(1, 1), shows(batch(1, 2, 4)).purged(1, 1)},
		illegal: []*Recovered{shows(batch(1, 1, 4)), shows(batch(1, 1, 2))}, property: models.MutationDurable,
	},
	{
		about: "a refused write of which half shows up", contract: writeDurable,
		life:    begin().persist(1, 1, 2).persist(1, 3, 4).fails().readsLast(3),
		legal:   []*Recovered{shows(batch(1, 1, 2)), shows(batch(1, 1, 3)), shows(batch(1, 1, 4))},
		illegal: []*Recovered{shows(batch(1, 1, 1))}, property: models.AckedDurable,
	},
	{
		about: "a refused write that must be whole", contract: strict,
		life:    begin().persist(1, 1, 2).persist(1, 3, 4).fails(),
		legal:   []*Recovered{shows(batch(1, 1, 2)), shows(batch(1, 1, 4))},
		illegal: []*Recovered{shows(batch(1, 1, 3))}, property: models.AtomicBatch,
	},
	{
		about: "a write over one that was refused", contract: strict,
		life:    begin().persist(1, 1, 2).persist(1, 3, 4).fails().persist(2, 3, 3),
		legal:   []*Recovered{shows(batch(1, 1, 2), batch(2, 3, 3))},
		illegal: []*Recovered{shows(batch(1, 1, 2)), shows(batch(1, 1, 4))}, property: models.AckedDurable,
	},
	{
		about: "a retry that is believed", contract: strict,
		life:    begin().persist(1, 1, 2).fails().persist(1, 1, 2),
		legal:   []*Recovered{shows(batch(1, 1, 2))},
		illegal: []*Recovered{shows()}, property: models.AckedDurable,
	},
	{
		about: "a truncate that is tried again and believed", contract: strict,
		life:    begin().persist(1, 1, 5).truncate(3).fails().truncate(3),
		legal:   []*Recovered{shows(batch(1, 1, 2))},
		illegal: []*Recovered{shows(batch(1, 1, 5))}, property: models.MutationDurable,
	},
	{
		about: "a write that only the refused one allows", contract: strict,
		life:    begin().persist(1, 1, 2).persist(1, 3, 4).fails().persist(1, 5, 5),
		legal:   []*Recovered{shows(batch(1, 1, 5))},
		illegal: []*Recovered{shows(batch(1, 1, 4)), shows(batch(1, 1, 2))}, property: models.AckedDurable,
	},
	{
		about: "a refused purge", contract: strict,
		life:    begin().persist(1, 1, 5).purge(3, 1).fails().persist(1, 6, 6),
		legal:   []*Recovered{shows(batch(1, 1, 6)), shows(batch(1, 4, 6)).purged(3, 1)},
		illegal: []*Recovered{shows(batch(1, 4, 5)).purged(3, 1), shows(batch(1, 1, 5))}, property: models.AckedDurable,
	},
	{
		about: "a refused truncate", contract: strict,
		life:    begin().persist(1, 1, 5).truncate(3).fails().readsLast(5).readsLast(2),
		legal:   []*Recovered{shows(batch(1, 1, 5)), shows(batch(1, 1, 2))},
		illegal: []*Recovered{shows(batch(1, 1, 3))}, property: models.AckedDurable,
	},
	{
		about: "a refused truncate that a write contradicts", contract: strict,
		life:    begin().persist(1, 1, 5).truncate(3).fails().persist(1, 6, 6),
		legal:   []*Recovered{shows(batch(1, 1, 6))},
		illegal: []*Recovered{shows(batch(1, 1, 2)), shows(batch(1, 1, 5))}, property: models.AckedDurable,
	},
	{
		about: "the same, not durable yet", contract: atomic,
		life:    begin().persist(1, 1, 5).do(Flush).truncate(3).fails().persist(1, 6, 6),
		legal:   []*Recovered{shows(batch(1, 1, 5)), shows(batch(1, 1, 2)), shows(batch(1, 1, 6))},
		illegal: []*Recovered{shows(batch(1, 1, 2), batch(1, 6, 6))}, property: models.NoHole,
	},
	{
		about: "a refused replace", contract: strict,
		life:    begin().persist(1, 1, 5).replace(2, 3, 4).fails(),
		legal:   []*Recovered{shows(batch(1, 1, 5)), shows(batch(1, 1, 2), batch(2, 3, 4))},
		illegal: []*Recovered{shows(batch(1, 1, 2), batch(2, 3, 3))}, property: models.AtomicReplace,
	},
	{
		about: "a refused save", contract: strict,
		life:    begin().save(1, 1).save(2, 0).fails().readsHard(1, 1).readsHard(2, 0),
		legal:   []*Recovered{shows().votes(1, 1), shows().votes(2, 0)},
		illegal: []*Recovered{shows()}, property: models.HardStateDurable,
	},
	{
		about: "a save that masks a fault", contract: strict,
		life:    begin().save(1, 1).save(2, 0).faults(),
		legal:   []*Recovered{shows().votes(2, 0)},
		illegal: []*Recovered{shows().votes(1, 1)}, property: models.ErrorSurfaced,
	},
	{
		about: "a flush that masks a fault", contract: buffered,
		life:    begin().persist(1, 1, 2).do(Flush).faults(),
		legal:   []*Recovered{shows(batch(1, 1, 2))},
		illegal: []*Recovered{shows()}, property: models.ErrorSurfaced,
	},
	{
		about: "a write that masks a fault, and a flush that does not", contract: buffered,
		life:    begin().persist(1, 1, 2).faults().do(Flush),
		legal:   []*Recovered{shows(batch(1, 1, 2))},
		illegal: []*Recovered{shows()}, property: models.ErrorSurfaced,
	},
	{
		about: "a purge that masks a fault", contract: strict,
		life:    begin().persist(1, 1, 5).purge(3, 1).faults(),
		legal:   []*Recovered{shows(batch(1, 4, 5)).purged(3, 1)},
		illegal: []*Recovered{shows(batch(1, 1, 5))}, property: models.ErrorSurfaced,
	},
	{
		about: "what nobody wrote", contract: strict,
		life:    begin().persist(1, 1, 2).persist(1, 3, 4).fails(),
		illegal: []*Recovered{shows(batch(1, 1, 2), batch(2, 3, 4)), shows(batch(1, 1, 5))}, property: models.Prefix,
	},
	{
		about: "entries of two refused writes", contract: strict,
		life:    begin().persist(1, 1, 2).fails().persist(2, 1, 2).refused(),
		legal:   []*Recovered{shows(), shows(batch(1, 1, 2)), shows(batch(2, 1, 2))},
		illegal: []*Recovered{shows(batch(1, 1, 1), batch(2, 2, 2))}, property: models.NoSplice,
	},
	{
		about: "a reopen after a fault loses what was refused", contract: strict,
		life:    begin().persist(1, 1, 2).persist(1, 3, 4).fails().readsLast(4).restart(Reopen, shows(batch(1, 1, 2))),
		legal:   []*Recovered{shows(batch(1, 1, 2))},
		illegal: []*Recovered{shows(batch(1, 1, 4))}, property: models.RecoveredDurable,
	},
	{
		about: "a reopen after a fault shows what was refused, durably", contract: strict,
		life:    begin().persist(1, 1, 2).persist(1, 3, 4).fails().readsLast(2).restart(Reopen, shows(batch(1, 1, 4))),
		legal:   []*Recovered{shows(batch(1, 1, 4))},
		illegal: []*Recovered{shows(batch(1, 1, 2))}, property: models.RecoveredDurable,
	},
	{
		about: "a reopen that fails for a fault", contract: strict,
		life:    begin().persist(1, 1, 2).restart(Reopen, shows().fails(models.PhaseOpen)).faults().restart(Crash, shows(batch(1, 1, 2))),
		legal:   []*Recovered{shows(batch(1, 1, 2))},
		illegal: []*Recovered{shows()}, property: models.AckedDurable,
	},
	{
		about: "a cancelled write", contract: strict,
		life:    begin().persist(1, 1, 2).persist(1, 3, 4).cancelled().readsLast(2).readsLast(4).persist(1, 3, 4).persist(1, 5, 5),
		legal:   []*Recovered{shows(batch(1, 1, 5))},
		illegal: []*Recovered{shows(batch(1, 1, 4))}, property: models.AckedDurable,
	},
	{
		about: "a reopen after a cancelled write", contract: strict,
		life:    begin().persist(1, 1, 2).persist(1, 3, 4).cancelled().restart(Reopen, shows(batch(1, 1, 4))),
		legal:   []*Recovered{shows(batch(1, 1, 4))},
		illegal: []*Recovered{shows(batch(1, 1, 2))}, property: models.RecoveredDurable,
	},
	{
		about: "what needs a flush after a recovery, with a refused write", contract: needsFlush,
		life: begin().persist(1, 1, 2).do(Flush).persist(1, 3, 3).fails().persist(2, 3, 3).
			restart(Crash, shows(batch(1, 1, 2), batch(2, 3, 3))).persist(2, 4, 4),
		legal:   []*Recovered{shows(batch(1, 1, 2)), shows(batch(1, 1, 3)), shows(batch(1, 1, 2), batch(2, 3, 4))},
		illegal: []*Recovered{shows(batch(1, 1, 1))}, property: models.FlushedDurable,
	},
	{
		about: "a last index after a fault, which cannot be refused", contract: reading,
		life:    begin().persist(1, 1, 2).do(Flush).fails().readsLast(2).readsEntry(entry(1, 1)),
		legal:   []*Recovered{shows(batch(1, 1, 2)), shows(batch(1, 1, 1))},
		illegal: []*Recovered{shows()}, property: models.ReadsDurable,
	},
}

func TestFaults(t *testing.T) {
	for _, c := range faultCases {
		for _, r := range c.legal {
			if v := judge(t, c.contract, c.life.h, r); v.Outcome != models.Pass {
				t.Errorf("%s: %s: got %s %v, want pass", c.about, &r.View, v.Outcome, v.Violations)
			}
		}
		for _, r := range c.illegal {
			v := judge(t, c.contract, c.life.h, r)
			if v.Outcome != models.Fail || v.Violations[0].Property != c.property {
				t.Errorf("%s: %s: got %s %v, want fail for %s", c.about, &r.View, v.Outcome, v.Violations, c.property)
			}
		}
	}
}

func TestLiveFaults(t *testing.T) {
	pass := models.Property("")
	failsToOpen := func(l *life, k Kind) *life { return l.restart(k, shows().fails(models.PhaseOpen)) }
	for _, c := range []struct {
		about string
		life  *life
		want  models.Property
	}{
		{"refused without a fault", begin().persist(1, 1, 1).refused(), models.ReadsLinearizable},
		{"refused for a fault", begin().persist(1, 1, 1).fails(), pass},
		{"refused after a fault", begin().persist(1, 1, 1).faults().do(Flush).refused().readsLast(0).refused(), pass},
		{"refused after a crash after a fault", begin().persist(1, 1, 1).fails().restart(Crash, shows()).persist(1, 1, 1).refused(), models.LiveAfterRecovery},
		{"cancelled", begin().persist(1, 1, 1).cancelled().readsLast(0).cancelled(), pass},
		{"refused after a cancelled call", begin().persist(1, 1, 1).cancelled().persist(1, 1, 1).refused(), models.ReadsLinearizable},
		{"missing, though it was acknowledged", begin().persist(1, 1, 2).persist(1, 3, 4).faults().readsLast(2), models.ErrorSurfaced},
		{"missing, acknowledged before the fault", begin().persist(1, 1, 2).persist(1, 3, 4).faults().readsLast(0), models.ReadsLinearizable},
		{"missing hard state", begin().save(1, 1).save(2, 1).faults().readsHard(1, 1), models.ErrorSurfaced},
		{"a read that masks a fault", begin().persist(1, 1, 2).readsLast(0).faults(), models.ErrorSurfaced},
		{"a read of what no call could leave", begin().persist(1, 1, 2).persist(1, 3, 4).fails().readsLast(5), models.ReadsLinearizable},
		{"accepted with a gap", begin().persist(1, 1, 2).fails().persist(1, 5, 5), models.ReadsLinearizable},
		{"a reopen that fails after a fault", failsToOpen(begin().persist(1, 1, 2).fails(), Reopen), pass},
		{"a close that fails after a fault", begin().persist(1, 1, 2).fails().restart(Reopen, nil).refused(), pass},
		{"a reopen that fails without one", failsToOpen(begin().persist(1, 1, 2), Reopen), models.OpensAfterCrash},
		{"a recovery that fails for a fault", failsToOpen(begin().persist(1, 1, 2), Crash).faults(), pass},
		{"a recovery that fails after one", failsToOpen(begin().persist(1, 1, 2).fails(), Crash), models.OpensAfterCrash},
		{"a recovery that takes an error for an empty log", begin().persist(1, 1, 2).restart(Crash, shows()).faults(), models.ErrorSurfaced},
	} {
		v := CheckHistory(strict, models.Fresh(strict), c.life.h)
		if c.want == pass && v.Outcome != models.Pass {
			t.Errorf("%s: got %s %v, want pass", c.about, v.Outcome, v.Violations)
		} else if c.want != pass && (v.Outcome != models.Fail || v.Violations[0].Property != c.want) {
			t.Errorf("%s: got %s %v, want fail for %s", c.about, v.Outcome, v.Violations, c.want)
		}
	}
	hung := begin().persist(1, 1, 1).fails()
	hung.h[0].Result.Failure = &models.Failure{Manner: engines.MannerHang}
	if v := CheckHistory(strict, models.Fresh(strict), hung.h); v.Outcome != models.Fail {
		t.Errorf("a hang in a call in which a fault fired: got %s, want fail", v.Outcome)
	}
}

// A sentence says what the log may be, and which call masked a fault.
func TestFaultSentences(t *testing.T) {
	for want, l := range map[string]*life{
		"call 3 read-last-index returned 5, yet the log was 1-2 or 1-4 and the hard state none": begin().
			persist(1, 1, 2).persist(1, 3, 4).fails().readsLast(5),
		"call 2 read-last-index returned 0, yet the log was 1-2 and the hard state none; call 1 had succeeded though a fault fired in it": begin().
			persist(1, 1, 2).faults().readsLast(0),
	} {
		v := CheckHistory(strict, models.Fresh(strict), l.h)
		if len(v.Violations) == 0 || !strings.HasPrefix(v.Violations[0].Sentence, want) {
			t.Errorf("got %v, want %s", v.Violations, want)
		}
	}
}

// Other calls may see a write that is refused later, or a part of it.
func TestFaultsInFlight(t *testing.T) {
	write := Call{Invoked: 3, Returned: 12, Op: Op{Kind: Persist, Entries: batch(1, 3, 5)}, Result: Result{Err: "no space"}, Faulted: true}
	read := func(invoked int, last uint64) Call {
		return at(1, invoked, invoked+1, Op{Kind: ReadLastIndex}, Result{LastIndex: last})
	}
	first := at(0, 1, 2, Op{Kind: Persist, Entries: batch(1, 1, 2)}, Result{})
	for _, c := range []struct {
		about    string
		contract Contract
		reads    [2]uint64
		want     models.Outcome
	}{
		{"not seen", strict, [2]uint64{2, 2}, models.Pass},
		{"seen", strict, [2]uint64{2, 5}, models.Pass},
		{"part of it seen", writeDurable, [2]uint64{4, 5}, models.Pass},
		{"part of it seen, though it is atomic", strict, [2]uint64{4, 5}, models.Fail},
		{"more seen than it writes", writeDurable, [2]uint64{2, 6}, models.Fail},
	} {
		h := number(first, write, read(5, c.reads[0]), read(8, c.reads[1]))
		for until := range 14 {
			want := models.Pass
			if c.want == models.Fail && until >= 9 {
				want = models.Fail
			}
			if c.reads[0] == 4 && c.want == models.Fail && until >= 6 {
				want = models.Fail
			}
			if v := CheckHistory(c.contract, models.Fresh(c.contract), h.Until(until)); v.Outcome != want {
				t.Errorf("%s, until %d: got %s %v, want %s", c.about, until, v.Outcome, v.Violations, want)
			}
		}
		if v := judge(t, c.contract, h, shows(batch(1, 1, 2))); v.Outcome != c.want {
			t.Errorf("%s: got %s %v, want %s", c.about, v.Outcome, v.Violations, c.want)
		}
	}
}

// Beyond 64 logs that there may be at once nothing is said, whatever comes.
func TestLogsMax(t *testing.T) {
	for entries, want := range map[uint64]models.Outcome{62: models.Fail, 63: models.Fail, 64: models.Unknown, 65: models.Unknown} {
		l := begin().persist(1, 1, entries).fails()
		if v := judge(t, buffered, l.h, shows(batch(2, 1, 1))); v.Outcome != want {
			t.Errorf("%d entries: got %s %v, want %s", entries, v.Outcome, v.Violations, want)
		}
		l.readsLast(99)
		if v := CheckHistory(buffered, models.Fresh(buffered), l.h); v.Outcome != want {
			t.Errorf("%d entries, live: got %s %v, want %s", entries, v.Outcome, v.Violations, want)
		}
	}
}

// A store that refuses everything after a fault is judged however long it is used.
func TestManyRefusals(t *testing.T) {
	l := begin().persist(1, 1, 5).persist(1, 6, 6).fails()
	for term := range uint64(40) {
		l.persist(2+term, 6, 7).refused().save(term, 1).refused().do(Flush).refused()
	}
	for _, r := range []*Recovered{shows(batch(1, 1, 5)), shows(batch(1, 1, 6)), shows(batch(1, 1, 5), batch(41, 6, 7)).votes(3, 1)} {
		if v := judge(t, strict, l.h, r); v.Outcome != models.Pass {
			t.Errorf("%s: got %s %v, want pass", &r.View, v.Outcome, v.Violations)
		}
	}
	if v := judge(t, strict, l.h, shows(batch(1, 1, 4))); v.Outcome != models.Fail {
		t.Errorf("got %s %v, want fail", v.Outcome, v.Violations)
	}
}
