package evidence_test

import (
	"fmt"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/raftlog"
)

// TestMarkFaulted: a call is marked by the faults that fired in it, overlapping ones alike,
// and those after it until the engine was opened again.
func TestMarkFaulted(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	l := evidence.FirstLife(crash.StrictPosix(), raftlog.Contract{}, d.Image())
	flush, persist := &raftlog.Op{Kind: raftlog.Flush}, &raftlog.Op{Kind: raftlog.Persist}
	id := 0
	begin := func(op models.Op) int {
		id++
		l.Calls = append(l.Calls, models.Call{ID: id, Op: op, Invoked: d.Invoke(id)})
		return id
	}
	end := func(id int) { l.Calls[id-1].Returned = d.Return(id) }
	fails := func() {
		if err := d.Arm(fault.Fault{Call: fault.Create, Nth: 1, Times: 1}); err != nil {
			t.Fatal(err)
		}
		if err := afero.WriteFile(d, "f", nil, 0o644); err == nil {
			t.Fatal("the fault did not fire")
		}
	}
	end(begin(flush))
	a, b := begin(persist), begin(flush)
	fails()
	end(a)
	end(b)
	end(begin(flush))
	reopen := begin(models.Reopen)
	end(reopen)
	l.Calls[reopen-1].Result.Recovered = &models.Recovered{}
	end(begin(flush))
	fails() // between calls, as a background thread's
	end(begin(flush))
	begin(persist)
	d = d.Kill()
	restart := begin(models.Crash)
	fails()
	end(restart)
	l.Calls[restart-1].Result.Recovered = &models.Recovered{Failure: &models.Failure{}}
	end(begin(models.Crash))
	l.MarkFaulted(d.Journal())
	var got []string
	for _, c := range l.Calls {
		got = append(got, fmt.Sprint(c.Faulted, " ", c.AfterFault))
	}
	want := []string{
		"false false", "true false", "true false", "false true", "false true", "false false",
		"false true", "false true", "true true", "false true",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestFaultsLeft: the disk after a power failure has what is left of faults and of space
// at the moment of the crash.
func TestFaultsLeft(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{Faults: []fault.Fault{
		{Call: fault.Create, Nth: 1, Times: 1}, {Call: fault.Fsync, Nth: 3, Times: 2}, {Call: fault.Remove, Nth: 1, Times: fault.Forever},
	}})
	l := evidence.FirstLife(crash.StrictPosix(), raftlog.Contract{}, d.Image())
	if err := afero.WriteFile(d, "f", nil, 0o644); err == nil {
		t.Fatal("the fault did not fire")
	}
	d.LimitSpace(100)
	f, err := d.Create("f")
	if err == nil {
		_, err = f.WriteString("0123456789")
	}
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		t.Fatal(err)
	}
	time := len(d.Journal().Events)
	_ = f.Sync()
	_ = f.Sync()
	l.End(raftlog.Contract{}, d.Journal())
	left, space := l.AfterPowerFailure(crash.State{Point: time}).FaultsLeft()
	if got, want := fmt.Sprint(left), "[fsync 2 times=2 remove 1 times=all]"; got != want {
		t.Errorf("got faults %s, want %s", got, want)
	}
	if !space.Limited || space.LeftBytes != 90 {
		t.Errorf("got space %+v, want 90 bytes", space)
	}
	if left, space := l.FaultsLeft(); left != nil || space.Limited {
		t.Errorf("a first life: got faults %v, space %+v", left, space)
	}
}
