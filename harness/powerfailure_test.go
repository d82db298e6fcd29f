package harness_test

import (
	"fmt"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// recorded runs a program on an engine.
func recorded(t *testing.T, f engines.Factory, p crash.Profile, program string) *harness.Recording {
	t.Helper()
	r, err := harness.Record(f, harness.Config{Profile: p}, raftlog.MustParse(program))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// eventsIn returns the times right after the events of the last call of a life.
func eventsIn(l *evidence.Life) (times []int) {
	last := l.Calls[len(l.Calls)-1]
	for time := last.Invoked; time < last.Returned; time++ {
		if !l.Journal.Events[time].IsMark() {
			times = append(times, time+1)
		}
	}
	return times
}

// TestCrashInCall: a crash in a call leaves what a disk left that had power until right after
// the event, and the call pending; one beyond the last event leaves the call returned.
func TestCrashInCall(t *testing.T) {
	for _, test := range []struct {
		engine engines.Factory
		calls  []string
	}{
		{filelog.Factory(small), []string{"persist 3 size=700", "save-hard-state term=+1", "purge 2"}},
		{unsynced(), []string{"persist 3 size=700", "save-hard-state term=+1"}},
		{slottedOn("sound", clearsAll), []string{"persist 3 size=700"}}, // three writes, one sync
	} {
		for _, p := range []crash.Profile{crash.Ext4Ordered(), crash.StrictPosix()} {
			for _, call := range test.calls {
				events := eventsIn(recorded(t, test.engine, p, "persist 4\n"+call).Lives[0])
				for n := 1; n <= len(events)+1; n++ {
					for _, loss := range []string{"nothing", "everything", "sample:3"} {
						step := fmt.Sprintf("crash in %s after event %d lose=%s", call, n, loss)
						r := recorded(t, test.engine, p, "persist 4\n"+step+"\npersist 1")
						wantCrashAt(t, test.engine.Name+", "+step, r, events, n, loss)
					}
				}
			}
		}
	}
}

func wantCrashAt(t *testing.T, what string, r *harness.Recording, events []int, n int, loss string) {
	t.Helper()
	first, state := r.Lives[0], crash.State{}
	switch {
	case len(r.Lives) == 2:
		state = r.Lives[1].Crash
	case r.Failed != nil && !r.Failed.Live: // the engine did not recover well
		state = r.Failed.State
	default:
		t.Fatalf("%s: got %d lives, %v", what, len(r.Lives), r.Failed)
	}
	if err := first.Crashes().Check(state); err != nil {
		t.Errorf("%s: %v", what, err)
	}
	last := first.Calls[len(first.Calls)-1]
	if returned := state.Point > last.Returned; returned != (n > len(events)) {
		t.Errorf("%s: the crash came at %d, the call returned at %d", what, state.Point, last.Returned)
	}
	if loss == "sample:3" {
		return
	}
	time := len(first.Journal.Events)
	if n <= len(events) {
		time = events[n-1]
	}
	short := crash.NewSpace(&journal.Journal{Base: first.Journal.Base, Events: first.Journal.Events[:time]}, first.Profile)
	want, err := short.Image(crash.State{Point: time, Lost: loss == "everything"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := first.Image(state)
	if err != nil || got.Hash() != want.Hash() {
		t.Errorf("%s: got %v\n%v\nwant what a disk leaves without power from time %d on\n%v", what, err, got, time, want)
	}
}

// TestCrashInCallHolds: the model takes the call for pending, so that a sound engine holds.
func TestCrashInCallHolds(t *testing.T) {
	var program string
	for n := range 12 {
		loss := []string{"nothing", "everything", fmt.Sprintf("sample:%d", n)}[n%3]
		program += fmt.Sprintf("crash in persist 3 back=1 size=700 after event %d lose=%s\nsave-hard-state term=+1\n", n+1, loss)
	}
	c := harness.Config{Only: one(program), Depth: -1}
	for _, p := range someProfiles() {
		c.Profile = p
		if o := verify(t, filelog.Factory(small), c); o.Verdict != evidence.Held || o.Tally.Lives != 13 {
			t.Errorf("%s\n%v", o.Summary(), o.Findings)
		}
	}
}

// TestCrashInCallIsOffered: where the engine does not offer the call the crash comes all the
// same.
func TestCrashInCallIsOffered(t *testing.T) {
	f := slottedOn("no-purge", clearsAll)
	r := recorded(t, f, crash.Ext4Ordered(), "persist 2\ncrash in purge 1 after event 1 lose=everything\npersist 1")
	if len(r.Lives) != 2 || r.Failed != nil || len(r.Lives[0].Calls) != 1 {
		t.Errorf("got %d lives and %v, want a crash after the persist", len(r.Lives), r.Failed)
	}
}
