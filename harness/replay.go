package harness

import (
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
)

// Replay returns the case as it is now: it builds the crash's image from the case's
// journal, lets the engine recover from it, and judges the result. A case that needs
// no crash is replayed by running the steps of its life again. The verdict is a pass
// if it does not come again. An error says that the environment failed.
func ReplaySubject(f subject.Factory, c *evidence.Case) (*evidence.Case, error) {
	return replay(f, c, 0, "")
}

func replay(f subject.Factory, c *evidence.Case, hangAfter time.Duration, test string) (now *evidence.Case, err error) {
	defer host.Guard(&err)
	if err := checkHandover(f, c); err != nil {
		return nil, err
	}
	config := Config{Profile: c.Life.Profile, Seed: c.Seed, HangAfter: hangAfter}.resolved()
	h, err := host.New(f, config.options(test))
	if err != nil {
		return nil, err
	}
	defer h.Close()
	again := *c
	again.Explanation = nil
	if c.Live && c.Life.Harm == nil {
		again.Failure, err = replayLive(h, c.Life)
		return &again, err
	}
	r := h.Recoveries()
	defer r.Close()
	if c.IsCorruption() {
		again.Failure, err = recoverCorrupted(h, r, c.Failure)
		return &again, err
	}
	image, err := c.Image()
	if err != nil {
		return nil, err
	}
	recovered := r.Recover(image)
	again.Failure = &evidence.Failure{Life: c.Life, State: c.State, Recovered: recovered, Verdict: c.Life.Verdict(c.State.Point, recovered)}
	return &again, nil
}

// replayLive runs the steps of the last life again.
func replayLive(h host.Host, l *evidence.Life) (*evidence.Failure, error) {
	recording, err := record(h, false, beginning(l), l.Steps)
	if err != nil {
		return nil, err
	}
	again := &evidence.Failure{Life: l, Live: true, Verdict: models.Verdict{Outcome: models.Pass}}
	if recording.Failed != nil {
		again.Verdict, again.Recovered = recording.Failed.Verdict, recording.Failed.Recovered
	}
	return again, nil
}
