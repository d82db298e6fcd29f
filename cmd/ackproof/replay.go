package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
)

func newReplay(all builtin.List) *cobra.Command {
	var keepDir, recoverWith string
	c := &cobra.Command{
		Use:   "replay BUNDLE [-- program [argument...]]",
		Short: "Check the finding in a bundle again",
		Long: `Replay builds the files that the bundle's crash left, lets the engine recover
from them, and judges the result. It exits with 1 if the finding comes again, with
0 if the engine now keeps its promise, and with 2 if that cannot be judged. If the
engine is a program, give the command that starts it after two dashes. If another
program opens what the engine wrote, give its command to --recover-with, as in the
run: no command is taken from a bundle.

With --keep, replay first writes the files that the crash left to a directory, so
that other tools can read them. That needs no engine.`,
		Args: func(c *cobra.Command, args []string) error {
			if dash := c.ArgsLenAtDash(); dash >= 0 {
				args = args[:dash]
			}
			return oneArgument("a bundle")(c, args)
		},
		RunE: running(func(c *cobra.Command, args []string) error {
			return replay(c, replaying{all, args[0], args[1:], recoverWith}, keepDir)
		}),
	}
	c.Flags().StringVar(&keepDir, "keep", "", "write the files that the crash left to `DIR`, which must be empty or new")
	c.Flags().StringVar(&recoverWith, "recover-with", "", "the `ENGINE` that opens what the bundle's engine wrote, a name or a command in quotes, if the bundle does not name a built-in one")
	return c
}

// replaying is what a replay was asked for.
type replaying struct {
	all  builtin.List
	path string // of the bundle
	// program is for the bundle's engine, nil for none, and recoverWith says who opens what
	// it wrote, "" for the one that the bundle says.
	program     []string
	recoverWith string
}

// replay checks a bundle, and keeps the crash's files in a directory if one is named.
func replay(c *cobra.Command, r replaying, keepDir string) error {
	was, err := evidence.ReadCase(r.path, builtin.Kinds()...)
	if err != nil {
		return usage(err)
	}
	if keepDir != "" {
		if err := keepImage(c.OutOrStdout(), was, r.path, keepDir); err != nil {
			return err
		}
	}
	engine, err := r.engine(was)
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

// engine returns the engine to replay a bundle with.
func (r replaying) engine(b *evidence.Case) (builtin.Engine, error) {
	if b.Handover == nil {
		if r.recoverWith != "" {
			return builtin.Engine{}, usage(fmt.Errorf("--recover-with: the engine of %s opens what it wrote itself: leave it out", r.path))
		}
		return r.writer(b.Engine)
	}
	writer, err := r.writer(b.Handover.Writer)
	if err != nil {
		return builtin.Engine{}, err
	}
	reader, err := r.reader(b.Handover)
	if err != nil {
		return builtin.Engine{}, err
	}
	return openedBy(writer, reader)
}

// writer returns the program that was given, or the built-in engine of a name.
func (r replaying) writer(engine string) (builtin.Engine, error) {
	if len(r.program) > 0 {
		return programEngine(r.program)
	}
	return r.builtin(engine)
}

// reader returns the engine of --recover-with, or the built-in one that the bundle names. It
// runs no command that the bundle holds.
func (r replaying) reader(h *evidence.Handover) (builtin.Engine, error) {
	switch {
	case r.recoverWith != "":
		return readerEngine(r.all, r.recoverWith)
	case h.Program != nil:
		return builtin.Engine{}, usage(fmt.Errorf("%s: what %s wrote is opened by the program %s: if you trust it, add --recover-with=%s",
			r.path, h.Writer, h.Reader, plain.ShellWord(shellCommand(h.Program))))
	}
	return r.builtin(h.Reader)
}

func (r replaying) builtin(engine string) (builtin.Engine, error) {
	found, err := r.all.Find(engine)
	if err != nil {
		return builtin.Engine{}, usage(fmt.Errorf("%s: %w: if the engine is yours, replay the bundle with its test: "+
			"go test -args -ackproof.replay=%s; if it is a program: ackproof replay %s -- program", r.path, err, r.path, r.path))
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
