package evidence

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/models"
)

// LiveReaction returns what an engine made of harm before it was closed, where verdict is that of its
// life, and a sentence on what is wrong, "" for nothing.
func (l *Life) LiveReaction(verdict models.Verdict) (Reaction, string) {
	for _, c := range l.harmedCalls() {
		if c.Result.Failure != nil {
			return Crashed, c.Result.Failure.String()
		}
	}
	if verdict.Outcome == models.Fail {
		return Wrong, sentenceOf(verdict)
	}
	for _, c := range l.harmedCalls() {
		if c.Result.Err != "" && c.Result.Corrupt {
			return Detected, c.Result.Err
		} else if c.Result.Err != "" {
			return Refused, c.Result.Err
		}
	}
	return Masked, ""
}

// harmedCalls returns the calls since the harm.
func (l *Life) harmedCalls() models.History {
	first := slices.IndexFunc(l.Calls, func(c models.Call) bool { return c.ID >= l.Harm.Before })
	if first < 0 {
		return nil
	}
	return l.Calls[first:]
}

// LiveVerdict returns the verdict of what an engine made of harm before it was closed. Only wrong
// data fails.
func (l *Life) LiveVerdict(verdict models.Verdict) models.Verdict {
	reaction, shown := l.LiveReaction(verdict)
	if reaction != Wrong {
		return models.Verdict{Outcome: models.Pass}
	}
	return models.Verdict{Outcome: models.Fail, Violations: models.Broken(models.NoSilentCorruption, verdict.Violations[0].Calls,
		"%s, while the engine was open; it reports nothing, and %s", l.Harm, shown)}
}

// HarmLeft returns what a life with harm would have left without it, and what of the harm is left in
// what it did leave.
func (l *Life) HarmLeft(left *faultfs.Image) (whole *faultfs.Image, still *corrupt.Corruption, err error) {
	if whole, err = l.Image(crash.State{Point: len(l.Journal.Events)}); err != nil {
		return nil, nil, err
	}
	out := l.Harm.Corruption
	out.What += " while the engine was open"
	out.Parts = corrupt.Between(whole, left)
	return whole, &out, nil
}

// StoredAnew judges what an engine shows of all that it wrote in a life with harm: what was read
// wrong may have been written anew, with a checksum of its own.
func (l *Life) StoredAnew(whole *models.Recovered) models.Verdict {
	verdict := l.Verdict(len(l.Journal.Events), whole)
	if whole.Failure != nil || verdict.Outcome != models.Fail {
		return models.Verdict{Outcome: models.Pass}
	}
	return models.Verdict{Outcome: models.Fail, Violations: models.Broken(models.NoSilentCorruption, verdict.Violations[0].Calls,
		"%s, while the engine was open; it reports nothing and stores what it read, and opened on that %s", l.Harm, sentenceOf(verdict))}
}
