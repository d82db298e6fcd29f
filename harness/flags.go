package harness

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

// settings are what the flags of a test run say, and their twins in the environment,
// ACKPROOF_SEED for -ackproof.seed. They matter to [Run] alone.
type settings struct {
	seed, states             uint64
	profile, replay, outDir  string
	programs, depth, workers int
}

const flagPrefix = "ackproof."

var flags = registerFlags()

func registerFlags() *settings {
	s := &settings{}
	flag.Uint64Var(&s.seed, flagPrefix+"seed", 0, "seed of generated programs and samples (ACKPROOF_SEED)")
	flag.Uint64Var(&s.states, flagPrefix+"states", 0, "stop before the next program once that many states were visited (ACKPROOF_STATES)")
	flag.StringVar(&s.profile, flagPrefix+"profile", "", "explore under this file system profile only (ACKPROOF_PROFILE)")
	flag.StringVar(&s.replay, flagPrefix+"replay", "", "check the finding in this bundle again, and nothing else (ACKPROOF_REPLAY)")
	flag.StringVar(&s.outDir, flagPrefix+"out", "", "directory for the bundles of findings; default the test's artifacts, or a new temporary directory (ACKPROOF_OUT)")
	flag.IntVar(&s.programs, flagPrefix+"programs", 0, "generated programs besides the corpus and the named ones (ACKPROOF_PROGRAMS)")
	flag.IntVar(&s.depth, flagPrefix+"depth", 0, "crashes that follow each other, at most 3 (ACKPROOF_DEPTH)")
	flag.IntVar(&s.workers, flagPrefix+"workers", 0, "programs explored at once (ACKPROOF_WORKERS)")
	return s
}

// readSettings returns the settings of this test run; a flag that was given wins over
// its twin.
func readSettings() (s settings, err error) {
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	flag.VisitAll(func(f *flag.Flag) {
		twin := strings.ToUpper(strings.ReplaceAll(f.Name, ".", "_"))
		value, ok := os.LookupEnv(twin)
		if !ok || given[f.Name] || !strings.HasPrefix(f.Name, flagPrefix) || err != nil {
			return
		}
		if failed := flag.Set(f.Name, value); failed != nil {
			err = fmt.Errorf("%s=%q: %w", twin, value, failed)
		}
	})
	return *flags, err
}

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
