package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines/enginetest"
)

// checkSettings are the flags of check.
type checkSettings struct {
	json      bool
	programs  int
	hangAfter time.Duration
}

func newCheck(all builtin.List) *cobra.Command {
	var s checkSettings
	c := &cobra.Command{
		Use:   "check [engine...] [-- program [argument...]]",
		Short: "Check that engines follow the contract while nothing crashes",
		Long: `Check runs the conformance suite: what each call takes, refuses, discards and
gives back, and what a clean reopen finds. There is a row for each case. The last
one, "model", runs random programs beside a model of the contract. Cases that are
named d-engine/... are those of d-engine's own suites.

An engine is a name that "ackproof engines" lists; the default is "all". A command
after two dashes starts an engine in any language, which speaks the protocol of
docs/PROTOCOL.md. Logs and state machines have a suite each; an engine that is
both has both.

Engines run on a file system in memory, and in real directories. Programs, and
engines that open paths themselves, run in real directories only.

Where cases fail that would not if the engine declined a claim, or did not offer
an operation, check says so. Nothing loses power here: that is for "ackproof run".

Check exits with 0 if no case failed, with 1 if one did, and with 2 if an
interrupt came first.`,
		Example: `  ackproof check
  ackproof check file pebble-machine
  ackproof check -- python3 examples/python-log/log.py`,
		RunE: running(func(c *cobra.Command, args []string) error {
			if err := s.check(); err != nil {
				return usage(err)
			}
			list, err := chosen(all, args, c.ArgsLenAtDash())
			if err != nil {
				return err
			}
			return s.run(c.Context(), list, c.OutOrStdout(), c.ErrOrStderr())
		}),
	}
	f := c.Flags()
	f.BoolVar(&s.json, "json", false, "print one line of JSON for each engine and place")
	f.IntVar(&s.programs, "programs", 100, "number of random programs for each engine and place")
	f.DurationVar(&s.hangAfter, "hang-after", 10*time.Second, "how long one step may take before the engine counts as hung; a tenth of that once one case has hung")
	return c
}

func (s checkSettings) check() error {
	switch {
	case s.programs < 0 || s.programs > programsMax:
		return fmt.Errorf("--programs: got %d, want 0 to %d", s.programs, programsMax)
	case s.hangAfter <= 0:
		return fmt.Errorf("--hang-after: got %v, want more than 0", s.hangAfter)
	}
	return nil
}

// run checks each engine in each place, one after the other.
func (s checkSettings) run(ctx context.Context, list builtin.List, stdout, stderr io.Writer) (err error) {
	ctx, stop := interruptible(ctx)
	defer stop()
	tempDir, err := os.MkdirTemp("", "ackproof-check-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tempDir) }()
	checks, end, err := plan(list, tempDir, s.hangAfter)
	defer end()
	if err != nil {
		return err
	}
	w := newCheckWriter(stdout, stderr, s.json)
	for _, c := range checks {
		if err := s.one(ctx, c, w); err != nil {
			return err
		}
	}
	return w.end(len(checks))
}

// stepMax returns how long a step may take. Of a program package hosted decides which call
// hangs, by what its process does and not by what this one does: the step waits for that, which
// is up to ten times as long where the process gets no processor, and some time to end it.
func (s checkSettings) stepMax(c check) time.Duration {
	const longer = 12
	if c.program {
		return longer * s.hangAfter
	}
	return s.hangAfter
}

// one makes one check. An interrupt is in the report; the checks after it are not begun.
func (s checkSettings) one(ctx context.Context, c check, w *checkWriter) error {
	if ctx.Err() != nil {
		return nil
	}
	if err := w.begin(c); err != nil {
		return err
	}
	o := enginetest.Options{NewEnv: c.newEnv, Programs: s.programs, HangAfter: s.stepMax(c), OwnForm: c.program, Told: w.row}
	if s.programs == 0 {
		o.Programs = -1 // 0 is its default
	}
	report, err := c.examine(ctx, o)
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%v: %w", c, err)
	}
	return w.report(c, report, err == nil)
}
