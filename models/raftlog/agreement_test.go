package raftlog

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// truncatedBelow is a life of a log without a boundary whose first three entries are
// durable, of which a purge takes two away, and the rest goes by a call that begins at 1.
func truncatedBelow(op Op) *life {
	l := new(life).persist(1, 1, 3).do(Flush).purge(2, 1)
	op.From = 1
	return l.call(op, Result{})
}

// agreements are recoveries of which the checker and the reference did not say the same
// once.
var agreements = []struct {
	name     string
	contract Contract
	life     *life
	shown    *Recovered
	want     models.Outcome
}{
	{"a truncate below the first entry takes what is there", forgetful, truncatedBelow(Op{Kind: Truncate}), shows(batch(1, 1, 2)), models.Pass},
	{"and so does a replace by nothing", forgetful, truncatedBelow(Op{Kind: Replace}), shows(batch(1, 1, 2)), models.Pass},
	{"what had been purged does not come back in part", forgetful, truncatedBelow(Op{Kind: Truncate}), shows(batch(1, 1, 1)), models.Fail},
	{
		"nor of a raft-safe engine",
		Contract{Claims: engines.Claims{RaftSafe: true}},
		truncatedBelow(Op{Kind: Replace}), shows(batch(1, 1, 1)), models.Fail,
	},
	{
		"what is new begins a log of its own", forgetful,
		truncatedBelow(Op{Kind: Truncate}).persist(2, 1, 1), shows(batch(2, 1, 1), batch(1, 2, 2)), models.Fail,
	},
	{
		"a part of what was written after a reset that was refused",
		Contract{Claims: engines.Claims{OverwriteKeepsTail: true}},
		new(life).persist(1, 1, 2).do(Reset).cancelled().do(Flush).persist(1, 1, 2), shows(batch(1, 1, 1)), models.Pass,
	},
	{
		"and nothing of it where that did not happen",
		Contract{Claims: engines.Claims{OverwriteKeepsTail: true}},
		new(life).persist(1, 1, 2).do(Flush).persist(1, 1, 2), shows(batch(1, 1, 1)), models.Fail,
	},
	{
		"an entry does not come back once the hard state before it is gone",
		Contract{KeepsBoundary: true, Claims: engines.Claims{OrderedHardState: true, RecoveryNeedsFlush: true}},
		new(life).save(1, 1).persist(1, 1, 1).do(Reset).restart(Crash, shows()), shows(batch(1, 1, 1)), models.Fail,
	},
	{
		"it does if that was shown",
		Contract{KeepsBoundary: true, Claims: engines.Claims{OrderedHardState: true, RecoveryNeedsFlush: true}},
		new(life).save(1, 1).persist(1, 1, 1).do(Reset).restart(Crash, shows().votes(1, 1)), shows(batch(1, 1, 1)).votes(1, 1), models.Pass,
	},
	{
		"a raft-safe log lacks what a refused write may have overwritten, after a purge that it does not know of too",
		Contract{Claims: engines.Claims{RaftSafe: true}},
		flushed3().persist(2, 2, 2).cancelled().do(Flush).purge(1, 1).cancelled(), shows(batch(1, 2, 2)), models.Pass,
	},
	{
		"and nothing before that",
		Contract{Claims: engines.Claims{RaftSafe: true}},
		flushed3().persist(2, 3, 3).cancelled().do(Flush).purge(1, 1).cancelled(), shows(), models.Fail,
	},
	{
		"nor if nothing overwrites it",
		Contract{Claims: engines.Claims{RaftSafe: true}},
		flushed3().purge(1, 1).cancelled(), shows(batch(1, 2, 2)), models.Fail,
	},
}

// flushed3 is a life of a log whose three entries are durable.
func flushed3() *life { return new(life).persist(1, 1, 3).do(Flush) }

func TestAgreements(t *testing.T) {
	for _, c := range agreements {
		if v := judge(t, c.contract, c.life.h, c.shown); v.Outcome != c.want {
			t.Errorf("%s: %v: got %s %v, want %s", c.name, c.life.h, v.Outcome, v.Violations, c.want)
		}
		if got, _ := refCheck(c.contract, c.life.h, c.shown); got != (c.want == models.Pass) {
			t.Errorf("%s: %v: the reference says %v, want %s", c.name, c.life.h, got, c.want)
		}
	}
}
