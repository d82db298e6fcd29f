package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
)

func newReplay(all builtin.List) *cobra.Command {
	var keepDir string
	c := &cobra.Command{
		Use:   "replay BUNDLE [-- program [argument...]]",
		Short: "Check the finding in a bundle again",
		Long: `Replay builds the files that the bundle's crash left, lets the engine recover
from them, and judges the result. It exits with 1 if the finding comes again, with
0 if the engine now keeps its promise, and with 2 if that cannot be judged. If the
engine is a program, give the command that starts it after two dashes.

With --keep, replay first writes the files that the crash left to a directory, so
that other tools can read them. That needs no engine.`,
		Args: func(c *cobra.Command, args []string) error {
			if dash := c.ArgsLenAtDash(); dash >= 0 {
				args = args[:dash]
			}
			return cobra.ExactArgs(1)(c, args)
		},
		RunE: running(func(c *cobra.Command, args []string) error {
			return replay(c, all, args[0], args[1:], keepDir)
		}),
	}
	c.Flags().StringVar(&keepDir, "keep", "", "write the files that the crash left to `DIR`, which must be empty or new")
	return c
}

// replay checks the bundle at path, with a program for its engine if there is one,
// and keeps the crash's files in a directory if one is named.
func replay(c *cobra.Command, all builtin.List, path string, program []string, keepDir string) error {
	was, err := evidence.ReadCase(path, builtin.Kinds()...)
	if err != nil {
		return usage(err)
	}
	if keepDir != "" {
		if err := keepImage(c.OutOrStdout(), was, path, keepDir); err != nil {
			return err
		}
	}
	engine, err := engineOf(was, all, path, program)
	if err != nil {
		return err
	}
	now, err := harness.ReplaySubject(engine.Factory, was)
	if err != nil {
		return err
	}
	if err := reports.WriteReplay(c.OutOrStdout(), was, now); err != nil {
		return err
	}
	return verdict(replayCode(now.Verdict.Outcome))
}

// engineOf returns the engine to replay a bundle with.
func engineOf(b *evidence.Case, all builtin.List, path string, program []string) (builtin.Engine, error) {
	if len(program) > 0 {
		return programEngine(program)
	}
	found, err := all.Find(b.Engine)
	if err != nil {
		return builtin.Engine{}, usage(fmt.Errorf("%s: %w: if the engine is yours, replay the bundle with its test: "+
			"go test -args -ackproof.replay=%s; if it is a program: ackproof replay %s -- program", path, err, path, path))
	}
	return found[0], nil
}

func replayCode(o models.Outcome) int {
	switch o {
	case models.Pass:
		return exitHeld
	case models.Fail:
		return exitRefuted
	}
	return exitUnknown
}
