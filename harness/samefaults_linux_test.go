package harness_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// deafOnDir does not hear of a failed fsync, on a real directory.
var deafOnDir = onDirOf(harness.DeafFactory)

// usesAll makes an engine use its disk in all ways, behind a program whose fault may not have
// fired.
var usesAll = raftlog.MustParse("persist 2\nsave-hard-state term=+1\ntruncate 1\npersist 1\nflush\npurge 1\nreopen\nread-range 1 9\npersist 1")

// faultyProgram returns a random program in which a random call fails, a sync as often as
// another.
func faultyProgram(seed uint64) scenarios.Program {
	p := raftlog.Language.Example(seed, scenarios.Config{Sequential: true, Crashes: true})
	rng := rand.New(rand.NewPCG(seed, 0))
	of := func(n int) int { return rng.IntN(n) }
	calls, errors, syncs := fault.Calls(), fault.Errors(), []fault.Call{fault.Fsync, fault.Fdatasync, fault.FsyncDir}
	f := fault.Fault{Nth: 1 + of(2)}
	for f.Check() != nil || f.Call == fault.AnyCall {
		f.Call, f.Error, f.Times, f.Lands = calls[of(len(calls))], errors[of(len(errors))], of(3), of(3) == 0
		if of(2) == 0 {
			f.Call = syncs[of(len(syncs))]
		}
	}
	p = slices.Insert(p, of(len(p)+1), scenarios.Step{Kind: scenarios.Fail, Fault: f})
	return append(p, usesAll...)
}

// TestSameFaultsOverFUSE: the same faults in the same random programs come to the same verdict
// in memory and over FUSE, of an engine that is sound and of one that is deaf to failed fsyncs.
func TestSameFaultsOverFUSE(t *testing.T) {
	programs := 8
	if testing.Short() {
		programs = 1
	}
	verdicts := map[string]int{}
	for i := range programs {
		c := harness.Config{
			Profile: crash.Profiles()[i%5], Depth: -1, NoShrink: true, Quick: true,
			Only: []scenarios.NamedProgram{{Name: "faulty", Program: faultyProgram(uint64(i + 1))}},
		}
		for _, f := range [][2]engines.Factory{{filelog.Factory(small), onDir()}, {harness.DeafFactory, deafOnDir}} {
			memory, served := verify(t, f[0], c), verifyOnDir(t, f[1], c)
			if memory.Verdict != served.Verdict || !shares(broken(memory), broken(served)) {
				t.Errorf("%s: over FUSE %s %q, in memory %s %q, of\n%v",
					f[0].Name, served.Verdict, broken(served), memory.Verdict, broken(memory), c.Only[0].Program)
			}
			verdicts[fmt.Sprint(f[0].Name, " ", memory.Verdict)]++
		}
	}
	t.Log(verdicts)
}

// broken returns the properties that an outcome has findings of.
func broken(o *evidence.Outcome) (out []models.Property) {
	for _, f := range o.Findings {
		out = append(out, f.Property())
	}
	return out
}

// shares reports whether both have something in common, or neither has anything: of the crash
// states of one fault, which one run may see a sample of that the other does not, some may
// break a property more.
func shares(a, b []models.Property) bool {
	return len(a)+len(b) == 0 || slices.ContainsFunc(a, func(p models.Property) bool { return slices.Contains(b, p) })
}
