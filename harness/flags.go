package harness

import (
	"flag"
	"fmt"
	"os"
	"strconv"
)

// flags are the settings of a test run, each with a twin in the environment,
// ACKPROOF_SEED for -ackproof.seed. They matter to [Run] alone.
var flags = struct {
	seed, states             *uint64
	profile, replay, outDir  *string
	programs, depth, workers *int
}{
	seed:     flag.Uint64("ackproof.seed", 0, "seed of generated programs and samples (ACKPROOF_SEED)"),
	states:   flag.Uint64("ackproof.states", 0, "stop before the next program once so many states were visited (ACKPROOF_STATES)"),
	profile:  flag.String("ackproof.profile", "", "explore under this file system profile only (ACKPROOF_PROFILE)"),
	replay:   flag.String("ackproof.replay", "", "check the finding in this bundle again, and nothing else (ACKPROOF_REPLAY)"),
	outDir:   flag.String("ackproof.out", "", "directory for the bundles of findings; default the test's artifacts, or a new temporary directory (ACKPROOF_OUT)"),
	programs: flag.Int("ackproof.programs", 0, "generated programs besides the corpus and the named ones (ACKPROOF_PROGRAMS)"),
	depth:    flag.Int("ackproof.depth", 0, "crashes that follow each other, at most 3 (ACKPROOF_DEPTH)"),
	workers:  flag.Int("ackproof.workers", 0, "programs explored at once (ACKPROOF_WORKERS)"),
}

// twins are the environment's names of the flags.
var twins = map[string]string{
	"ackproof.seed": "ACKPROOF_SEED", "ackproof.states": "ACKPROOF_STATES",
	"ackproof.profile": "ACKPROOF_PROFILE", "ackproof.replay": "ACKPROOF_REPLAY",
	"ackproof.out": "ACKPROOF_OUT", "ackproof.programs": "ACKPROOF_PROGRAMS",
	"ackproof.depth": "ACKPROOF_DEPTH", "ackproof.workers": "ACKPROOF_WORKERS",
}

// settings is what the flags and their twins say; a flag that was given wins.
type settings struct {
	seed, states             uint64
	profile, replay, outDir  string
	programs, depth, workers int
}

// readSettings returns the settings of this test run.
func readSettings() (settings, error) {
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for name, variable := range twins {
		value, ok := os.LookupEnv(variable)
		if !ok || given[name] {
			continue
		}
		if err := flag.Set(name, value); err != nil {
			return settings{}, fmt.Errorf("%s=%s: %w", variable, strconv.Quote(value), err)
		}
	}
	return settings{
		seed: *flags.seed, states: *flags.states, profile: *flags.profile, replay: *flags.replay,
		outDir: *flags.outDir, programs: *flags.programs, depth: *flags.depth, workers: *flags.workers,
	}, nil
}

// apply lets the settings override c.
func (s settings) apply(c Config) Config {
	if s.seed != 0 {
		c.Seed = Seed(s.seed)
	}
	if s.states != 0 {
		c.StatesMax = int(s.states)
	}
	if s.programs != 0 {
		c.Programs = s.programs
	}
	if s.depth != 0 {
		c.Depth = s.depth
	}
	if s.workers != 0 {
		c.Workers = s.workers
	}
	return c
}
