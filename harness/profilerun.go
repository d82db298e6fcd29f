package harness

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/reports"
)

// profileRun is a test's run under one profile; left is how many profiles are left, this
// one included.
type profileRun struct {
	factory subject.Factory
	config  Config
	test    string // that has the factory
	outDir  string // asked for, "" for none
	dir     string // that findings are kept in, "" before the first
	left    int
	// recoveries are those of all profiles.
	recoveries *evidence.RecoveryCoverage
	// files counts the bundles of each property.
	files map[string]int
}

// run explores the engine and returns the outcome, nil if the test ended before.
func (p *profileRun) run(t *testing.T) *evidence.Outcome {
	t.Helper()
	ctx, stop := interruptible(t.Context())
	defer stop()
	ctx, cancel := p.untilDeadline(ctx, t)
	defer cancel()
	p.config.HangAfter = cmp.Or(p.config.HangAfter, hangLimit(ctx))
	c := p.config.resolved()
	c.Found = func(f *evidence.Case) { p.tell(t, f) }
	t.Logf("engine %s, profile %s, seed %d, %s, a hang is %v; planned: %s",
		p.factory.Name, c.Profile, c.Seed, timeText(ctx), c.HangAfter, p.config.Planned(p.factory.Kind))
	outcome, err := verify(ctx, p.factory, c, c.options(p.test))
	if errors.Is(err, ErrNotRun) && !Required("fuse") {
		t.Skipf("NOTHING WAS TESTED: %v\nACKPROOF_REQUIRE=fuse makes this a failure", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if outcome.Coverage != nil {
		p.recoveries.Add(outcome.Coverage)
	}
	t.Log(outcome.Summary())
	t.Log(outcome.Basis())
	attributes(t, outcome)
	for _, c := range outcome.Findings {
		p.report(t, c)
	}
	for _, u := range outcome.Unfired {
		t.Error(u)
	}
	p.unless(t, outcome)
	return outcome
}

// unless says why nothing can be said of the engine, if that is so.
func (p *profileRun) unless(t *testing.T, o *evidence.Outcome) {
	t.Helper()
	switch {
	case o.Verdict == evidence.HarnessBroken:
		t.Errorf("%s, so nothing can be said of the engine: %s", o.Verdict, o.Broken)
	case !o.Undecided() || len(o.Unfired) > 0: // which was said
	case o.Tally.Unknown > 0:
		t.Errorf("nothing can be said: %d verdicts unknown, %d states visited", o.Tally.Unknown, o.Tally.Visited)
	case o.Cut == cutByInterrupt:
		t.Errorf("interrupted: nothing can be said after %d of %d programs", o.Tally.Programs, o.Tally.Planned)
	case Required("complete"):
		t.Errorf("nothing can be said after %d of %d programs: %s, and ACKPROOF_REQUIRE has complete", o.Tally.Programs, o.Tally.Planned, o.Cut)
	default:
		t.Skipf("UNKNOWN: nothing can be said after %d of %d programs: %s\n"+
			"Give it more time (-timeout), plan less (-short or -ackproof.quick), or make this a failure (ACKPROOF_REQUIRE=complete)",
			o.Tally.Programs, o.Tally.Planned, o.Cut)
	}
}

// hangLimit returns when an engine is said to hang if nobody says: sooner than usual
// where the usual limit would take most of the time, or a hang would never be told.
func hangLimit(ctx context.Context) time.Duration {
	const atLeast, parts = 2 * time.Second, 4
	deadline, ok := ctx.Deadline()
	if !ok {
		return hangAfterDefault
	}
	return min(hangAfterDefault, max(time.Until(deadline)/parts, atLeast)).Round(100 * time.Millisecond)
}

// timeText says how long a run may take.
func timeText(ctx context.Context) string {
	deadline, ok := ctx.Deadline()
	if !ok {
		return "no limit on time"
	}
	return fmt.Sprintf("at most %v", time.Until(deadline).Round(100*time.Millisecond))
}

// untilDeadline returns a context that ends with the profile's share of the test's
// time. A part of that is left for what comes after all profiles.
func (p *profileRun) untilDeadline(ctx context.Context, t *testing.T) (context.Context, context.CancelFunc) {
	deadline, ok := t.Deadline()
	if !ok {
		return ctx, func() {}
	}
	left := time.Until(deadline)
	left -= min(max(left/10, 2*time.Second), left/2)
	return context.WithTimeout(ctx, left/time.Duration(p.left))
}

// tell logs a finding as soon as it is confirmed, and keeps its bundle.
func (p *profileRun) tell(t *testing.T, f *evidence.Case) {
	t.Helper()
	dir, err := p.keepingDir(t)
	if err == nil {
		f.File = p.newFile(dir, f)
		err = evidence.WriteCase(f.File, f)
	}
	if err != nil {
		t.Logf("%s (the bundle cannot be kept: %v)", f.Told(f.Life.Profile.Name), err)
		return
	}
	t.Logf("%s (%s)", f.Told(f.Life.Profile.Name), f.File)
}

// report fails the test with a finding, unless it is known, and keeps its bundle as it is
// in the end.
func (p *profileRun) report(t *testing.T, c *evidence.Case) {
	t.Helper()
	if c.Known != nil {
		t.Logf("%s\n(%s)", c.Told(c.Life.Profile.Name), c.Known)
		return
	}
	text := reports.FindingText(c)
	if err := p.keep(t, c); err != nil {
		t.Errorf("%s\nthe bundle cannot be kept: %v", text, err)
		return
	}
	test, _, _ := strings.Cut(t.Name(), "/")
	t.Errorf("%s\nknown if it is in the file of -ackproof.known:\n  %s\ngo test -run '^%s$' -args -ackproof.replay=%s", text, c.Signature, test, c.File)
}

// keep keeps a finding's bundle, where it was told if it was.
func (p *profileRun) keep(t *testing.T, c *evidence.Case) error {
	if c.File == "" {
		dir, err := p.keepingDir(t)
		if err != nil {
			return err
		}
		c.File = p.newFile(dir, c)
	}
	return evidence.WriteCase(c.File, c)
}

// newFile returns a path for a finding's bundle that no other of the run has.
func (p *profileRun) newFile(dir string, f *evidence.Case) string {
	if p.files == nil {
		p.files = map[string]int{}
	}
	property := string(f.Property())
	p.files[property]++
	return filepath.Join(dir, f.FileName(p.files[property]))
}

// keepingDir returns the directory for findings: the one that was asked for, or
// the test's artifacts if those are kept, or else one that nobody removes: the
// command that is printed must find the bundles.
func (p *profileRun) keepingDir(t *testing.T) (dir string, err error) {
	if p.dir != "" {
		return p.dir, nil
	}
	kept := flag.Lookup("test.artifacts")
	switch {
	case p.outDir != "":
		dir, err = p.outDir, os.MkdirAll(p.outDir, 0o755)
	case kept != nil && kept.Value.String() == "true":
		dir = t.ArtifactDir()
	default:
		dir, err = os.MkdirTemp("", "ackproof-findings-*")
	}
	p.dir = dir
	return dir, err
}
