package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
)

// corruptSettings are the flags of corrupt.
type corruptSettings struct {
	programs  int
	seed      uint64
	budget    time.Duration
	hangAfter time.Duration
	html      string
	// json and markdown choose the form.
	json, markdown bool
}

func newCorrupt(all builtin.List) *cobra.Command {
	var s corruptSettings
	c := &cobra.Command{
		Use:   "corrupt engine... [-- program [argument...]]",
		Short: "Say what an engine makes of stored bytes that went wrong",
		Long: `Corrupt runs programs on an engine, has one thing go wrong with what they stored, and
opens the engine on that. No power fails and no call does. What goes wrong is a bit flip, a zeroed
sector, two swapped sectors, a stale sector, a lost write or a misdirected one, in each kind of
record that the engine writes. Some of it goes wrong while the engine is open instead, and some
programs are opened on what a disk leaves whose flushes lie. The engine's reaction is

  masked             it shows what it shows without
  not read           only a snapshot's file is damaged, and no call is known to have written it
  detected           it says that what is stored is corrupt
  refused            it does not open or read, and does not say why
  tail lost          as after a crash: what is missing was damaged, and nothing stands behind it
  older version      what stood there before was valid: no checksum tells
  not judged         whether it may show this was not found out
  silent truncation  what was acknowledged is missing, and nobody is told
  wrong data         it shows what it never had
  crash              it panics, hangs or ends

Silent truncation and wrong data break the claim to detect corruption. Corrupt exits with 1 if an
engine that makes this claim reacts so, and with 2 if it was cut short.`,
		Example: `  ackproof corrupt file
  ackproof corrupt -- python3 examples/python-log/log.py`,
		RunE: running(func(c *cobra.Command, args []string) error {
			if err := errors.Join(inBounds([]bound{{"programs", s.programs, 0, programsMax}}), checkSeedAndTimes(s.seed, s.budget, s.hangAfter)); err != nil {
				return usage(err)
			}
			list, err := chosenForMaps(all, args, c.ArgsLenAtDash(), s.html)
			if err != nil {
				return err
			}
			return s.run(c, list)
		}),
	}
	f := c.Flags()
	f.IntVar(&s.programs, "programs", 0, "number of generated programs, in addition to the seed corpus and the named ones")
	f.Uint64Var(&s.seed, "seed", 1, "seed of the generated programs")
	f.DurationVar(&s.budget, "budget", 0, "time for each engine; what it cuts short is said; 0 means no limit")
	f.DurationVar(&s.hangAfter, "hang-after", 10*time.Second, "time that an open may take before the engine is said to hang")
	f.StringVar(&s.html, "html", "", "write the map of one engine to `FILE` too, as a page")
	f.BoolVar(&s.json, "json", false, "print one line of JSON for each engine")
	f.BoolVar(&s.markdown, "markdown", false, "print tables for a document in Markdown")
	c.MarkFlagsMutuallyExclusive("json", "markdown")
	return c
}

func (s *corruptSettings) run(c *cobra.Command, list builtin.List) error {
	ctx, stop := interruptible(c.Context())
	defer stop()
	code := exitHeld
	for i, e := range list {
		m, err := s.one(ctx, e)
		if err != nil {
			return err
		}
		if err := s.write(c, m, i == 0); err != nil {
			return err
		}
		switch {
		case m.Claimed && m.Silent() > 0:
			code = worse(code, exitRefuted)
		case m.Cut != "":
			code = worse(code, exitUnknown)
		}
	}
	return verdict(code)
}

// write writes the map of an engine in the form that was asked for.
func (s *corruptSettings) write(c *cobra.Command, m *evidence.CorruptionMap, first bool) error {
	write := reports.WriteCorruptionMap
	switch {
	case s.json:
		write = reports.WriteCorruptionMapJSON
	case s.markdown:
		write = reports.WriteCorruptionMarkdown
	case !first:
		fmt.Fprintln(c.OutOrStdout())
	}
	if err := write(c.OutOrStdout(), m); err != nil {
		return err
	}
	return writeMapPage(s.html, func(w *bufio.Writer) error { return page.WriteCorruptionMap(w, m) })
}

// one makes the map of one engine.
func (s *corruptSettings) one(ctx context.Context, e builtin.Engine) (*evidence.CorruptionMap, error) {
	config := harness.Config{
		Seed: harness.Seed(s.seed), Programs: cmp.Or(s.programs, -1), HangAfter: s.hangAfter, Budget: s.budget, PayloadMaxBytes: e.PayloadMaxBytes,
	}
	return harness.CorruptionsSubject(ctx, e.Factory, config)
}
