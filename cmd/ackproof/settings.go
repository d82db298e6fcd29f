package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
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
	workers              int
	depth, stateFraction int
	crashes, concurrent  bool
	writeback            time.Duration
	outDir               string
	json, timings        bool
	junit                string
	expect               bool
	cpuProfile           string
}

func (s *settings) register(f *pflag.FlagSet) {
	f.StringSliceVar(&s.profiles, "profile", []string{"ext4-ordered"}, "file systems to explore under; \"all\" means every one; knobs may follow a name")
	f.IntVar(&s.programs, "programs", 24, "number of generated programs, in addition to the seed corpus and the named ones")
	f.StringVar(&s.programFile, "program", "", "explore only the program in `FILE`")
	f.Uint64Var(&s.seed, "seed", 1, "seed of the generated programs and samples")
	f.DurationVar(&s.budget, "budget", 0, "time for the whole run, shared by engines and profiles; 0 means no limit")
	f.IntVar(&s.states, "states", 0, "stop after the program that reaches this many crash states, for each engine and profile; 0 means no limit")
	f.IntVar(&s.payload, "payload", 0, "largest payload in bytes; 0 means a size that suits each engine")
	f.IntVar(&s.workers, "workers", 0, "programs explored in parallel; 0 means one for each processor")
	f.IntVar(&s.depth, "depth", 2, "crashes in a row, 1 to 3")
	f.IntVar(&s.stateFraction, "thin", 1, "divide the limit on crash states at each crash point by `N`, to explore more programs in the same time")
	f.BoolVar(&s.crashes, "crashes", true, "let generated programs continue after a power failure")
	f.BoolVar(&s.concurrent, "concurrent", false, "also run programs that flush and read while they write; such runs do not repeat exactly")
	f.DurationVar(&s.writeback, "writeback", 0, "interval between write-backs of stores through memory maps, for engines on real directories; 0 leaves it to the kernel")
	f.StringVar(&s.outDir, "out", "out", "keep the bundles of findings, and the outcomes, in `DIR`, created when needed; empty keeps nothing")
	f.BoolVar(&s.json, "json", false, "print one line of JSON for each engine and profile")
	f.BoolVar(&s.timings, "timings", false, "add times to the JSON, which then differs from run to run")
	f.StringVar(&s.junit, "junit", "", "write JUnit XML to `FILE`, which is complete after each engine and profile")
	f.BoolVar(&s.expect, "expect", false, "exit with 0 if every engine does what is expected of it: engines hold, canaries are caught")
	f.StringVar(&s.cpuProfile, "cpuprofile", "", "write a CPU profile to `FILE`")
	_ = f.MarkHidden("cpuprofile")
}

// config returns what the harness is told, but for the profile.
func (s *settings) config() (harness.Config, error) {
	for _, f := range []struct {
		name     string
		got, min int
		max      int
	}{
		{"programs", s.programs, 0, 1_000_000},
		{"states", s.states, 0, 1 << 40},
		{"payload", s.payload, 0, 1 << 20},
		{"workers", s.workers, 0, 4096},
		{"depth", s.depth, 1, 3},
		{"thin", s.stateFraction, 1, 256},
	} {
		if f.got < f.min || f.got > f.max {
			return harness.Config{}, usage(fmt.Errorf("--%s: got %d, want %d to %d", f.name, f.got, f.min, f.max))
		}
	}
	if s.seed == 0 {
		return harness.Config{}, usage(errors.New("--seed: got 0, want 1 or more"))
	}
	if s.budget < 0 {
		return harness.Config{}, usage(fmt.Errorf("--budget: got %v, want 0 or more", s.budget))
	}
	if s.writeback < 0 {
		return harness.Config{}, usage(fmt.Errorf("--writeback: got %v, want 0 or more", s.writeback))
	}
	c := harness.Config{
		Writeback: s.writeback,
		Seed:      harness.Seed(s.seed), Programs: s.programs, StatesMax: s.states, Workers: s.workers, PayloadMaxBytes: s.payload,
		Plan:     thinned(s.stateFraction),
		Generate: scenarios.Config{Crashes: s.crashes, Concurrent: s.concurrent},
	}
	if s.programs == 0 {
		c.Programs = -1
	}
	if c.Depth = s.depth; s.depth == 1 {
		c.Depth = -1
	}
	var err error
	c.Only, err = s.only()
	return c, err
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
func (s *settings) only() ([]scenarios.NamedProgram, error) {
	if s.programFile == "" {
		return nil, nil
	}
	text, err := os.ReadFile(s.programFile)
	if err != nil {
		return nil, usage(fmt.Errorf("--program: %w", err))
	}
	program, err := scenarios.Parse(string(text))
	if e := (*scenarios.ParseError)(nil); errors.As(err, &e) {
		return nil, usage(fmt.Errorf("%s:%d:%d: %s", s.programFile, e.Line, e.Column, e.Message))
	}
	name := strings.TrimSuffix(filepath.Base(s.programFile), filepath.Ext(s.programFile))
	return []scenarios.NamedProgram{{Name: name, Program: program}}, nil
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

// resolved returns the seed and all else that decides what is explored.
func (s *settings) resolved() string {
	workers := s.workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	what := fmt.Sprintf("programs=%d crashes=%t concurrent=%t", s.programs, s.crashes, s.concurrent)
	if s.programFile != "" {
		what = "program=" + s.programFile
	}
	return fmt.Sprintf("seed=%d %s depth=%d thin=%d payload=%d states=%d budget=%v workers=%d",
		s.seed, what, s.depth, s.stateFraction, s.payload, s.states, s.budget, workers)
}
