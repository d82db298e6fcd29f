package evidence_test

import (
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/raftlog"
)

// TestStuckFailsNothing: a sync that is stuck has fired, and marks the calls that it is in
// and those after it as ones that may be refused, not as ones that a fault failed.
func TestStuckFailsNothing(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{Faults: []fault.Fault{{Call: fault.Fsync, Nth: 1, Error: fault.Stuck, Times: 1}}})
	l := evidence.FirstLife(crash.StrictPosix(), raftlog.Contract{}, d.Image())
	for id := 1; id <= 3; id++ {
		l.Calls = append(l.Calls, models.Call{ID: id, Op: &raftlog.Op{Kind: raftlog.Flush}, Invoked: d.Invoke(id)})
		if id == 2 {
			syncStuck(t, d)
		}
		l.Calls[id-1].Returned = d.Return(id)
	}
	l.End(raftlog.Contract{}, d.Journal())
	for i, after := range []bool{false, true, true} {
		if c := l.Calls[i]; c.Faulted || c.AfterFault != after {
			t.Errorf("call %d: got %+v, want after a fault: %v", i+1, c, after)
		}
	}
	if fired, surfaced := l.Fired(); !fired || surfaced {
		t.Errorf("fired is %v and surfaced %v, want true and false", fired, surfaced)
	}
}

// syncStuck makes a sync that is stuck until it is released.
func syncStuck(t *testing.T, d *faultfs.Disk) {
	t.Helper()
	f, err := d.Create("f")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func(f afero.File) { done <- f.Sync() }(f)
	for d.StuckSyncs() == 0 {
	}
	d.Release()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
