package harness

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/internal/selfcheck"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// Config says what a run explores and how far it goes. The zero value explores the
// first open, the corpus, the named programs and some generated ones under
// ext4-ordered.
type Config struct {
	// RecoverWith, if not nil, opens what the engine wrote once the power has failed, as after
	// an upgrade, a downgrade or a change of options: see subject.Handover.
	RecoverWith *subject.Factory
	// Profile is the file system's; the zero value is ext4-ordered.
	Profile crash.Profile
	// Seed is where generated programs and samples come from; 0 means 1.
	Seed Seed
	// Only replaces all other programs. Those that have the step first-open begin on an
	// empty directory, the rest on a store that the engine made and closed. Each fault in
	// them must fire, or else the verdict is unknown.
	Only []scenarios.NamedProgram
	// Programs is how many programs are generated, besides the first open, the
	// corpus and the named ones; 0 means 24, negative none.
	Programs int
	// Generate says what programs are generated. With Generate.Sequential the named
	// programs whose calls overlap are left out too.
	Generate scenarios.Config
	// PayloadMaxBytes bounds the payloads of all programs, for engines whose
	// recovery takes long with large ones; 0 is no bound.
	PayloadMaxBytes int
	// Limits are those of the engine, beside what its factory says: see engines.Limits.
	Limits engines.Limits
	// Faults says which file-system calls fail, one at a time, in programs beside all
	// others; the zero value is none. Tests with flags and the command line have a share.
	Faults Faults
	// FaultsEvery is how many faults of a share there are to each one that is tried, for
	// engines whose recovery takes long; 0 means 1, or 8 in a quick plan.
	FaultsEvery int
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
	// Spare, if not nil, are processors that the run may use beside its workers, as runs at
	// the same time need them no more. The outcome is the same.
	Spare *Spare
	// StatesMax ends the run before the next program once it has visited that many
	// states, in all rounds; 0 is no bound.
	StatesMax int
	// Budget ends the run after that time, whatever it is at; 0 is no bound. A run that a
	// budget ends is not the same twice.
	Budget time.Duration
	// Quick plans less: a few generated programs, and a sixteenth of the states.
	Quick bool
	// Writeback is how often stores through a memory map are forced out to the
	// disk, as the kernel does at its leisure; 0 leaves it to the kernel. It matters
	// to engines on real directories only.
	Writeback time.Duration
	// HangAfter is how long the engine may take for one call or recovery before
	// it is said to hang; 0 means 10 seconds, and in a test whose deadline leaves a profile
	// less than 40 seconds a quarter of that, but not less than 2 seconds.
	HangAfter time.Duration
	// FindingsMax ends the run once it has that many findings; 0 means 10. States of one
	// cause are one finding.
	FindingsMax int
	// Known are causes that are known: findings of these are marked, and count for
	// nothing else.
	Known []evidence.Known
	// Until ends the run early: at its first finding if it is [UntilRefuted], at the first
	// that breaks a property if it is the property's name; "" is not at all.
	Until string
	// UntilAll ends the run early once there is a finding of each of these; nil is not at
	// all. FindingsMax must leave room for them, and for what is found beside them.
	UntilAll []evidence.Weakness
	// NoShrink leaves findings as they were found.
	NoShrink bool
	// Progress, if not nil, shows how far the run is.
	Progress *Progress
	// Found, if not nil, is called with each new finding as soon as it is confirmed,
	// before it is made small, by one goroutine at a time. It may set the case's File, and
	// not keep the case.
	Found func(*evidence.Case)

	check *selfcheck.Check // of the harness; nil is the built-in one
}

const hangAfterDefault = 10 * time.Second

// UntilRefuted is the Until of a run that ends at its first finding.
const UntilRefuted = "refuted"

// CheckUntil returns why a text is no Until, nil if it is one.
func CheckUntil(until string) error {
	if until == "" || until == UntilRefuted || models.IsProperty(models.Property(until)) {
		return nil
	}
	return fmt.Errorf("until %q: want %q or a property such as %s", until, UntilRefuted, models.AckedDurable)
}

// The figures of a quick plan.
const (
	quickPrograms    = 4
	quickFraction    = 16
	quickSecondLives = 2
	quickFaultsEvery = 8
)

func (c Config) resolved() Config {
	if c.Profile == (crash.Profile{}) {
		c.Profile = crash.Ext4Ordered()
	}
	c.Seed = cmp.Or(c.Seed, 1)
	c.Faults = cmp.Or(c.Faults, FaultsNone)
	programs, secondLives, faultsEvery := 24, 6, 1
	if c.Quick {
		programs, secondLives, faultsEvery = quickPrograms, quickSecondLives, quickFaultsEvery
		c.Plan = fraction(c.Plan, quickFraction)
	}
	c.Programs = max(0, cmp.Or(c.Programs, programs))
	c.FaultsEvery = max(1, cmp.Or(c.FaultsEvery, faultsEvery))
	c.Depth = min(max(1, cmp.Or(c.Depth, 2)), evidence.DepthMax)
	c.SecondLives = max(0, cmp.Or(c.SecondLives, secondLives))
	c.FindingsMax = cmp.Or(c.FindingsMax, 10)
	c.Workers = cmp.Or(c.Workers, runtime.GOMAXPROCS(0))
	c.HangAfter = cmp.Or(c.HangAfter, hangAfterDefault)
	c.check = cmp.Or(c.check, selfcheck.BuiltIn)
	c.Plan.Seed = uint64(c.Seed.For("crash"))
	return c
}

// options returns how engines run; test is the test that has the factory, "" for none.
func (c Config) options(test string) host.Options {
	return host.Options{HangAfter: c.HangAfter, Disks: evidence.Disks(c.Profile), Writeback: c.Writeback, Test: test}
}

// programs returns what the run explores, in its order.
func (c Config) programs(l scenarios.Language) []scenarios.NamedProgram {
	all := slices.Clone(c.Only)
	if c.Only == nil {
		all = c.standardPrograms(l)
	}
	if c.PayloadMaxBytes > 0 {
		for i := range all {
			all[i].Program = all[i].Program.Lighter(c.PayloadMaxBytes)
		}
	}
	return all
}

// programsPlanned returns how many programs there are, and generates none.
func (c Config) programsPlanned(l scenarios.Language) int {
	generated := c.Programs
	if c.Programs = 0; c.Only != nil {
		generated = 0
	}
	return len(c.programs(l)) + generated
}

// standardPrograms returns the first open, the corpus, the named programs and the
// generated ones: what found bugs before comes early.
func (c Config) standardPrograms(l scenarios.Language) []scenarios.NamedProgram {
	all := []scenarios.NamedProgram{l.First()}
	if len(evidence.Disks(c.Profile)) == 0 { // whoever mounts a disk in it has made it
		all = append(all, l.FirstDirMissing())
	}
	for _, p := range append(l.Corpus(), l.Named()...) {
		if !c.Generate.Sequential || !p.Program.Overlaps() {
			all = append(all, p)
		}
	}
	if c.Faults != "" && c.Faults != FaultsNone {
		all = append(all, l.EveryCall())
	}
	for i := range c.Programs {
		name := fmt.Sprintf("generated-%d", i+1)
		program := l.Example(uint64(c.Seed.For(name)), c.Generate)
		all = append(all, scenarios.NamedProgram{Name: name, Program: program})
	}
	return all
}

// damageAtRest is not looked at of an engine that does not claim to detect it.
const damageAtRest = "damage at rest"

// notPlanned returns what a run with this configuration does not look at.
func (c Config) notPlanned() (out []string) {
	switch c.Faults {
	case FaultsNone:
		out = append(out, "calls of the file system that fail")
	case FaultsShare, FaultsIO, FaultsSpace:
		out = append(out, "most ways in which calls of the file system fail")
	}
	if c.Generate.Sequential {
		out = append(out, "calls that overlap")
	}
	if c.Depth == 1 {
		out = append(out, "a crash after a crash")
	}
	return append(out, damageAtRest)
}

// fraction returns the plan with each stage's bound divided by n.
func fraction(p crash.Plan, n int) crash.Plan {
	p = p.Resolved()
	for stage, most := range p.Max {
		if most > 0 {
			p.Max[stage] = max(1, most/n)
		}
	}
	return p
}
