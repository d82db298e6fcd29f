package harness

import (
	"context"
	"errors"
	"time"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/coverage"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/scenarios"
)

// exploration explores one program in one round: its lives, and those that follow from
// the crashes in them. It is for one goroutine; the cache may be shared.
type exploration struct {
	ctx        context.Context
	engine     string
	handover   *evidence.Handover // nil for one engine alone
	host       host.Host
	store      *store // nil if the engine makes none
	config     Config
	round      round
	named      scenarios.NamedProgram
	index      int  // of the program
	stacks     bool // journal who called
	cache      *cache
	recoveries host.Recoveries
	triages    bool // the engine can be opened read-only
	faulted    bool // the program is another one with a fault
	// unfired are the faults of the program that have not fired yet, if it is one that
	// somebody gave.
	unfired []scenarios.Step

	tally  evidence.Tally
	images []metImage // in the order in which they were met
	causes causes
	found  []*found
	whole  map[wholeKey]*evidence.Failure
	// offer is called with each new finding.
	offer func(*found)
	// learn adds causes that other programs found meanwhile, and reports whether there
	// are any.
	learn func() bool
	// amend, if not nil, returns a program's recording as it is explored.
	amend amendment
	// openingKills is how many kills there are in each opening at most, beside the others of a
	// life; 0 means in one that makes the store alone.
	openingKills int
	// enough says that the findings are all that was asked for; cut, that the time was up
	// or that the engine hung too often.
	enough, cut bool
	// hangs counts the engine's hangs; impatient says that hangs are known, so that it is
	// given less time.
	hangs     int
	impatient bool
	// target, if not nil, is the one cause that is looked for; hit is a failure of it.
	target *evidence.Cause
	hit    *evidence.Failure
	// statesMax is the most states that are visited, 0 for no bound.
	statesMax int
	// chosen are the states that a round of representatives visits.
	classes *classes
	chosen  map[*evidence.Life][]crash.Ref
	// coverage counts what recoveries run, nil if nobody does. reached says that one came to a
	// block that none had come to; lives begin with the states of returnTo too.
	coverage *coverage.Recorder
	reached  bool
	returnTo keptStates
	// lost says that an acknowledged write of an engine that does not claim
	// durable writes was lost; kept counts the states that kept all.
	lost bool
	kept int

	shown shown
}

// amendment returns the recording of a program, or of what followed its crashes, as it is
// explored. It is called by many goroutines.
type amendment func(program int, r *Recording) *Recording

// metImage is an image that the engine was let open, and whether it recovered in full.
type metImage struct {
	hash  digest.Digest
	whole bool
}

// hangsMax is how many hangs end an exploration: each takes long and leaves a goroutine
// behind. Where a hang is known, one does.
const hangsMax = 3

func newExploration(ctx context.Context, h host.Host, c Config, r round, shared *cache) *exploration {
	return &exploration{
		ctx: ctx, host: h, config: c, round: r, stacks: h.CheapStacks(), cache: shared, recoveries: h.Recoveries(),
		tally: evidence.NewTally(), whole: map[wholeKey]*evidence.Failure{},
		offer: func(*found) {}, learn: func() bool { return false },
	}
}

// done reports whether to stop where it is, and remembers that the time is up.
func (x *exploration) done() bool {
	if x.ctx.Err() != nil || x.hangs >= hangsMax || x.hangs > 0 && x.impatient {
		x.cut = true
	}
	return x.cut || x.enough || x.hit != nil || x.statesMax > 0 && x.tally.Visited >= x.statesMax
}

// inTime does something that ends early when the time is up, and remembers if it did.
func (x *exploration) inTime(do func()) (err error) {
	func() {
		defer host.Guard(&err)
		do()
	}()
	if errors.Is(err, host.ErrOutOfTime) {
		x.cut, err = true, nil
	}
	return err
}

// hasTime does something unless the time is up before it is done, and reports whether
// it was done.
func (x *exploration) hasTime(do func()) bool {
	done := false
	host.Must(done, x.inTime(func() {
		do()
		done = true
	}))
	return done
}

// show shows, once in a while, what was explored since it did so last.
func (x *exploration) show(stage crash.Stage) {
	const every = 64
	if x.shown.Progress != nil && x.tally.Visited%every == 0 {
		x.shown.activity.Store(int64(stage) + 1)
		x.showRest()
	}
}

// showRest shows what was not shown yet.
func (x *exploration) showRest() {
	s := x.shown
	if s.Progress == nil {
		return
	}
	s.Progress.visited.Add(int64(x.tally.Visited - s.visited))
	s.distinct.Store(int64(x.cache.size()))
	x.shown = shown{s.Progress, x.tally.Visited}
}

// impatientLimit is how long an engine that is known to hang gets.
func impatientLimit(limit time.Duration) time.Duration {
	return min(limit, max(limit/10, 100*time.Millisecond))
}
