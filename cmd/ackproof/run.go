package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/reports"
)

func newRun(all builtin.List) *cobra.Command {
	var s settings
	c := &cobra.Command{
		Use:   "run [engine...] [-- program [argument...]]",
		Short: "Explore the crash states of engines and judge what they recover",
		Long: `Run explores the crash states of each engine under each profile. It runs the
seed corpus, the named programs and generated programs, and stops at the first
program that refutes the engine.

An engine is a name that "ackproof engines" lists, "all" for the engines that
must hold (the default), or "canary/all" for those with a planted bug. A command
after two dashes starts an engine in any language, which speaks the protocol of
docs/PROTOCOL.md. The same seed gives the same outcome, unless --budget cuts the
run short or the engine has threads of its own.

Engines on real directories run in worker processes over FUSE. Where FUSE is not
available, they are not run; ACKPROOF_REQUIRE=fuse turns that into a failure.`,
		Example: `  ackproof run
  ackproof run file pebble --profile all --seed 7
  ackproof run file --profile strict-posix,tear-bytes=yes
  ackproof run canary/all --expect
  ackproof run -- python3 examples/python-log/log.py`,
		RunE: running(func(c *cobra.Command, args []string) error {
			r, err := newSession(c, all, s, args)
			if err != nil {
				return err
			}
			return r.run(c.Context())
		}),
	}
	s.register(c.Flags())
	return c
}

// session runs jobs and writes what comes of them.
type session struct {
	settings
	jobs     *jobQueue
	out, err io.Writer
	command  string // flags that repeat the run
	table    reports.Table
	total    total
	ci       *ci
	outcomes *outcomes
}

// newSession checks all that the user said before anything runs.
func newSession(c *cobra.Command, all builtin.List, s settings, names []string) (*session, error) {
	config, err := s.config()
	if err != nil {
		return nil, err
	}
	r := &session{
		settings: s, out: c.OutOrStdout(), err: c.ErrOrStderr(), command: changedFlags(c.Flags()),
		jobs: &jobQueue{config: config, expect: s.expect, progress: newProgress(c.ErrOrStderr())},
	}
	list, err := chosen(all, names, c.ArgsLenAtDash())
	if err != nil {
		return nil, err
	}
	if r.jobs.jobs, err = s.jobs(list); err != nil {
		return nil, err
	}
	for _, j := range r.jobs.jobs {
		r.table.EngineWidth = max(r.table.EngineWidth, len(j.engine.Name))
		r.table.ProfileWidth = max(r.table.ProfileWidth, len(j.profile.Name))
	}
	if err := checkOut(s.outDir); err != nil {
		return nil, err
	}
	r.ci, r.outcomes = newCI(s, r.jobs.jobs, r.showAgain), newOutcomes(s.outDir, c.Flags())
	return r, errors.Join(r.outcomes.begin(), r.ci.begin())
}

// jobs returns each engine under each profile, as far as anything is expected of
// it there if that is what is asked for.
func (s *settings) jobs(list builtin.List) ([]job, error) {
	profiles, err := parseProfiles(s.profiles)
	if err != nil {
		return nil, err
	}
	var out []job
	for _, e := range list {
		for _, p := range profiles {
			if !s.expect || e.Expect.Under(p.Name) {
				out = append(out, job{e, p})
			}
		}
	}
	if len(out) == 0 {
		return nil, usage(errors.New("--expect: nothing is expected of these engines under these profiles"))
	}
	return out, nil
}

func (r *session) run(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// A second interrupt ends the process, whatever it does.
	defer context.AfterFunc(ctx, stop)()
	stopProfile, err := startProfile(r.cpuProfile)
	if err != nil {
		return err
	}
	defer stopProfile()
	began := time.Now()
	if r.budget > 0 {
		r.jobs.deadline = began.Add(r.budget)
	}
	if err := r.begin(); err != nil {
		return err
	}
	r.jobs.progress.start(len(r.jobs.jobs))
	err = r.each(r.jobs.start(ctx))
	r.jobs.progress.stop()
	if err != nil {
		return err
	}
	return r.end(time.Since(began))
}

// begin writes the seed and the configuration before anything runs.
func (r *session) begin() error {
	if _, err := fmt.Fprintln(r.notices(), r.resolved()); err != nil || r.json {
		return err
	}
	return r.table.Heading(r.out)
}

// notices returns where to write what is no result.
func (r *session) notices() io.Writer {
	if r.json {
		return r.err
	}
	return r.out
}

// each writes the results in the order of the jobs.
func (r *session) each(results []chan done) error {
	for i, result := range results {
		d := <-result
		if errors.Is(d.err, errNotBegun) {
			continue
		}
		if errors.Is(d.err, harness.ErrNotRun) && !harness.Required("fuse") {
			r.total.notRun++
			if _, err := fmt.Fprintf(r.err, "NOT RUN: %v (ACKPROOF_REQUIRE=fuse makes this a failure)\n", d.err); err != nil {
				return err
			}
			continue
		}
		if d.err != nil {
			return errors.Join(d.err, r.ci.fail(r.jobs.jobs[i], d.err))
		}
		if err := r.jobs.progress.printAbove(func() error { return r.result(d.Result) }); err != nil {
			return err
		}
	}
	return nil
}

// result keeps and writes one result.
func (r *session) result(result reports.Result) (err error) {
	if !r.expect || !result.AsExpected {
		result.Bundles, err = keep(r.outDir, result.Findings)
	}
	// A full disk keeps nobody from reading what was found.
	return errors.Join(r.write(result), err)
}

func (r *session) write(result reports.Result) error {
	r.total.add(result)
	report := reports.New(result)
	return errors.Join(r.show(report), r.ci.add(result, report), r.outcomes.add(report, result.Bundles))
}

func (r *session) show(report reports.Report) error {
	if !r.json {
		return r.text(report)
	}
	if !r.timings {
		report.Seconds = 0
	}
	return reports.WriteJSON(r.out, report)
}

func (r *session) text(report reports.Report) error {
	if err := r.table.Line(r.out, report); err != nil || r.expect && report.AsExpected {
		return err
	}
	return reports.WriteFindings(r.out, report)
}

// end writes the sums, the command that makes a page of the findings and, as the
// last line, the one that shows the first finding again.
func (r *session) end(took time.Duration) error {
	if err := r.ci.end(r.notices()); err != nil {
		return err
	}
	planned := len(r.jobs.jobs)
	if _, err := fmt.Fprintf(r.notices(), "\n%s\n", r.total.line(planned, took)); err != nil {
		return err
	}
	for _, command := range []string{r.outcomes.command(), r.again()} {
		if command == "" {
			continue
		}
		if _, err := fmt.Fprintln(r.notices(), command); err != nil {
			return err
		}
	}
	return verdict(r.total.code(r.expect, planned))
}

// program returns the part of a command that says the program of an engine, "" if
// it is none.
func (r *session) program(engine string) string {
	for _, j := range r.jobs.jobs {
		if j.engine.Name == engine && j.engine.Program != nil {
			words := make([]string, len(j.engine.Program))
			for i, arg := range j.engine.Program {
				words[i] = plain.ShellWord(arg)
			}
			return " -- " + strings.Join(words, " ")
		}
	}
	return ""
}

// again returns the command that shows the first finding again, or that repeats
// the first job that was not as expected; "" if all is well.
func (r *session) again() string {
	first := r.total.first
	switch {
	case first == nil || r.expect && r.total.unexpected == 0:
		return ""
	case len(first.Bundles) > 0:
		return "ackproof replay " + plain.ShellWord(first.Bundles[0]) + r.program(first.Engine)
	case r.program(first.Engine) != "":
		return fmt.Sprintf("ackproof run --profile=%s%s%s", first.Profile, r.command, r.program(first.Engine))
	}
	return fmt.Sprintf("ackproof run %s --profile=%s%s", first.Engine, first.Profile, r.command)
}

// showAgain returns the command that shows a finding again: from its bundle, or by
// the run that found it.
func (r *session) showAgain(report reports.Report, f reports.Finding) string {
	if f.Bundle != "" {
		return "ackproof replay " + plain.ShellWord(f.Bundle)
	}
	return fmt.Sprintf("ackproof run %s --profile=%s%s", report.Engine, report.Profile, r.command)
}
