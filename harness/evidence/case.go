package evidence

import (
	"errors"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
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
}

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
		out = append(out, Culprit{
			Effect: id, What: e.What, Event: e.Event, TornBytes: f.State.TornBytes(id),
			Call: f.Life.Journal.Events[e.Event].Call, Frames: f.Life.FramesAt(e.Event),
		})
	}
	return out
}

// Image returns what the crash left on the disk. A failure that needs no crash has
// none: it fails with [ErrNoCrash].
func (f *Failure) Image() (*faultfs.Image, error) {
	if f.Live {
		return nil, ErrNoCrash
	}
	return f.Life.Image(f.State)
}

// Case is a broken promise with its smallest evidence: a finding when it is told, a
// bundle in a file. It holds the journal and not the run, so it replays exactly, even
// for an engine with threads.
type Case struct {
	*Failure
	Engine string
	Seed   Seed
	// Program is the smallest that still shows it; Found is the one that showed
	// it first, by name.
	Program scenarios.Program
	Found   string
	// After is how many states were visited before it showed.
	After int
	// Confirmed says that it came again when replayed; otherwise it is flaky.
	Confirmed bool
	// Signature is the same for cases with one cause, as far as can be told: the
	// property and the kinds of effects that were lost.
	Signature string
	// Explanation leads to the root cause; nil unless the case was confirmed and
	// shrunk.
	Explanation *Explanation
	// Build has the versions of what ran, by module.
	Build map[string]string
}

// Sign completes the case with its signature and the versions of what ran.
func (c *Case) Sign() {
	c.Signature, c.Build = c.signature(), buildInfo()
}

func (c *Case) signature() string {
	name := string(c.Property())
	if c.Live {
		return name + " live"
	}
	var kinds []string
	for _, id := range c.Lost() {
		e := c.Life.Journal.Events[c.Life.Crashes().Effect(id).Event]
		kinds = append(kinds, e.Kind.String()+" "+genericName(e.Path))
	}
	slices.Sort(kinds)
	return strings.Join(append([]string{name}, slices.Compact(kinds)...), ", ")
}

// genericName returns the last part of a path with its digits masked, so that
// files of one role have one name.
func genericName(path string) string {
	base := path[strings.LastIndexByte(path, '/')+1:]
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '#'
		}
		return r
	}, base)
}

// IsFirst reports whether a verdict fails first for the property.
func IsFirst(v models.Verdict, p models.Property) bool {
	return v.Outcome == models.Fail && len(v.Violations) > 0 && v.Violations[0].Property == p
}

// FileName returns a name for the case's bundle.
func (c *Case) FileName() string {
	name := c.Engine + "-" + c.Life.Profile.Name + "-" + string(c.Property()) + ".ackproof"
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("/,= ", r) {
			return '-'
		}
		return r
	}, name)
}

// buildInfo returns the versions of what runs.
func buildInfo() map[string]string {
	info := map[string]string{"go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return info
	}
	info[build.Main.Path] = build.Main.Version
	for _, m := range build.Deps {
		info[m.Path] = m.Version
	}
	return info
}

// ErrNoCrash reports a case that needs no crash where one is wanted.
var ErrNoCrash = errors.New("the finding needs no crash")
