package explain_test

import (
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines/dengine"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/explain"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// What an ordered disk loses along with the culprit is no part of the cause.
func TestLossWithoutWhatCameLater(t *testing.T) {
	engine := dengine.FileSubjects()[0].Factory
	const program = "save-hard-state term=+1 vote=1\npersist 6 size=100\nflush\ntruncate 2\nsave-hard-state term=+1\n"
	recording, err := harness.Record(engine, harness.Config{Profile: crash.Ext4Ordered()}, raftlog.MustParse(program))
	if err != nil {
		t.Fatal(err)
	}
	h, err := host.New(logstore.Of(engine), host.Options{HangAfter: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	recoveries := h.Recoveries()
	defer recoveries.Close()
	fails := func(l *evidence.Life, state crash.State) *evidence.Failure {
		recovered := recoveries.Recover(host.Must(l.Image(state)))
		v := l.Verdict(state.Point, recovered)
		if !evidence.IsFirst(v, models.Prefix) {
			return nil
		}
		return &evidence.Failure{Life: l, State: state, Recovered: recovered, Verdict: v}
	}
	tried := 0
	for c := range recording.Lives[0].Crashes().Walk(plan) {
		found := fails(recording.Lives[0], c.State())
		if found == nil || len(found.Cause().Places) < 3 {
			continue
		}
		tried++
		less := explain.Loss(found, fails, func() bool { return false })
		if p := less.Cause().Places; len(p) != 1 || p[0].File != "log.data" {
			t.Errorf("%v: %s\nwant one place, in the log, of %s", less.State, less.Cause(), found.Cause())
		}
		if less.State.Point > found.State.Point {
			t.Errorf("%v comes after %v", less.State, found.State)
		}
	}
	if tried == 0 {
		t.Error("no state of three places breaks prefix")
	}
}
