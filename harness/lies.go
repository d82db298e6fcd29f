package harness

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
)

// lie is what a disk leaves whose flushes lied.
type lie struct {
	corrupt.Corruption
	state crash.State
}

// lies returns what may be left of a life on a disk whose flushes lie: half of them lost one change
// each, and the others any. There are none of a life that began with a crash, as its file system may
// not allow what was left then.
func (x *exploration) lies(l *evidence.Life, states int) (of *evidence.Corruptible, out []lie) {
	if l.Parent != nil {
		return nil, nil
	}
	lied := l.Lied()
	end := len(lied.Journal.Events)
	image := host.Must(lied.Image(crash.State{Point: end}))
	whole := x.recoverFrom(image)
	if whole.Failure != nil {
		return nil, nil
	}
	older := lied.Older()
	add := func(state crash.State) {
		if what := lied.Lies(state, older); what.What != "" {
			out = append(out, lie{*what, state})
		}
	}
	crashes := lied.Crashes()
	for _, id := range spread(crashes.Lost(crash.State{Point: end, Lost: true}), states/2) {
		if state, ok := crashes.Losing(crash.State{Point: end}, []crash.EffectID{id}); ok {
			add(state)
		}
	}
	for seed := range states - len(out) {
		add(crashes.Sample(end, uint64(seed)))
	}
	return lied.Corruptible(image, whole.View), slices.Clip(out)
}

// recoverLied lets the engine recover from what a lie left.
func (x *exploration) recoverLied(of *evidence.Corruptible, what lie) (evidence.Reaction, string, *evidence.Failure) {
	recovered := x.recoverFrom(host.Must(of.Life.Image(what.state)))
	reaction, shown := of.Reaction(&what.Corruption, recovered)
	if verdict := of.Judge(&what.Corruption, recovered); verdict.Outcome == models.Fail {
		return reaction, shown, &evidence.Failure{Life: of.Life, State: what.state, Corruption: &what.Corruption, Recovered: recovered, Verdict: verdict}
	}
	return reaction, shown, nil
}
