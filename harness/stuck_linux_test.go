package harness_test

import (
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestStuckSyncOverFUSE: a program whose syncs are stuck comes to its end on a directory too,
// also where nobody releases them and where the process is killed.
func TestStuckSyncOverFUSE(t *testing.T) {
	for _, f := range []engines.Factory{onDir(), bolt} {
		out, err := harness.Record(f, harness.Config{Profile: crash.StrictPosix()}, raftlog.MustParse(
			"persist 1\nfail call 1 error=stuck times=all\npersist 1\nflush\nreopen\npersist 1\nkill\npersist 1\ncrash lose=everything\n"+
				"concurrently readers=2 reads=3 {\n  persist 1\n  persist 1\n}\nrelease\npersist 1"))
		orNotRun(t, err)
		if out.Failed != nil {
			t.Fatalf("%s: %v", f.Name, out.Failed.Verdict.Violations)
		}
		for _, l := range out.Lives {
			for _, c := range l.Calls {
				if c.Returned == models.Pending || c.Result.Err != "" {
					t.Errorf("%s: %+v", f.Name, c)
				}
			}
			if fired, _ := l.Fired(); !fired {
				t.Errorf("%s: no sync was stuck in\n%v", f.Name, l.Journal.Events)
			}
		}
		noChildren(t)
	}
}

var hastyOnDir = onDirOf(harness.HastyFactory)

// onDirOf returns an engine on a file system value as one on a real directory.
func onDirOf(in engines.Factory) engines.Factory {
	out := in
	out.Name, out.Needs = in.Name+"-on-dir", engines.NeedsDir
	out.Open = func(env engines.Env) (engines.StorageEngine, error) {
		return in.Open(engines.Env{FS: afero.NewOsFs(), Dir: env.Dir})
	}
	return out
}

// TestAcknowledgedUnderStuckSyncOverFUSE: an engine on a directory that acknowledges what a
// stuck sync covers falls, by the promise of what is acknowledged.
func TestAcknowledgedUnderStuckSyncOverFUSE(t *testing.T) {
	c := harness.Config{Profile: crash.StrictPosix(), Programs: -1, Depth: -1, NoShrink: true, Only: []scenarios.NamedProgram{{
		Name: "stuck", Program: raftlog.MustParse("fail fsync 1 error=stuck\nconcurrently readers=1 reads=2 {\n  persist 1\n}"),
	}}}
	if o := verifyOnDir(t, hastyOnDir, c); !o.Has(models.AckedDurable) {
		t.Errorf("%s, %v, want it refuted by %s", o.Summary(), o.Findings, models.AckedDurable)
	}
	if o := verifyOnDir(t, onDir(), c); o.Verdict != evidence.Held {
		t.Errorf("%s, %v, want it held", o.Summary(), o.Findings)
	}
}
