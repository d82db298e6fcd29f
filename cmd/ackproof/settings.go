package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/scenarios"
)

// settings are the flags of run.
type settings struct {
	profiles             []string
	programs             int
	programFile          string
	seed                 uint64
	budget               time.Duration
	states               int
	payload              int
	limits               engines.Limits
	workers              int
	depth, stateFraction int
	crashes, sequential  bool
	writeback, hangAfter time.Duration
	secondLives          int
	findings             int
	knownFile, until     string
	faults               string
	quick, noShrink      bool
	outDir               string
	json, timings        bool
	junit                string
	expect               bool
	recoverWith          string
	cpuProfile           string
	coverProfile         string // of recoveries
	given                func(flag string) bool
}

func (s *settings) register(f *pflag.FlagSet) {
	s.given = f.Changed
	f.StringSliceVar(&s.profiles, "profile", []string{"ext4-ordered"}, "file systems to explore under; \"all\" means every one; knobs may follow a name")
	f.IntVar(&s.programs, "programs", 24, "number of generated programs, in addition to the seed corpus and the named ones")
	f.StringVar(&s.programFile, "program", "", "explore only the program in `FILE`")
	f.Uint64Var(&s.seed, "seed", 1, "seed of the generated programs and samples")
	f.DurationVar(&s.budget, "budget", 0, "time for the whole run, shared by engines and profiles; a run that it cuts short is unknown; 0 means no limit")
	f.IntVar(&s.states, "states", 0, "stop after the program that reaches this many crash states, for each engine and profile; 0 means no limit")
	f.IntVar(&s.payload, "payload", 0, "largest payload in bytes; 0 means a size that suits each engine")
	f.IntVar(&s.limits.BatchMaxBytes, "batch-bytes", 0, "largest batch in bytes of payload, for engines with such a limit; larger ones are split; 0 means no limit but the engine's own")
	f.IntVar(&s.limits.BatchMaxEntries, "batch-entries", 0, "largest batch in entries, likewise")
	f.IntVar(&s.workers, "workers", 0, "programs explored in parallel; 0 means one for each processor")
	f.IntVar(&s.depth, "depth", 2, "crashes in a row, 1 to 3")
	f.IntVar(&s.secondLives, "second-lives", 6, "recoveries of each life that go on to another life; with --quick 2")
	f.IntVar(&s.findings, "findings", 10, "end a run once it has this many findings, one for each cause")
	f.StringVar(&s.knownFile, "known", "", "causes that are known, in `FILE`: one signature a line, and a comment after \" # \"; they do not fail the run")
	f.StringVar(&s.until, "until", "", "end a run at its first finding, \"refuted\", or at the first that breaks a `PROPERTY`; engines with a planted bug end at theirs")
	f.StringVar(&s.faults, "faults", "share", "`WHICH` calls of the file system fail, one at a time, in programs beside all others: none, share, io, space or all")
	f.BoolVar(&s.quick, "quick", false, "plan less: 4 generated programs, a sixteenth of the crash states at each crash point")
	f.BoolVar(&s.noShrink, "no-shrink", false, "leave findings as they were found, without an explanation")
	f.DurationVar(&s.hangAfter, "hang-after", 10*time.Second, "time that a call or a recovery may take before the engine is said to hang")
	f.IntVar(&s.stateFraction, "thin", 1, "divide the limit on crash states at each crash point, and the faults of a share, by `N`, to explore more programs in the same time")
	f.BoolVar(&s.crashes, "crashes", true, "let generated programs continue after a power failure")
	f.BoolVar(&s.sequential, "sequential", false, "leave out programs whose calls overlap, which need not repeat exactly")
	f.DurationVar(&s.writeback, "writeback", 0, "interval between write-backs of stores through memory maps, for engines on real directories; 0 leaves it to the kernel")
	f.StringVar(&s.outDir, "out", "out", "keep the bundles of findings, and the outcomes, in `DIR`, created when needed; empty keeps nothing")
	f.BoolVar(&s.json, "json", false, "print one line of JSON for each engine and profile")
	f.BoolVar(&s.timings, "timings", false, "add times to the JSON, which then differs from run to run")
	f.StringVar(&s.junit, "junit", "", "write JUnit XML to `FILE`, which is complete after each engine and profile")
	f.BoolVar(&s.expect, "expect", false, "exit with 0 if every engine does what is expected of it: engines hold, canaries are caught, documented weaknesses are found")
	f.StringVar(&s.recoverWith, "recover-with", "", "let `ENGINE`, a name or a command in quotes, open what the engine wrote: upgrade, downgrade, other options")
	f.StringVar(&s.coverProfile, "coverprofile", "", "write which blocks ran in recoveries to `FILE`, a cover profile, if this command was built with -cover -covermode=atomic")
	f.StringVar(&s.cpuProfile, "cpuprofile", "", "write a CPU profile to `FILE`")
	_ = f.MarkHidden("cpuprofile")
}

// config returns what the harness is told, but for the profile, of flags that were
// checked.
func (s *settings) config(kinds []*subject.Kind) (c harness.Config, err error) {
	c = harness.Config{
		Writeback: s.writeback,
		Seed:      harness.Seed(s.seed), Programs: s.orDefault("programs", s.programs), StatesMax: s.states, Workers: s.workers,
		PayloadMaxBytes: s.payload, Limits: s.limits,
		Plan:   thinned(s.stateFraction),
		Faults: harness.Faults(s.faults), FaultsEvery: s.faultsEvery(),
		Generate: scenarios.Config{Crashes: s.crashes, Sequential: s.sequential},
		Quick:    s.quick, HangAfter: s.hangAfter, FindingsMax: s.findings, Until: s.until, NoShrink: s.noShrink,
		Depth: s.depth, SecondLives: s.orDefault("second-lives", s.secondLives),
	}
	if c.Only, err = s.only(kinds); err == nil {
		c.Known, err = s.known()
	}
	return c, err
}

// orDefault returns the value of a flag as the harness takes it: negative for none, and 0
// for what a quick plan has.
func (s *settings) orDefault(flag string, value int) int {
	switch {
	case s.quick && !s.given(flag):
		return 0
	case value == 0:
		return -1
	}
	return value
}

// known returns the causes of --known, nil for none.
func (s *settings) known() ([]evidence.Known, error) {
	if s.knownFile == "" {
		return nil, nil
	}
	known, err := evidence.ReadKnownFile(s.knownFile)
	if err != nil {
		return nil, usage(fmt.Errorf("--known: %w", err))
	}
	return known, nil
}

// faultsEvery returns how many faults of a share there are to each that is tried, 0 for
// what a quick plan has.
func (s *settings) faultsEvery() int {
	if s.quick && !s.given("thin") {
		return 0
	}
	return s.stateFraction
}

// thinned returns the plan with the bound of each stage divided by n.
func thinned(n int) crash.Plan {
	plan := crash.DefaultPlan()
	for i := range plan.Max {
		plan.Max[i] = max(1, plan.Max[i]/n)
	}
	return plan
}

// only returns the program of --program, nil for none.
func (s *settings) only(kinds []*subject.Kind) ([]scenarios.NamedProgram, error) {
	if s.programFile == "" {
		return nil, nil
	}
	if len(kinds) > 1 {
		return nil, usage(errors.New("--program: the engines are of several kinds, and a program is for one: name those of one kind"))
	}
	only, err := kinds[0].Language.ReadFile(s.programFile)
	if err != nil {
		return nil, usage(fmt.Errorf("--program: %w", err))
	}
	return only, nil
}

// parseProfiles returns the profiles of a list in which a knob, name=value,
// belongs to the profile before it. Each is there once.
func parseProfiles(list []string) ([]crash.Profile, error) {
	var texts []string
	for _, part := range list {
		switch {
		case part == "all":
			for _, p := range crash.Profiles() {
				texts = append(texts, p.Name)
			}
		case strings.Contains(part, "=") && len(texts) > 0:
			texts[len(texts)-1] += "," + part
		default:
			texts = append(texts, part)
		}
	}
	var out []crash.Profile
	for _, text := range texts {
		p, err := crash.ParseProfile(text)
		if err != nil {
			return nil, usage(fmt.Errorf("--profile: %w", err))
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return nil, usage(errors.New("--profile: got none, want at least one"))
	}
	return out, nil
}

// checkOut reports whether files can be made in a directory, or in the one above
// that is there. It is asked before a run that may take hours.
func checkOut(dir string) error {
	if dir == "" {
		return nil
	}
	there := filepath.Clean(dir)
	for {
		_, err := os.Stat(there)
		if err == nil || there == filepath.Dir(there) {
			break
		}
		there = filepath.Dir(there)
	}
	temp, err := os.CreateTemp(there, ".ackproof-*")
	if err != nil {
		return usage(fmt.Errorf("--out %s: cannot write there: %w", dir, err))
	}
	return errors.Join(temp.Close(), os.Remove(temp.Name()))
}
