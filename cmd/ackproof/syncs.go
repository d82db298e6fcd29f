package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines/enginebench"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
)

// syncsSettings are the flags of syncs.
type syncsSettings struct {
	profiles    []string
	programs    int
	thin        int
	secondLives int
	seed        uint64
	budget      time.Duration
	hangAfter   time.Duration
	dir         string
	html        string
	shrink      bool
	json        bool
}

func newSyncs(all builtin.List) *cobra.Command {
	var s syncsSettings
	c := &cobra.Command{
		Use:   "syncs engine [-- program [argument...]]",
		Short: "Say which fsyncs of an engine are needed, and what for",
		Long: `Syncs explores an engine as "ackproof run" does, and then once more for each place
at which it syncs, as if that place's syncs forced nothing. A place is

  needed                           a promise falls without it
  needed under strict-posix only   it falls where a file system does what POSIX
                                   demands, and under none that models a real one
  needless                         all promises hold without it
  unknown                          not all was explored

The lives after crashes and kills count too. Syncs forces nothing and fails nothing
on a real disk: it reads what was recorded. In the end all needless places are left
out together, and if a promise falls then, each two of them.

Syncs measures an fsync on the disk of --dir, and says what each place costs there
for each commit. It also says which fsyncs could be an fdatasync, and, where the
source is there, which calls in the same directories sync and were never reached.

A place is a line of the engine with its callers; for a program, whose stacks nobody
sees, a kind of file and a call.

Syncs exits with 0, with 2 if it was cut short, and with 1 if the engine breaks a
promise as it is.`,
		Example: `  ackproof syncs file
  ackproof syncs pebble --profile ext4-ordered --thin 192
  ackproof syncs -- python3 examples/python-log/log.py`,
		RunE: running(func(c *cobra.Command, args []string) error {
			if err := s.check(); err != nil {
				return usage(err)
			}
			list, err := chosenForMaps(all, args, c.ArgsLenAtDash(), s.html)
			if err != nil {
				return err
			}
			return s.run(c, list)
		}),
	}
	s.addFlags(c.Flags())
	return c
}

func (s *syncsSettings) addFlags(f *pflag.FlagSet) {
	f.StringSliceVar(&s.profiles, "profile", []string{"all"}, "file systems to explore under; \"all\" means every one; knobs may follow a name")
	f.IntVar(&s.programs, "programs", 0, "number of generated programs, in addition to the seed corpus and the named ones")
	f.IntVar(&s.thin, "thin", 16, "divide the limit on crash states at each crash point by `N`")
	f.IntVar(&s.secondLives, "second-lives", 2, "recoveries of each life that go on to another life")
	f.Uint64Var(&s.seed, "seed", 1, "seed of the generated programs and samples")
	f.DurationVar(&s.budget, "budget", 0, "time for the whole map; what it cuts short is unknown; 0 means no limit")
	f.DurationVar(&s.hangAfter, "hang-after", 10*time.Second, "time that a call or a recovery may take before the engine is said to hang")
	f.StringVar(&s.dir, "dir", "", "measure an fsync on the disk of `DIR`; empty means that of temporary files")
	f.StringVar(&s.html, "html", "", "write the map of one engine to `FILE` too, as a page with the lines of source")
	f.BoolVar(&s.shrink, "shrink", false, "look for the smallest case of each promise that falls, and tell its program: takes longer")
	f.BoolVar(&s.json, "json", false, "print one line of JSON for each engine")
}

func (s *syncsSettings) check() error {
	if err := inBounds([]bound{
		{"programs", s.programs, 0, programsMax},
		{"thin", s.thin, 1, 256},
		{"second-lives", s.secondLives, 0, 1000},
	}); err != nil {
		return err
	}
	return checkSeedAndTimes(s.seed, s.budget, s.hangAfter)
}

func (s *syncsSettings) run(c *cobra.Command, list builtin.List) error {
	profiles, err := parseProfiles(s.profiles)
	if err != nil {
		return err
	}
	ctx, stop := interruptible(c.Context())
	defer stop()
	if s.budget > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.budget)
		defer cancel()
	}
	cost, err := s.cost()
	if err != nil {
		return err
	}
	code := exitHeld
	for _, e := range list {
		config := harness.Config{
			Seed: harness.Seed(s.seed), Programs: cmp.Or(s.programs, -1), Plan: thinned(s.thin), SecondLives: cmp.Or(s.secondLives, -1),
			HangAfter: s.hangAfter, PayloadMaxBytes: e.PayloadMaxBytes, NoShrink: !s.shrink,
		}
		m, err := harness.SyncsSubject(ctx, e.Factory, config, profiles...)
		if err != nil {
			return err
		}
		m.Cost = cost
		write := reports.WriteSyncMap
		if s.json {
			write = reports.WriteSyncMapJSON
		}
		if err := write(c.OutOrStdout(), m); err != nil {
			return err
		}
		if err := writeMapPage(s.html, func(w *bufio.Writer) error { return page.WriteSyncMap(w, m, os.ReadFile) }); err != nil {
			return err
		}
		code = worse(code, syncsCode(m))
	}
	return verdict(code)
}

// cost measures what a sync costs on the disk that was asked for.
func (s *syncsSettings) cost() (*evidence.SyncCost, error) {
	d, err := enginebench.Probe(cmp.Or(s.dir, os.TempDir()))
	if err != nil {
		return nil, fmt.Errorf("measure an fsync: %w", err)
	}
	return &evidence.SyncCost{FileSystem: d.FileSystem, Fsync: d.Fsync, DataSync: d.DataSync}, nil
}

// syncsCode returns the exit code of a map.
func syncsCode(m *evidence.SyncMap) int {
	switch {
	case len(m.Broken) > 0:
		return exitRefuted
	case m.CutShort():
		return exitUnknown
	}
	return exitHeld
}

// worse returns the code that says more: refuted, then unknown, then held.
func worse(a, b int) int {
	if a == exitRefuted || b == exitRefuted {
		return exitRefuted
	}
	return max(a, b)
}
