package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
)

func newRun(all builtin.List) *cobra.Command {
	var s settings
	c := &cobra.Command{
		Use:   "run [engine...]",
		Short: "Explore the crash states of engines and judge what they recover",
		Long: `Run explores the crash states of each engine under each profile. It runs the
regression corpus, the named programs and generated ones, and stops at the first
program that refutes the engine.

An engine is a name that "ackproof engines" lists, "all" for those that must
hold (the default), or "canary/all" for those with a planted bug. The same seed
gives the same outcome, unless --budget cuts it short.`,
		Example: `  ackproof run
  ackproof run file pebble --profile all --seed 7
  ackproof run file --profile strict-posix,tear-bytes=yes
  ackproof run canary/all --expect`,
		RunE: running(func(c *cobra.Command, args []string) error {
			r, err := newRunning(c, all, s, args)
			if err != nil {
				return err
			}
			return r.run(c.Context())
		}),
	}
	s.register(c.Flags())
	return c
}

// job is one engine under one profile.
type job struct {
	engine  builtin.Engine
	profile faultfs.Profile
}

// runner runs jobs, one after the other, and writes what comes of them.
type runner struct {
	settings
	config   harness.Config
	jobs     []job
	out, err io.Writer
	progress *progress
	command  string // that repeats the run, without the engines and profiles
	table    reports.Table
	deadline time.Time // zero for none
	began    time.Time
	total    total
}

// newRunning checks all that the user said before anything runs.
func newRunning(c *cobra.Command, all builtin.List, s settings, names []string) (*runner, error) {
	config, err := s.config()
	if err != nil {
		return nil, err
	}
	list, err := all.Find(names...)
	if err != nil {
		return nil, usage(err)
	}
	profiles, err := parseProfiles(s.profiles)
	if err != nil {
		return nil, err
	}
	if err := checkOut(s.outDir); err != nil {
		return nil, err
	}
	r := &runner{
		settings: s, config: config, out: c.OutOrStdout(), err: c.ErrOrStderr(),
		progress: newProgress(c.ErrOrStderr()), command: changedFlags(c.Flags()),
	}
	for _, e := range list {
		for _, p := range profiles {
			if !s.expect || e.Expect.Under(p.Name) {
				r.jobs = append(r.jobs, job{e, p})
				r.table.EngineWidth = max(r.table.EngineWidth, len(e.Name))
				r.table.ProfileWidth = max(r.table.ProfileWidth, len(p.Name))
			}
		}
	}
	if len(r.jobs) == 0 {
		return nil, usage(errors.New("--expect: nothing is expected of these engines under these profiles"))
	}
	return r, nil
}

func (r *runner) run(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	stopProfile, err := startProfile(r.cpuProfile)
	if err != nil {
		return err
	}
	defer stopProfile()
	if err := r.begin(); err != nil {
		return err
	}
	for i, j := range r.jobs {
		if ctx.Err() != nil {
			break
		}
		if err := r.job(ctx, j, len(r.jobs)-i); err != nil {
			return err
		}
	}
	// A second interrupt ends the process, whatever it does.
	stop()
	return r.end()
}

// begin writes the seed and the configuration before anything runs.
func (r *runner) begin() error {
	r.began = time.Now()
	if r.budget > 0 {
		r.deadline = r.began.Add(r.budget)
	}
	w := r.out
	if r.json {
		w = r.err
	}
	if _, err := fmt.Fprintln(w, r.resolved()); err != nil || r.json {
		return err
	}
	return r.table.Heading(r.out)
}

// job runs one job; so many are left, it included.
func (r *runner) job(ctx context.Context, j job, left int) error {
	c := r.config
	c.Profile, c.Progress = j.profile, r.progress.show
	if !r.deadline.IsZero() {
		c.Budget = max(time.Millisecond, time.Until(r.deadline)/time.Duration(left))
	}
	r.progress.begin(j.engine.Name, j.profile.Name)
	began := time.Now()
	outcome, err := harness.Verify(ctx, j.engine.Factory, c)
	r.progress.clear()
	if err != nil {
		return err
	}
	result := reports.Result{
		Outcome: outcome, Planted: j.engine.Expect.RefutedBy, AsExpected: j.engine.Expect.Met(outcome),
		Took: time.Since(began),
	}
	if !r.expect || !result.AsExpected {
		result.Bundles, err = r.keep(outcome.Findings)
		if err != nil {
			return err
		}
	}
	r.total.add(result, j)
	return r.report(result)
}

func (r *runner) report(result reports.Result) error {
	if r.json {
		if !r.timings {
			result.Took = 0
		}
		return reports.WriteJSON(r.out, reports.New(result))
	}
	report := reports.New(result)
	if err := r.table.Line(r.out, report); err != nil {
		return err
	}
	if r.expect && result.AsExpected {
		return nil
	}
	return reports.WriteFindings(r.out, report)
}

// end writes the sums and, as the last line, a command that shows the first
// finding again.
func (r *runner) end() error {
	if !r.json {
		if _, err := fmt.Fprintln(r.out, r.total.line(len(r.jobs), time.Since(r.began))); err != nil {
			return err
		}
	}
	if again := r.again(); again != "" {
		w := r.out
		if r.json {
			w = r.err
		}
		if _, err := fmt.Fprintln(w, again); err != nil {
			return err
		}
	}
	return verdict(r.total.code(r.expect, len(r.jobs)))
}

// again returns the command that shows the first finding again, or that repeats
// the first job that was not as expected; "" if all is well.
func (r *runner) again() string {
	switch first := r.total.first; {
	case first == nil || r.expect && r.total.unexpected == 0:
		return ""
	case len(first.Bundles) > 0:
		return "ackproof replay " + shellWord(first.Bundles[0])
	default:
		return fmt.Sprintf("ackproof run %s --profile %s%s", first.Engine, first.Profile, r.command)
	}
}

// total sums up results.
type total struct {
	ran, visited, distinct       int
	refuted, unknown, unexpected int
	// first is the first result that ended badly.
	first *reports.Result
}

func (t *total) add(result reports.Result, j job) {
	t.ran++
	t.visited += result.Tally.Visited
	t.distinct += result.Tally.Distinct
	switch result.Verdict {
	case models.Fail:
		t.refuted++
	case models.Unknown:
		t.unknown++
	}
	if !result.AsExpected {
		t.unexpected++
	}
	if t.first == nil && result.Verdict == models.Fail || !result.AsExpected && (t.first == nil || t.first.AsExpected) {
		t.first = &result
	}
}

// line returns the sums in words.
func (t *total) line(planned int, took time.Duration) string {
	out := fmt.Sprintf("\n%d of %d runs, %d as expected; %d states visited, %d distinct, in %.1f s",
		t.ran, planned, t.ran-t.unexpected, t.visited, t.distinct, took.Seconds())
	if t.ran < planned {
		out += "; interrupted"
	}
	return out
}

// code returns the exit code: what was not seen is never a pass.
func (t *total) code(expect bool, planned int) int {
	missing := t.ran < planned
	switch {
	case expect && t.unexpected > t.unknown, !expect && t.refuted > 0:
		return exitRefuted
	case missing, t.unknown > 0, expect && t.unexpected > 0:
		return exitUnknown
	}
	return exitHeld
}
