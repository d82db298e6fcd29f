package harness

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/coverage"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// verification is one engine's run under one profile.
type verification struct {
	// ctx ends with the time of the run; exploring ends before, to leave time to make
	// findings small.
	ctx, exploring context.Context
	stopExploring  context.CancelFunc

	engine   string
	kind     *subject.Kind
	language scenarios.Language
	host     host.Host
	store    *store // that programs begin on, nil if the engine makes none
	config   Config
	planned  int // programs
	programs []scenarios.NamedProgram
	// faulted are the last of the programs: those with a fault each.
	faulted []faulted
	// recordings are those of the programs, nil where none is kept.
	recordings []*Recording
	cache      *cache
	classes    *classes // that are represented
	findings   *findings
	// amend, if not nil, changes each recording before it is explored.
	amend amendment
	// openingKills is that of an exploration.
	openingKills int
	// coverage counts what recoveries run, nil if nobody does.
	coverage *coverage.Recorder
	returnTo keptStates
	// last is the number of programs that count in this round: those after one that ends
	// the run do not, however the workers raced.
	last atomic.Int64

	began    time.Time
	outcome  *evidence.Outcome
	contract models.Contract
	results  []*explored // the newest of each program, nil for none yet
	visited  int         // states of all rounds
	// weighed says that this is a whole run, which corrupts what programs leave.
	weighed bool
	// corrupted counts the corruptions that the engine was let recover from, and corruptedOf are
	// the causes of what it did not tell.
	corrupted   int
	corruptedOf causes
	told        int                    // those of each program's last round, which the outcome tells
	ended       bool                   // nothing more is to be explored
	seen        map[digest.Digest]bool // the images, those in which it recovered in full marked
}

// recordingsMax is how many recordings are kept from round to round. With more
// programs each is recorded anew.
const recordingsMax = 256

// newVerification returns a run without its programs yet.
func newVerification(ctx context.Context, f subject.Factory, c Config) *verification {
	v := &verification{
		ctx: ctx, engine: f.Name, kind: f.Kind, language: f.Kind.Language, contract: f.Kind.Unopened, config: c,
		planned: c.programsPlanned(f.Kind.Language), cache: newCache(), classes: newClasses(), seen: map[digest.Digest]bool{},
		began: time.Now(),
	}
	v.exploring, v.stopExploring = context.WithCancel(ctx)
	v.outcome = &evidence.Outcome{
		Engine: f.Name, Handover: handoverOf(f), Profile: c.Profile.Name, Seed: c.Seed, Assumes: c.Profile.Assumes(), NotPlanned: c.notPlanned(),
	}
	v.findings = newFindings(c, v.explains, v.stopExploring)
	if deadline, ok := ctx.Deadline(); ok && !c.NoShrink {
		const exploringPart, parts = 2, 3
		reserve := time.AfterFunc(time.Until(deadline)*exploringPart/parts, v.findings.shrinkNow)
		context.AfterFunc(v.exploring, func() { reserve.Stop() })
	}
	return v
}

// explored is one program's result in one round.
type explored struct {
	*exploration
	recording *Recording
	err       error
}

// forget drops what nobody asks for once the result is merged: a sweep has some ten thousand
// programs.
func (e *explored) forget() {
	e.recording, e.images, e.whole = nil, nil, nil
	e.host, e.recoveries, e.store = nil, nil, nil
}

// neverFired returns the faults of a program that somebody gave that did not fire, though all was
// explored as planned.
func (e *explored) neverFired() (out []evidence.Unfired) {
	if e.cut || e.enough || !e.round.planned {
		return nil
	}
	for _, s := range e.unfired {
		out = append(out, evidence.Unfired{Program: e.named.Name, Fault: s.String()})
	}
	return out
}

// newExploration returns an exploration for a round, which ends with the exploring.
func (v *verification) newExploration(r round, hangAfter time.Duration) *exploration {
	h := v.host.Within(host.Limits{HangAfter: hangAfter, Done: v.exploring.Done()})
	x := newExploration(v.exploring, h, v.config, r, v.cache)
	x.engine, x.handover, x.store, x.amend, x.classes = v.engine, v.outcome.Handover, v.store, v.amend, v.classes
	x.shown.Progress = v.config.Progress
	x.openingKills = v.openingKills
	if v.config.Workers == 1 { // otherwise nobody knows who came to a block
		x.coverage, x.returnTo = v.coverage, v.returnTo
	}
	x.stacks = x.stacks || v.amend != nil // which goes by who called
	return x
}

// patience returns how long the engine's calls may take.
func (v *verification) patience() time.Duration {
	if v.findings.hang.Load() {
		return impatientLimit(v.config.HangAfter)
	}
	return v.config.HangAfter
}

// explains returns a known cause that explains a finding, nil for none: a program does not
// know what others found at the same time.
func (v *verification) explains(f *found) *cause {
	if !f.Confirmed || f.IsCorruption() || f.Hangs() || f.cause.known != nil || v.exploring.Err() != nil {
		return nil
	}
	x := v.newExploration(round{}, v.config.HangAfter)
	defer x.recoveries.Close()
	x.causes = v.findings.causesLocked(len(v.programs))
	var known *cause
	_ = x.inTime(func() { _, known = x.unexplained(f.Failure) }) // without an answer it is told
	if known == nil || known.finding == nil {
		return nil
	}
	return known
}

// What can cut a run short.
const (
	cutByTime      = "out of time"
	cutByInterrupt = "interrupted"
	cutByStates    = "the limit on states is reached"
	cutByHangs     = "the engine hangs too often"
	cutByUntil     = "it was to end with this finding"
	cutByFindings  = "the limit on findings is reached"
	cutByBroken    = "the harness is broken"
	cutByStore     = "the engine makes no store that it opens again"
)
