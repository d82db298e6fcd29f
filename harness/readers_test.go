package harness_test

import (
	"fmt"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/pebblelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// stuckProgram returns a program in which a sync is stuck beside readers.
func stuckProgram(seed int) scenarios.Program {
	return raftlog.MustParse(fmt.Sprintf("persist 3\nfail fsync 1 error=stuck\nfail fdatasync 1 error=stuck\n"+
		"concurrently readers=2 reads=6 flushers=1 seed=%d {\n  persist 1\n  flush\n  persist 1\n}\nrelease\npersist 1\nflush", seed))
}

// TestReadersGoOn: while a sync is stuck readers of engines that claim it return, and all calls
// return in the end. Others, whose readers share a lock with their syncs, are not refuted.
func TestReadersGoOn(t *testing.T) {
	for _, f := range []engines.Factory{
		filelog.Factory(small), filelog.BufferedFactory(small),
		pebblelog.Factory(onPebblefs, pebblelog.Small), pebblelog.BufferedFactory(onPebblefs, pebblelog.Small),
	} {
		beside, blocked := 0, 0
		claims := false
		for seed := range 8 {
			out, err := harness.Record(f, harness.Config{Profile: crash.StrictPosix()}, stuckProgram(seed))
			if err != nil {
				t.Fatal(err)
			}
			if out.Failed != nil {
				t.Errorf("%s, seed %d: %v", f.Name, seed, out.Failed.Verdict.Violations)
				continue
			}
			claims = out.Contract.(logmodel.Contract).ReadersNotBlocked
			for _, c := range out.Lives[0].Calls {
				if c.BesideStuck {
					beside++
				}
				if c.Blocked {
					blocked++
				}
				if c.Returned == models.Pending || c.Faulted {
					t.Errorf("%s, seed %d: %+v", f.Name, seed, c)
				}
			}
		}
		if claims && (beside == 0 || blocked > 0) || !claims && beside+blocked == 0 {
			t.Errorf("%s: %d reads returned while a sync was stuck, and %d waited for it; claimed: %v", f.Name, beside, blocked, claims)
		}
	}
}
