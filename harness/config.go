package harness

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// Config says what a run explores and how far it goes. The zero value explores the
// first open, the corpus, the named programs and some generated ones under
// ext4-ordered.
type Config struct {
	// Profile is the file system's; the zero value is ext4-ordered.
	Profile crash.Profile
	// Seed is where generated programs and samples come from; 0 means 1.
	Seed Seed
	// Only replaces all other programs. Those that have the step first-open begin on an
	// empty directory, the rest on a store that the engine made and closed.
	Only []scenarios.NamedProgram
	// Programs is how many programs are generated, besides the first open, the
	// corpus and the named ones; 0 means 24, negative none.
	Programs int
	// Generate says what programs are generated. Programs with concurrent phases,
	// the named ones too, run only if Generate.Concurrent is set: no two runs of
	// them are the same.
	Generate scenarios.Config
	// PayloadMaxBytes bounds the payloads of all programs, for engines whose
	// recovery takes long with large ones; 0 is no bound.
	PayloadMaxBytes int
	// Plan bounds the states of each program.
	Plan crash.Plan
	// Depth is how many crashes follow each other: after a recovery the engine
	// runs on and crashes again. 0 means 2, of at most 3; negative means 1.
	Depth int
	// SecondLives is how many recoveries of each life go on to a next life; 0
	// means 6, negative none.
	SecondLives int
	// Workers is how many programs are explored at once; 0 means one for each
	// processor.
	Workers int
	// StatesMax ends the run before the next program once it has visited that many
	// states; 0 is no bound.
	StatesMax int
	// Budget ends the run after that time, within a program too; 0
	// is no bound. A run that a budget ends is not the same twice.
	Budget time.Duration
	// Writeback is how often stores through a memory map are forced out to the
	// disk, as the kernel does at its leisure; 0 leaves it to the kernel. It matters
	// to engines on real directories only.
	Writeback time.Duration
	// HangAfter is how long the engine may take for one call or recovery before
	// it is said to hang; 0 means 10 seconds.
	HangAfter time.Duration
	// KeepGoing explores all programs though one refuted the engine already.
	KeepGoing bool
	// Until, if not "", is the property whose failure ends the run; that of others
	// does not.
	Until models.Property
	// NoShrink leaves findings as they were found.
	NoShrink bool
	// Progress, if not nil, shows how far the run is.
	Progress *Progress
}

func (c Config) resolved() Config {
	if c.Profile == (crash.Profile{}) {
		c.Profile = crash.Ext4Ordered()
	}
	c.Seed = cmp.Or(c.Seed, 1)
	c.Programs = max(0, cmp.Or(c.Programs, 24))
	c.Depth = min(max(1, cmp.Or(c.Depth, 2)), evidence.DepthMax)
	c.SecondLives = max(0, cmp.Or(c.SecondLives, 6))
	c.Workers = cmp.Or(c.Workers, runtime.GOMAXPROCS(0))
	c.HangAfter = cmp.Or(c.HangAfter, 10*time.Second)
	c.Plan.Seed = uint64(c.Seed.For("crash"))
	return c
}

// options returns how engines run; test is the test that has the factory, "" for none.
func (c Config) options(test string) host.Options {
	return host.Options{HangAfter: c.HangAfter, Writeback: c.Writeback, Test: test}
}

// programs returns what the run explores, in its order.
func (c Config) programs() []scenarios.NamedProgram {
	all := slices.Clone(c.Only)
	if c.Only == nil {
		all = c.standardPrograms()
	}
	if c.PayloadMaxBytes > 0 {
		for i := range all {
			all[i].Program = all[i].Program.Lighter(c.PayloadMaxBytes)
		}
	}
	return all
}

// standardPrograms returns the first open, the corpus, the named programs and the
// generated ones: what found bugs before comes early.
func (c Config) standardPrograms() []scenarios.NamedProgram {
	all := []scenarios.NamedProgram{scenarios.First()}
	for _, p := range append(scenarios.Corpus(), scenarios.Named()...) {
		if c.Generate.Concurrent || !hasConcurrency(p.Program) {
			all = append(all, p)
		}
	}
	for i := range c.Programs {
		name := fmt.Sprintf("generated-%d", i+1)
		program := scenarios.Example(uint64(c.Seed.For(name)), c.Generate)
		all = append(all, scenarios.NamedProgram{Name: name, Program: program})
	}
	return all
}

func hasConcurrency(p scenarios.Program) bool {
	return slices.ContainsFunc(p, func(s scenarios.Step) bool { return s.Kind == scenarios.Concurrently })
}
