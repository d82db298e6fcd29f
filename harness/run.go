package harness

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
)

// Option changes what [Run] explores.
type Option func(*runOptions)

type runOptions struct {
	config   Config
	profiles []crash.Profile
}

// WithConfig replaces the configuration. Its Profile is not used: see
// [WithProfiles].
func WithConfig(c Config) Option { return func(o *runOptions) { o.config = c } }

// WithProfiles replaces the file systems, which are all of [crash.Profiles]
// otherwise.
func WithProfiles(profiles ...crash.Profile) Option {
	return func(o *runOptions) { o.profiles = profiles }
}

// Run tests whether the engine keeps what it acknowledges, in a subtest for each
// file system profile. A broken promise fails the test with its smallest
// evidence, which is also kept in a bundle that -ackproof.replay checks again.
//
// Run keeps to the test's deadline, explores less with -short, and takes the
// -ackproof.* flags, each with a twin in the environment (ACKPROOF_SEED, ...).
//
// An engine that needs a real directory needs [Main] too. Where no directory can
// be had that loses power, the test is skipped and says why, or fails if
// ACKPROOF_REQUIRE is fuse.
func Run(t *testing.T, f engines.Factory, options ...Option) {
	t.Helper()
	if host.Serving() {
		host.ServeTest(f)
		return // the worker is for another engine
	}
	s, err := readSettings()
	if err != nil {
		t.Fatal(err)
	}
	test := t.Name()
	if s.replay != "" {
		runReplay(t, f, s.replay)
		return
	}
	o := runOptions{profiles: crash.Profiles()}
	for _, option := range options {
		option(&o)
	}
	if s.profile != "" {
		p, err := crash.ParseProfile(s.profile)
		if err != nil {
			t.Fatal(err)
		}
		o.profiles = []crash.Profile{p}
	}
	for i, profile := range o.profiles {
		t.Run(profile.Name, func(t *testing.T) {
			c := s.apply(o.config)
			c.Profile = profile
			p := profileRun{factory: f, config: shorten(c), test: test, outDir: s.outDir, left: len(o.profiles) - i}
			p.run(t)
		})
	}
}

// shorten makes a run small with -short.
func shorten(c Config) Config {
	if !testing.Short() {
		return c
	}
	if c.Programs == 0 {
		c.Programs = 4
	}
	plan := c.Plan.Resolved()
	for i := range plan.Max {
		plan.Max[i] /= 4
	}
	c.Plan = plan
	return c
}

// profileRun is a run under one profile; left is how many profiles are left, this one
// included.
type profileRun struct {
	factory engines.Factory
	config  Config
	test    string // that has the factory
	outDir  string
	left    int
}

func (p profileRun) run(t *testing.T) {
	t.Helper()
	ctx, cancel := p.untilDeadline(t)
	defer cancel()
	c := p.config.resolved()
	t.Logf("engine %s, profile %s, seed %d, %d programs, depth %d", p.factory.Name, c.Profile, c.Seed, len(c.programs()), c.Depth)
	outcome, err := verify(ctx, p.factory, c, c.options(p.test))
	if errors.Is(err, ErrNotRun) && !Required("fuse") {
		t.Skipf("NOTHING WAS TESTED: %v\nACKPROOF_REQUIRE=fuse makes this a failure", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Log(outcome.Summary())
	attributes(t, outcome)
	for _, c := range outcome.Findings {
		p.report(t, c)
	}
	if outcome.Verdict == evidence.Unknown {
		t.Errorf("nothing can be said: %d verdicts unknown, %d states visited", outcome.Tally.Unknown, outcome.Tally.Visited)
	}
}

// untilDeadline returns a context that leaves time to shrink and to report before
// the test's deadline, and to the profiles after this.
func (p profileRun) untilDeadline(t *testing.T) (context.Context, context.CancelFunc) {
	if deadline, ok := t.Deadline(); ok {
		share := time.Until(deadline) * 4 / 5 / time.Duration(p.left)
		if p.config.Budget == 0 || share < p.config.Budget {
			return context.WithTimeout(t.Context(), share)
		}
	}
	return context.WithCancel(t.Context())
}

// report fails the test with the finding and keeps its bundle.
func (p profileRun) report(t *testing.T, c *evidence.Case) {
	t.Helper()
	dir, err := keepingDir(t, p.outDir)
	path := filepath.Join(dir, c.FileName())
	if err == nil {
		err = evidence.WriteCase(path, c)
	}
	if err != nil {
		t.Errorf("%s\nthe bundle cannot be kept: %v", reports.FindingText(c), err)
		return
	}
	test, _, _ := strings.Cut(t.Name(), "/")
	t.Errorf("%s\ngo test -run '^%s$' -args -ackproof.replay=%s", reports.FindingText(c), test, path)
}

// keepingDir returns the directory for a finding: the one that was asked for, or
// the test's artifacts if those are kept, or else one that nobody removes: the
// command that is printed must find the bundle.
func keepingDir(t *testing.T, asked string) (string, error) {
	if asked != "" {
		return asked, os.MkdirAll(asked, 0o755)
	}
	if kept := flag.Lookup("test.artifacts"); kept != nil && kept.Value.String() == "true" {
		return t.ArtifactDir(), nil
	}
	return os.MkdirTemp("", "ackproof-finding-*")
}

// Required reports whether ACKPROOF_REQUIRE, a list of words, has this one: what is
// required is an error where it is missing, and not a reason to test less. It is for
// the project's own tests.
func Required(what string) bool {
	return slices.Contains(strings.FieldsFunc(os.Getenv("ACKPROOF_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }), what)
}

func runReplay(t *testing.T, f engines.Factory, path string) {
	t.Helper()
	was, err := evidence.ReadCase(path)
	if err != nil {
		t.Fatal(err)
	}
	now, err := replay(f, was, t.Name())
	if err != nil {
		t.Fatal(err)
	}
	if now.Verdict.Outcome == models.Pass {
		t.Logf("the finding does not come again: %s held", was.Property())
		return
	}
	var text strings.Builder
	if err := reports.WriteReplay(&text, was, now); err != nil {
		t.Fatal(err)
	}
	t.Error(text.String())
}
