package harness

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// Replayed is what came of checking a bundle's finding again.
type Replayed struct {
	*Bundle
	Verdict models.Verdict
	// Recovered is what the engine recovered now; nil for a finding that takes
	// no crash.
	Recovered *models.Recovered
	// Image is what the crash left; nil for such a finding.
	Image *faultfs.Image
}

// String returns what came back, and whether it is what the bundle says.
func (r *Replayed) String() string {
	if r.Verdict.Outcome == models.Pass {
		return fmt.Sprintf("%s held: the finding does not come again", r.Property)
	}
	out := ""
	for _, v := range r.Verdict.Violations {
		out += fmt.Sprintf("%s: %s\n", v.Property, v.Sentence)
	}
	if !sameCause(r.Verdict, r.Property) {
		out += fmt.Sprintf("the bundle holds another finding: %s: %s\n", r.Property, r.Sentence)
	}
	return out
}

// Same tells whether the finding came again.
func (r *Replayed) Same() bool { return sameCause(r.Verdict, r.Property) }

// Replay builds the crash's image from the journal in the bundle, lets the engine
// recover from it, and judges the result. A finding that takes no crash is
// replayed by running the steps of its life again.
func (b *Bundle) Replay(f engines.Factory) (*Replayed, error) {
	return b.replay(f, Config{})
}

func (b *Bundle) replay(f engines.Factory, config Config) (out *Replayed, err error) {
	defer guard(&err)
	life, profile, err := b.lastLife()
	if err != nil {
		return nil, err
	}
	config.Profile, config.Seed = profile, b.Seed
	config = config.resolved()
	stop, err := config.host(f)
	if err != nil {
		return nil, err
	}
	defer stop()
	if b.Live {
		return b.replayLive(f, config, life)
	}
	out = &Replayed{Bundle: b}
	if out.Image, err = b.imageIn(life, profile); err != nil {
		return nil, err
	}
	r := newRecoverer(f, config)
	defer r.stop()
	out.Recovered = r.recover(out.Image)
	out.Verdict = life.Verdict(b.State.Point, out.Recovered)
	return out, nil
}

// replayLive runs the steps of the last life again.
func (b *Bundle) replayLive(f engines.Factory, c Config, life *Life) (*Replayed, error) {
	recording, err := record(f, c, life.origin(), life.Steps)
	if err != nil {
		return nil, err
	}
	out := &Replayed{Bundle: b, Verdict: models.Verdict{Outcome: models.Pass}}
	if recording.Failed != nil {
		out.Verdict, out.Recovered = recording.Failed.Verdict, recording.Failed.Recovered
	}
	return out, nil
}

// lastLife returns the life that shows the finding, and the profile under which
// it does.
func (b *Bundle) lastLife() (*Life, crash.Profile, error) {
	profile, err := crash.ParseProfile(b.Profile)
	if err != nil {
		return nil, profile, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	life, err := b.life(profile)
	return life, profile, err
}

// imageIn returns what the crash of that life left.
func (b *Bundle) imageIn(life *Life, profile crash.Profile) (*faultfs.Image, error) {
	space := life.spaceUnder(profile)
	if err := space.Check(b.State); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	return space.Image(b.State)
}

// life returns the last of the bundle's lives, with those before as its parents.
func (b *Bundle) life(profile crash.Profile) (*Life, error) {
	if len(b.Lives) == 0 {
		return nil, fmt.Errorf("%w: it holds no life of the engine", ErrBundle)
	}
	var life *Life
	for i, record := range b.Lives {
		journal, err := record.Journal.Journal()
		if err != nil {
			return nil, fmt.Errorf("%w: life %d: %w", ErrBundle, i+1, err)
		}
		next := &Life{
			Parent: life, Crash: record.Crash, Journal: journal, Opened: record.Opened,
			Resumed: record.Resumed, Added: record.Added, Log: record.Log, Recovered: record.Recovered, Calls: record.Calls,
		}
		if next.Steps, err = scenarios.Parse(record.Steps); err != nil {
			return nil, fmt.Errorf("%w: life %d: %w", ErrBundle, i+1, err)
		}
		if err = next.fits(profile); err != nil {
			return nil, fmt.Errorf("%w: life %d: %w", ErrBundle, i+1, err)
		}
		next.Restore(b.Contract)
		life = next
	}
	return life, nil
}

// fits wants the life to begin with a crash of its parent's, and a recovery.
func (l *Life) fits(profile crash.Profile) error {
	switch {
	case l.Parent == nil:
		return nil
	case l.Recovered == nil:
		return errors.New("nothing was recovered")
	}
	return l.Parent.spaceUnder(profile).Check(l.Crash)
}

// buildInfo returns the versions of what ran.
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
