package harness

import (
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// pausable is a run of one program.
func pausable() Config {
	return Config{Profile: crash.StrictPosix(), Quick: true, Workers: 2, Only: raftlog.Language.Named()[:1], Pause: new(Pause)}
}

// TestPause: a run that is paused visits nothing, and goes on, however often it waits, to the
// outcome that it would have had.
func TestPause(t *testing.T) {
	verify := func(c Config) *evidence.Outcome {
		out, err := Verify(t.Context(), filelog.Factory(filelog.Options{}), c)
		if err != nil {
			t.Error(err)
		}
		return out
	}
	want := verify(pausable()).Summary()
	c := pausable()
	c.Progress = new(Progress)
	c.Pause.Begin()
	ended := make(chan *evidence.Outcome)
	go func() { ended <- verify(c) }()
	select {
	case <-ended:
		t.Fatal("it did not wait")
	case <-time.After(100 * time.Millisecond):
	}
	if n := c.Progress.Snapshot().Visited; n > 0 {
		t.Errorf("visited %d states, want none", n)
	}
	for {
		c.Pause.End()
		select {
		case got := <-ended:
			if got.Summary() != want {
				t.Errorf("got\n%s, and without a pause\n%s", got.Summary(), want)
			}
			return
		case <-time.After(10 * time.Millisecond):
			c.Pause.Begin()
		}
	}
}

// TestPausedWhenTimeIsUp: a run ends with its time though nobody lets it go on.
func TestPausedWhenTimeIsUp(t *testing.T) {
	c := pausable()
	c.Budget = 200 * time.Millisecond
	c.Pause.Begin()
	out, err := Verify(t.Context(), filelog.Factory(filelog.Options{}), c)
	if err != nil {
		t.Fatal(err)
	}
	if out.Cut != cutByTime {
		t.Errorf("got %q, want %q", out.Cut, cutByTime)
	}
}
