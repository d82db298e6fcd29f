package harness

import (
	"reflect"
	"testing"

	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestSpareIsUsed: a processor that others gave does work until there is none, or until the
// run's own workers ended, and is spare again.
func TestSpareIsUsed(t *testing.T) {
	s := NewSpare(2)
	s.Give(1)
	left := 3
	s.on(nil, func() bool {
		left--
		return left > 0
	})
	if left != 0 || len(s.free) != 1 {
		t.Errorf("got %d left and %d spare, want 0 and 1", left, len(s.free))
	}
	ended := make(chan struct{})
	close(ended)
	NewSpare(1).on(ended, func() bool { t.Error("there is none"); return false })
}

// TestSpareChangesNothing: the outcome is that of the run's own workers.
func TestSpareChangesNothing(t *testing.T) {
	programs := raftlog.Language.Named()[:6]
	if testing.Short() {
		programs = programs[:2]
	}
	c := Config{Profile: crash.StrictPosix(), Quick: true, Workers: 1, Only: programs}
	var outcomes []any
	for _, spare := range []*Spare{nil, NewSpare(3)} {
		if spare != nil {
			spare.Give(3)
		}
		c.Spare = spare
		out, err := Verify(t.Context(), filelog.Factory(filelog.Options{}), c)
		if err != nil {
			t.Fatal(err)
		}
		outcomes = append(outcomes, out.Summary())
	}
	if !reflect.DeepEqual(outcomes[0], outcomes[1]) {
		t.Errorf("got\n%s, and with spare processors\n%s", outcomes[0], outcomes[1])
	}
}

// TestSpareIsBounded: more processors than there are would never be missed.
func TestSpareIsBounded(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("want a panic")
		}
	}()
	NewSpare(1).Give(2)
}

// TestNothingIsMadeWithoutTime: a run whose time is up before it begins says what it had
// planned, and generates no program.
func TestNothingIsMadeWithoutTime(t *testing.T) {
	const programs = 1 << 30 // they would take a day
	c := Config{Profile: crash.StrictPosix(), Programs: programs, Budget: 1}
	out, err := Verify(t.Context(), filelog.Factory(filelog.Options{}), c)
	if err != nil {
		t.Fatal(err)
	}
	if out.Tally.Planned < programs || out.Tally.Programs != 0 || out.Cut != cutByTime {
		t.Errorf("got %s", out.Summary())
	}
}
