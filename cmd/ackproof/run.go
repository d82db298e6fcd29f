package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/reports"
)

func newRun(all builtin.List) *cobra.Command {
	var s settings
	c := &cobra.Command{
		Use:   "run [engine...] [-- program [argument...]]",
		Short: "Explore the crash states of engines and judge what they recover",
		Long: `Run explores the crash states of each engine under each profile. It runs the
first open, the seed corpus, the named programs and generated programs, in
rounds: the likeliest states of every program come first, the whole plan last.

A finding is told as soon as it is confirmed. Then the run goes on: it finds each
cause once, at most --findings of them, and makes the findings small. --until ends
it earlier. An engine with a planted bug ends when that bug is found, and one with
documented weaknesses when all of them are.

An engine held if all that was planned was explored and no promise was broken. A
run that --budget, --states or an interrupt cuts short is unknown, unless it has a
finding. --quick plans less. ACKPROOF_REQUIRE=complete makes a run that was cut
short a failure. A run is unknown too if a fault of the program of --program never
fired, as nothing was tested of it.

A cause that is in the file of --known fails nothing: a run with known causes only
exits with 0. What a refuted run prints as the signature of a finding is the line
to add to that file.

--recover-with has another engine of the same kind, a name or a command in quotes,
open what a power failure or a clean close left, and go on from a power failure.

An engine is a name that "ackproof engines" lists, "all" for the engines that
must hold (the default), "canary/all" for those with a planted bug, or "dengine/all"
for those whose weaknesses are documented. A command after two dashes starts an
engine in any language, which speaks the protocol of docs/PROTOCOL.md. The same seed
gives the same outcome, unless --budget cuts the run short or the engine has threads
of its own. An interrupt ends the run with what was found so far; a second one ends
it at once.

Engines on real directories run in worker processes over FUSE. Where FUSE is not
available, they are not run; ACKPROOF_REQUIRE=fuse turns that into a failure.`,
		Example: `  ackproof run
  ackproof run file pebble --profile all --seed 7
  ackproof run file --profile strict-posix,tear-bytes=yes
  ackproof run canary/all --expect
  ackproof run file --budget 10m --known known.txt
  ackproof run -- python3 examples/python-log/log.py
  ackproof run --recover-with 'python3 new/log.py' -- python3 old/log.py`,
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
	again    again
	table    reports.Table
	total    total
	// recoveries are those of all engines.
	recoveries evidence.RecoveryCoverage
	ci         *ci
	outcomes   *outcomes
	unkept     error // the first that kept a file from being written
}

// newSession checks all that the user said before anything runs.
func newSession(c *cobra.Command, all builtin.List, s settings, names []string) (*session, error) {
	if err := s.check(); err != nil {
		return nil, usage(err)
	}
	if err := s.checkCoverProfile(); err != nil {
		return nil, usage(err)
	}
	list, err := chosen(all, names, c.ArgsLenAtDash())
	if err != nil {
		return nil, err
	}
	if list, err = s.handOver(all, list); err != nil {
		return nil, err
	}
	config, err := s.config(list.Kinds())
	if err != nil {
		return nil, err
	}
	r := &session{
		settings: s, out: c.OutOrStdout(), err: c.ErrOrStderr(),
		jobs: &jobQueue{config: config, expect: s.expect, progress: newProgress(c.ErrOrStderr())},
	}
	if r.jobs.jobs, err = s.jobs(list); err != nil {
		return nil, err
	}
	for _, j := range r.jobs.jobs {
		r.table.EngineWidth = max(r.table.EngineWidth, len(j.engine.Name))
		r.table.ProfileWidth = max(r.table.ProfileWidth, len(j.profile.Name))
		if len(j.engine.Expect.Documented(j.profile.Name)) > 0 {
			r.table.VerdictWidth = len(reports.AsDocumented)
		}
	}
	if err := checkOut(s.outDir); err != nil {
		return nil, err
	}
	r.jobs.found = (&teller{dir: s.outDir, out: r.notices(), progress: r.jobs.progress}).tell
	r.total.planned = len(r.jobs.jobs)
	r.again = newAgain(changedFlags(c.Flags()), r.jobs.jobs)
	r.ci, r.outcomes = newCI(s, r.jobs.jobs, r.again.finding), newOutcomes(s.outDir, c.Flags())
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
			shows := s.faults != string(harness.FaultsNone) || !e.Expect.Faults
			if !s.expect || shows && e.Expect.Under(p.Name) {
				out = append(out, job{e, p})
			}
		}
	}
	if len(out) == 0 {
		return nil, usage(errors.New("--expect: nothing is expected of these engines under these profiles, with these faults"))
	}
	return out, nil
}

func (r *session) run(ctx context.Context) error {
	ctx, stop := interruptible(ctx)
	defer stop()
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
	if _, err := fmt.Fprintln(r.notices(), r.resolved(r.jobs.config, r.jobs.kinds())); err != nil || r.json {
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

// result keeps and writes one result. A full disk keeps nobody from reading what was
// found, and what is found after that.
func (r *session) result(result reports.Result) (err error) {
	if !r.expect || !result.AsExpected || result.AllKnown() || len(result.Documented) > 0 {
		result.Bundles, err = keep(r.outDir, result.Findings)
	}
	r.total.add(result)
	if result.Coverage != nil {
		r.recoveries.Add(result.Coverage)
	}
	report := reports.New(result)
	err = errors.Join(err, r.ci.add(result, report), r.outcomes.add(report, result.Bundles))
	r.unkept = cmp.Or(r.unkept, err)
	return r.show(report)
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
	return errors.Join(reports.WriteFindings(r.out, report), writeSignatures(r.out, report))
}

// writeSignatures writes the line of each finding that makes it known to later runs.
func writeSignatures(w io.Writer, report reports.Report) error {
	var lines strings.Builder
	for _, f := range report.Findings {
		if !f.Known {
			fmt.Fprintf(&lines, "  %s\n", plain.Text(f.Signature, false))
		}
	}
	if lines.Len() == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "\nsignature, known if it is in the file of --known\n%s", lines.String())
	return err
}

// end writes the sums, the command that makes a page of the findings and, as the
// last line, the one that shows the first finding again.
func (r *session) end(took time.Duration) error {
	if err := r.ci.end(r.notices()); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(r.notices(), "\n%s\n", r.total.line(r.expect, took)); err != nil {
		return err
	}
	for _, k := range r.ci.batch.Unseen() {
		if _, err := fmt.Fprintln(r.notices(), reports.UnseenText+k); err != nil {
			return err
		}
	}
	for _, command := range []string{r.outcomes.command(), r.again.result(r.total.first(r.expect))} {
		if command == "" {
			continue
		}
		if _, err := fmt.Fprintln(r.notices(), command); err != nil {
			return err
		}
	}
	if r.coverProfile != "" {
		r.unkept = cmp.Or(r.unkept, r.recoveries.WriteProfileFile(r.coverProfile))
	}
	if r.unkept != nil {
		return r.unkept
	}
	return verdict(r.total.conclude(r.expect).code)
}
