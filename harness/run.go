package harness

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject"
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
// file system profile. A broken promise is logged in one line as soon as it is
// confirmed. In the end it fails the test with its smallest evidence, which is also kept
// in a bundle that -ackproof.replay checks again.
//
// A fault that never fires, of a program that the configuration or -ackproof.program gives,
// fails the test: nothing was tested of it.
//
// Run keeps to the test's deadline, of which each profile gets an equal share. Whatever
// that cuts short is unknown, and is skipped, or fails if ACKPROOF_REQUIRE is complete.
// With -short Run plans less. SIGINT and SIGTERM end it as the deadline does, and fail
// the test; a second one ends the process. Run takes the -ackproof.* flags, each with a
// twin in the environment (ACKPROOF_SEED, ...).
//
// An engine that needs a real directory needs [Main] too. Where no directory can
// be had that loses power, the test is skipped and says why, or fails if
// ACKPROOF_REQUIRE is fuse.
func RunSubject(t *testing.T, f subject.Factory, options ...Option) {
	t.Helper()
	o := runOptions{profiles: crash.Profiles()}
	for _, option := range options {
		option(&o)
	}
	f, err := o.config.opened(f)
	if err != nil {
		t.Fatal(err)
	}
	if host.Serving() {
		host.ServeTest(f)
		return // the worker is for another engine
	}
	s, err := readSettings()
	if err = cmp.Or(err, checkCoverProfile(s.coverProfile)); err != nil {
		t.Fatal(err)
	}
	test := t.Name()
	if s.replay != "" {
		runReplay(t, f, s)
		return
	}
	if o.config, err = s.apply(f.Kind.Language, o.config); err != nil {
		t.Fatal(err)
	}
	if s.profile != "" {
		p, err := crash.ParseProfile(s.profile)
		if err != nil {
			t.Fatal(err)
		}
		o.profiles = []crash.Profile{p}
	}
	unseen, recoveries := unseenEverywhere{}, evidence.RecoveryCoverage{}
	for i, profile := range o.profiles {
		t.Run(profile.Name, func(t *testing.T) {
			c := o.config
			c.Profile, c.Quick = profile, c.Quick || testing.Short()
			p := profileRun{factory: f, config: c, test: test, outDir: s.outDir, left: len(o.profiles) - i, recoveries: &recoveries}
			unseen.add(p.run(t))
		})
	}
	for _, k := range unseen.of(len(o.profiles)) {
		t.Logf("known, and it did not show under any profile: %s", k)
	}
	if len(o.profiles) > 1 && CountsRecoveries() == nil {
		t.Logf("under all profiles together: %s", recoveries.Text())
	}
	if s.coverProfile != "" {
		if err := keepCoverage(s.coverProfile, &recoveries); err != nil {
			t.Error(err)
		}
	}
}

// unseenEverywhere counts the profiles under which a known cause did not show.
type unseenEverywhere map[string]int

func (u unseenEverywhere) add(o *evidence.Outcome) {
	if o == nil {
		return
	}
	for _, k := range o.UnseenKnown {
		u[k.String()]++
	}
}

// of returns the known causes that did not show under that many profiles.
func (u unseenEverywhere) of(profiles int) []string {
	var out []string
	for k, n := range u {
		if n == profiles {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func runReplay(t *testing.T, f subject.Factory, s settings) {
	t.Helper()
	was, err := evidence.ReadCase(s.replay, f.Kind)
	if err != nil {
		t.Fatal(err)
	}
	now, err := replay(f, was, s.hangAfter, t.Name())
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
