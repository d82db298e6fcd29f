package harness_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestGoesOnAfterFaults: after a call that a fault failed the program goes on from what
// the engine has, and no step that a sound engine must refuse comes of it.
func TestGoesOnAfterFaults(t *testing.T) {
	for _, fault := range []string{
		"fail write 1", "fail write 1 error=short", "fail fsync 1", "fail fsync 1 lands=yes", "fail create 1 error=EMFILE",
		"fail call 3 times=2", "fail write 1 error=ENOSPC times=all", "space 0", "space 300", "fail read 1", "fail fsync 1 error=EINTR",
	} {
		program := raftlog.MustParse("persist 3 size=100\nsave-hard-state\n" + fault + "\npersist 4 size=100\nsave-hard-state\n" +
			"replace 1 3 size=100\npurge 1\nspace all\nreopen\npersist 2\nkill\ntruncate 1\nflush")
		out, err := harness.Record(filelog.Factory(small), harness.Config{Profile: crash.StrictPosix()}, program)
		if err != nil {
			t.Fatal(err)
		}
		if out.Failed != nil {
			t.Errorf("%s: %v", fault, out.Failed.Verdict.Violations)
			continue
		}
		l := out.Lives[len(out.Lives)-1]
		if last := l.Calls[len(l.Calls)-1]; last.Op.Word() != "flush" || len(l.Steps) != len(program) {
			t.Errorf("%s: it ended with %v, want that all steps ran", fault, last.Op)
		}
	}
}

// TestFaultsWhileCallsOverlap: a fault in a block marks the calls that overlap it.
func TestFaultsWhileCallsOverlap(t *testing.T) {
	program := raftlog.MustParse("persist 2\nconcurrently flushers=1 flushes=2 readers=1 reads=4 {\n  fail fsync 1 times=2\n  persist 1\n  persist 1\n}\npersist 1")
	out, err := harness.Record(filelog.Factory(small), harness.Config{Profile: crash.StrictPosix()}, program)
	if err != nil || out.Failed != nil {
		t.Fatalf("got %+v, %v", out, err)
	}
	faulted := 0
	for _, c := range out.Lives[0].Calls {
		if c.Faulted {
			faulted++
		}
	}
	if faulted == 0 {
		t.Errorf("no call is marked:\n%v", out.Lives[0].Calls)
	}
}
