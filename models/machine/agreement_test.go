package machine

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// refusedRestore is a life in which a restore was refused that may have happened, from a
// file whose checksum nobody was told.
func refusedRestore() *life {
	l := begin().apply(1, "a=1").cancelled(func(l *life) { l.generate("s") }).do(Reset, Flush)
	return l.cancelled(func(l *life) { l.op(&Op{Kind: Restore, Name: "s", Metadata: metadataOf(1, 0)}) })
}

// restoredInDoubt is a life in which a restore succeeded after a reset that may not have
// happened, and after it an apply was refused of which a generate says that it did not.
func restoredInDoubt() *life {
	l := begin().apply(1, "a=1").generate("s").cancelled(func(l *life) { l.do(Reset) }).restore("s", Unharmed)
	return l.cancelled(func(l *life) { l.apply(2, "b=1") }).generate("t")
}

// agreements are recoveries of which the checker and the reference did not say the same
// once.
var agreements = []struct {
	name     string
	contract Contract
	life     *life
	shown    *shown
	want     models.Outcome
}{
	{
		"a recovery keeps no file", late,
		begin().generate("s").restart(models.Crash, &shows("", 0).file("s", 1).Recovered), shows("", 0), models.Pass,
	},
	{
		"nor one that a refused generate left", modest,
		begin().fails(func(l *life) { l.generate("s") }).restart(models.Crash, &shows("", 0).file("s", 7).Recovered), shows("", 0), models.Pass,
	},
	{
		"nor does a flush after it", late,
		begin().generate("s").restart(models.Crash, &shows("", 0).file("s", 1).Recovered).do(Flush), shows("", 0), models.Pass,
	},
	{
		"nor after a clean reopen", late,
		begin().generate("s").restart(models.Reopen, &shows("", 0).file("s", 1).Recovered).do(Flush), shows("", 0), models.Pass,
	},
	{
		"a file that was durable before stays", late,
		begin().generate("s").do(Flush).restart(models.Crash, &shows("", 0).file("s", 1).Recovered), shows("", 0), models.Fail,
	},
	{
		"as does one whose generate made it durable",
		Contract{engines.MachineClaims{RecoveryNeedsFlush: true}},
		begin().generate("s").restart(models.Crash, &shows("", 0).file("s", 1).Recovered), shows("", 0), models.Fail,
	},
	{"a refused restore left a checksum that nobody was told", modest, refusedRestore(), shows("a=1", 1).snapshot(1, 77), models.Pass},
	{"of no other position", modest, refusedRestore(), shows("a=1", 1).snapshot(2, 77), models.Fail},
	{
		"what is applied after a restore comes back with its metadata", modest,
		restoredInDoubt(), shows("a=1 b=1", 2).snapshot(1, 2).file("s", 2).file("t", 6), models.Pass,
	},
	{
		"and not with those from before a reset that may not have happened", modest,
		restoredInDoubt(), shows("a=1 b=1", 2).file("s", 2).file("t", 6), models.Fail,
	},
	{
		"a machine that may be stopped is closed", modest,
		begin().cancelled(func(l *life) { l.apply(1, "a=1") }).cancelled(func(l *life) { l.do(Stop) }).position(UpdateApplied, 2).close().do(Flush),
		shows("a=1", 1), models.Fail,
	},
}

func TestAgreements(t *testing.T) {
	for _, c := range agreements {
		r := &c.shown.Recovered
		if v := judge(t, c.contract, c.life.h, r); v.Outcome != c.want {
			t.Errorf("%s: %s: got %s %v, want %s", c.name, text(c.life.h), v.Outcome, v.Violations, c.want)
		}
		if got, _ := refCheck(c.contract, c.life.h, r); got != (c.want == models.Pass) {
			t.Errorf("%s: %s: the reference says %v, want %s", c.name, text(c.life.h), got, c.want)
		}
	}
}
