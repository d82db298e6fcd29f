package evidence

import (
	"errors"
	"slices"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/models"
)

// Failure is a broken promise, with where it shows.
type Failure struct {
	Life *Life
	// State is the crash after which it shows; Live says that it needs none.
	State crash.State
	Live  bool
	// Recovered is what came back, nil if Live.
	Recovered *models.Recovered
	Verdict   models.Verdict
	// Corruption is what went wrong with what the crash left; nil for nothing.
	Corruption *corrupt.Corruption
}

// IsCorruption reports whether something went wrong with what was stored.
func (f *Failure) IsCorruption() bool { return f.Corruption != nil || f.Life.Harm != nil }

// Property returns the first of the broken properties.
func (f *Failure) Property() models.Property { return f.first().Property }

// Sentence says what was acknowledged when, and what came back.
func (f *Failure) Sentence() string { return f.first().Sentence }

func (f *Failure) first() (v models.Violation) {
	if len(f.Verdict.Violations) > 0 {
		v = f.Verdict.Violations[0]
	}
	return v
}

// Hangs reports whether the failure is a hang, of a recovery or of a call.
func (f *Failure) Hangs() bool {
	if f.Recovered.Hung() {
		return true
	}
	return f.Live && slices.ContainsFunc(f.Life.Calls, func(c models.Call) bool {
		return c.Result.Failure.Hung() || c.Result.Recovered.Hung()
	})
}

// Left returns what a close left, if that is the failure, nil if it is not.
func (f *Failure) Left() []string {
	if f.Property() != models.CloseReleases {
		return nil
	}
	for _, c := range f.Life.Calls {
		if c.Result.Left != nil && slices.Contains(f.first().Calls, c.ID) {
			return c.Result.Left
		}
	}
	if f.Recovered == nil {
		return nil
	}
	return f.Recovered.Left
}

// Lost returns the effects that the crash lost, none if Live.
func (f *Failure) Lost() []crash.EffectID {
	if f.Live {
		return nil
	}
	return f.Life.Crashes().Lost(f.State)
}

// Culprits describes what the crash lost.
func (f *Failure) Culprits() []Culprit {
	out := []Culprit{}
	for _, id := range f.Lost() {
		e := f.Life.Crashes().Effect(id)
		c := Culprit{
			Effect: id, What: e.What, Event: e.Event,
			Call: f.Life.Journal.Events[e.Event].Call, Frames: f.Life.FramesAt(e.Event),
		}
		if t, ok := f.State.Tear(id); ok {
			c.Torn = t.Words()
		}
		out = append(out, c)
	}
	return out
}

// Image returns what the crash left on the disk. A failure that needs no crash has
// none: it fails with [ErrNoCrash].
func (f *Failure) Image() (*faultfs.Image, error) {
	if f.Live {
		return nil, ErrNoCrash
	}
	image, err := f.Life.Image(f.State)
	if err != nil || f.Corruption == nil {
		return image, err
	}
	return f.Corruption.Of(image)
}

// IsFirst reports whether a verdict fails first for the property.
func IsFirst(v models.Verdict, p models.Property) bool {
	return v.Outcome == models.Fail && len(v.Violations) > 0 && v.Violations[0].Property == p
}

// ErrNoCrash reports a case that needs no crash where one is wanted.
var ErrNoCrash = errors.New("the finding needs no crash")
