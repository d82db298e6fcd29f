package harness

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
)

// settings are what the flags of a test run say, and their twins in the environment,
// ACKPROOF_SEED for -ackproof.seed. They matter to [Run] alone.
type settings struct {
	seed, states                          uint64
	profile, replay, outDir, program      string
	known, until, faults, coverProfile    string
	programs, depth, secondLives, workers int
	findings                              int
	quick, noShrink, sequential           bool
	hangAfter                             time.Duration
}

const (
	flagPrefix       = "ackproof."
	coverProfileFlag = "recovery-coverprofile"
)

var flags = registerFlags()

func registerFlags() *settings {
	s := &settings{}
	flag.Uint64Var(&s.seed, flagPrefix+"seed", 0, "seed of generated programs and samples (ACKPROOF_SEED)")
	flag.Uint64Var(&s.states, flagPrefix+"states", 0, "stop before the next program once that many states were visited (ACKPROOF_STATES)")
	flag.StringVar(&s.profile, flagPrefix+"profile", "", "explore under this file system profile only (ACKPROOF_PROFILE)")
	flag.StringVar(&s.replay, flagPrefix+"replay", "", "check the finding in this bundle again, and nothing else (ACKPROOF_REPLAY)")
	flag.StringVar(&s.outDir, flagPrefix+"out", "", "directory for the bundles of findings; default the test's artifacts, or a new temporary directory (ACKPROOF_OUT)")
	flag.StringVar(&s.program, flagPrefix+"program", "", "explore only the program in this file (ACKPROOF_PROGRAM)")
	flag.IntVar(&s.programs, flagPrefix+"programs", 0, "generated programs besides the corpus and the named ones (ACKPROOF_PROGRAMS)")
	flag.IntVar(&s.depth, flagPrefix+"depth", 0, "crashes that follow each other, at most 3 (ACKPROOF_DEPTH)")
	flag.IntVar(&s.secondLives, flagPrefix+"second-lives", 0, "recoveries of each life that go on to another life; negative none (ACKPROOF_SECOND_LIVES)")
	flag.IntVar(&s.workers, flagPrefix+"workers", 0, "programs explored at once (ACKPROOF_WORKERS)")
	flag.IntVar(&s.findings, flagPrefix+"findings", 0, "end a run once it has this many findings, one for each cause; default 10 (ACKPROOF_FINDINGS)")
	flag.StringVar(&s.known, flagPrefix+"known", "", "file of known causes, one signature a line; they fail nothing (ACKPROOF_KNOWN)")
	flag.StringVar(&s.until, flagPrefix+"until", "", "end a run at its first finding, \"refuted\", or at the first that breaks this property (ACKPROOF_UNTIL)")
	flag.StringVar(&s.faults, flagPrefix+"faults", "", "calls of the file system that fail, one at a time: none, share, io, space or all; default share (ACKPROOF_FAULTS)")
	flag.StringVar(&s.coverProfile, flagPrefix+coverProfileFlag, "", "write which blocks ran in recoveries to this file, a cover profile; needs -cover -covermode=atomic (ACKPROOF_RECOVERY_COVERPROFILE)")
	flag.BoolVar(&s.quick, flagPrefix+"quick", false, "plan less, as with -short (ACKPROOF_QUICK)")
	flag.BoolVar(&s.noShrink, flagPrefix+"no-shrink", false, "leave findings as they were found (ACKPROOF_NO_SHRINK)")
	flag.BoolVar(&s.sequential, flagPrefix+"sequential", false, "leave out programs whose calls overlap (ACKPROOF_SEQUENTIAL)")
	flag.DurationVar(&s.hangAfter, flagPrefix+"hang-after", 0, "time that a call or a recovery may take before the engine is said to hang; default 10s (ACKPROOF_HANG_AFTER)")
	return s
}

// readSettings returns the settings of this test run; a flag that was given wins over
// its twin.
func readSettings() (s settings, err error) {
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	flag.VisitAll(func(f *flag.Flag) {
		twin := strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(f.Name))
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

// apply returns the configuration with what the flags say.
func (s settings) apply(l scenarios.Language, c Config) (_ Config, err error) {
	c.Seed = cmp.Or(Seed(s.seed), c.Seed)
	c.StatesMax = cmp.Or(int(s.states), c.StatesMax)
	c.Programs = cmp.Or(s.programs, c.Programs)
	c.Depth = cmp.Or(s.depth, c.Depth)
	c.SecondLives = cmp.Or(s.secondLives, c.SecondLives)
	c.Workers = cmp.Or(s.workers, c.Workers)
	c.FindingsMax = cmp.Or(s.findings, c.FindingsMax)
	c.Until = cmp.Or(s.until, c.Until)
	c.Faults = cmp.Or(Faults(s.faults), c.Faults, FaultsShare)
	c.HangAfter = cmp.Or(s.hangAfter, c.HangAfter)
	c.Quick = c.Quick || s.quick
	c.NoShrink = c.NoShrink || s.noShrink
	c.Generate.Sequential = c.Generate.Sequential || s.sequential
	if s.known != "" {
		if c.Known, err = evidence.ReadKnownFile(s.known); err != nil {
			return c, fmt.Errorf("-%sknown: %w", flagPrefix, err)
		}
	}
	if s.program != "" {
		if c.Only, err = l.ReadFile(s.program); err != nil {
			return c, fmt.Errorf("-%sprogram: %w", flagPrefix, err)
		}
	}
	return c, cmp.Or(CheckUntil(c.Until), CheckFaults(c.Faults))
}
