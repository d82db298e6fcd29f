package evidence_test

import (
	"fmt"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestNotFired: those steps are left of which no life has an event, and of some that are
// alike those that wait longest.
func TestNotFired(t *testing.T) {
	program := raftlog.MustParse("fail create 3\nfail create 1\nfail create 1 path=*.log\nfail create 1 lands=yes\n" +
		"fail fsync 1 error=stuck\nspace all\nspace 20\nconcurrently {\n  fail remove 1\n  persist 1\n}\nfail call 7 error=EMFILE times=all")
	steps := evidence.FaultSteps(program)
	if len(steps) != 7 {
		t.Fatalf("got %v, want all but the stuck sync and the space that comes back", steps)
	}
	d := faultfs.NewDisk(faultfs.Config{})
	life := evidence.FirstLife(crash.StrictPosix(), logmodel.Contract{}, d.Image())
	for _, s := range steps[:2] {
		if err := d.Arm(s.Fault); err != nil {
			t.Fatal(err)
		}
	}
	_ = afero.WriteFile(d, "/a", nil, 0o644)
	d.LimitSpace(0)
	_ = afero.WriteFile(d, "/b", []byte("text"), 0o644)
	life.End(logmodel.Contract{}, d.Journal())
	if got, want := fmt.Sprint(evidence.NotFired(steps, []*evidence.Life{life})),
		"[fail create 3 fail create 1 path=*.log fail create 1 lands=yes fail remove 1 fail call 7 error=EMFILE times=all]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := evidence.NotFired(steps, nil); len(got) != len(steps) {
		t.Errorf("got %v without a life, want all", got)
	}
}
