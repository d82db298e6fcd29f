package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines/enginebench"
)

func newBench() *cobra.Command {
	b := &bench{commits: journaledCommits}
	c := &cobra.Command{
		Use:   "bench [engine...] [-- program [argument...]]",
		Short: "Measure engines against d-engine's performance targets",
		Long: `Bench measures engines on a real directory. It measures everything --runs times,
each time on a new engine, and prints the median, how many times better than
d-engine's target that is, and a verdict:

  met               better than the target
  within one fsync  a durable call that falls short by less than one fsync of that
                    disk takes
  missed            short of the target by more
  no target         d-engine sets none
  not offered       the engine does not do it
  failed            the engine returned an error, or answered wrongly

It prints how many fsyncs a second the disk makes in the same directory, the
median of probes before each measurement, and what a journal of 500 commits tells:
the fsyncs of each commit, and the bytes written for each entry. The journal is
recorded as "ackproof run" does it: over FUSE for an engine that needs a real
directory.

An engine is one of
` + inLines(builtin.BenchedEngines().Names()) + `
or "all", which is the default. They have the settings that are meant for use, where
those of "ackproof run" are tuned for crash states. A command after two dashes
starts an engine in any language, which speaks the protocol of docs/PROTOCOL.md.

All is done in a new directory below --dir, which is removed at the end, also after
an error or an interrupt. Nothing else should run meanwhile.

It exits with 0 if no target is missed, 1 if one is or an engine fails, 2 after an
interrupt.`,
		Example: `  ackproof bench
  ackproof bench file bbolt --dir /srv/data --runs 9
  ackproof bench -- python3 examples/python-log/log.py`,
		RunE: running(func(c *cobra.Command, args []string) error {
			b.out = c.OutOrStdout()
			return b.run(c.Context(), args, c.ArgsLenAtDash())
		}),
	}
	c.Flags().StringVar(&b.dir, "dir", "", "measure on the disk of `DIR`; empty means that of temporary files")
	c.Flags().IntVar(&b.runs, "runs", 5, "measure everything `N` times, and show the median")
	c.Flags().BoolVar(&b.json, "json", false, "print one line of JSON for each engine")
	c.Flags().BoolVar(&b.markdown, "markdown", false, "print tables for a document in Markdown, after the last engine")
	c.MarkFlagsMutuallyExclusive("json", "markdown")
	return c
}

// inLines returns words in indented lines of at most 80 columns.
func inLines(words []string) string {
	const columns = 80
	lines := []string{" "}
	for _, word := range words {
		if last := len(lines) - 1; len(lines[last])+1+len(word) <= columns {
			lines[last] += " " + word
		} else {
			lines = append(lines, "  "+word)
		}
	}
	return strings.Join(lines, "\n")
}

// bench measures engines and writes what comes of it.
type bench struct {
	dir            string
	runs           int
	commits        int // that are journaled
	json, markdown bool
	out            io.Writer
}

const (
	runsMax = 1000
	// endsIn is how long a call that was interrupted has to return before its directory is
	// removed all the same.
	endsIn = 2 * time.Second
)

// errInterrupted ends what was measured early.
var errInterrupted = &exit{exitUnknown, errors.New("interrupted: not all was measured")}

func (b *bench) run(ctx context.Context, args []string, dash int) (err error) {
	if b.runs < 1 || b.runs > runsMax {
		return usage(fmt.Errorf("--runs: got %d, want 1 to %d", b.runs, runsMax))
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	list, err := chosenForBench(ctx, args, dash)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp(b.dir, "ackproof-bench-*")
	if err != nil {
		return usage(fmt.Errorf("--dir %s: cannot write there: %w", cmp.Or(b.dir, os.TempDir()), err))
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	defaultCollection()
	measured := make(chan error, 1)
	go func() { measured <- b.engines(ctx, list, scratch) }()
	select {
	case err = <-measured:
		return err
	case <-ctx.Done():
	}
	select {
	case <-measured:
	case <-time.After(endsIn):
	}
	return errInterrupted
}

// chosenForBench returns the engines that the arguments say, as chosen does.
func chosenForBench(ctx context.Context, args []string, dash int) (list builtin.BenchedList, err error) {
	names := args
	if dash >= 0 {
		names = args[:dash]
	}
	if dash != 0 {
		if list, err = builtin.BenchedEngines().Find(names...); err != nil {
			return nil, usage(err)
		}
	}
	if dash < 0 {
		return list, nil
	}
	program, err := benchedProgram(ctx, args[dash:])
	return append(list, program), err
}

// engines measures each engine below dir. Its error is a verdict if all was measured.
func (b *bench) engines(ctx context.Context, list builtin.BenchedList, dir string) error {
	var reports []enginebench.Report
	code := exitHeld
	for _, e := range list {
		r, err := enginebench.Run(ctx, e.Measurements, dir, b.runs)
		if err != nil {
			return err
		}
		r.Engine, r.About = e.Name, e.About
		r.Costs, r.CostsErr = commitCosts(e.Factory, b.commits)
		if !r.OK() {
			code = exitRefuted
		}
		if err := b.show(r); err != nil {
			return err
		}
		reports = append(reports, r)
	}
	if b.markdown {
		if err := enginebench.WriteMarkdown(b.out, reports); err != nil {
			return err
		}
	}
	return verdict(code)
}

// show writes what is shown of each engine when it was measured.
func (b *bench) show(r enginebench.Report) error {
	switch {
	case b.markdown:
		return nil
	case b.json:
		return enginebench.WriteJSON(b.out, r)
	}
	return enginebench.WriteText(b.out, r)
}
