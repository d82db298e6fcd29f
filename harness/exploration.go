package harness

import (
	"context"
	"time"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// exploration explores one program: its lives, and those that follow from the
// crashes in them. It is for one goroutine; the cache may be shared.
type exploration struct {
	host       host.Host
	store      *store // nil if the engine makes none
	config     Config
	stacks     bool // journal who called
	cache      *cache
	recoveries host.Recoveries
	deadline   time.Time // zero for none
	ctx        context.Context

	tally    evidence.Tally
	images   []digest.Digest // in the order in which they were met
	failures []failure       // the first for each property
	failing  map[models.Property]bool
	cut      bool // the budget ended it
	hangs    int
	// target, if not "", is a property whose failure ends it.
	target models.Property
	// lost says that an acknowledged write of an engine that does not claim
	// durable writes was lost; kept counts the states that kept all.
	lost bool
	kept int

	shown shown
}

// failure is a failure, and how many states of its program were visited before.
type failure struct {
	*evidence.Failure
	visited int
}

// hangsMax is how many hangs end an exploration: each takes seconds and leaves a
// goroutine behind.
const hangsMax = 3

// failingMax is how many failing states end an exploration that need not keep
// going: they say the same again and again.
const failingMax = 500

func newExploration(ctx context.Context, h host.Host, c Config, shared *cache, deadline time.Time) *exploration {
	return &exploration{
		host: h, config: c, cache: shared, recoveries: h.Recoveries(), deadline: deadline, ctx: ctx,
		tally: evidence.NewTally(), failing: map[models.Property]bool{},
	}
}

// done reports whether to stop where it is.
func (x *exploration) done() bool {
	return x.cut || x.hangs >= hangsMax ||
		x.target != "" && x.failing[x.target] ||
		!x.config.KeepGoing && x.tally.Failing >= failingMax
}

// expired reports whether the budget is used up, and remembers it. The clock is
// read once in a while.
func (x *exploration) expired() bool {
	const every = 64
	if x.tally.Visited%every == 0 {
		x.cut = x.ctx.Err() != nil || !x.deadline.IsZero() && time.Now().After(x.deadline)
	}
	return x.cut
}

// plan returns the plan for a depth: the deeper, the fewer states of each life.
func (x *exploration) plan(depth int) crash.Plan {
	plan := x.config.Plan.Resolved()
	for i := range plan.Max {
		plan.Max[i] >>= 2 * (depth - 1)
		if plan.Max[i] == 0 {
			plan.Max[i] = -1
		}
	}
	return plan
}

// fail notes a failure if it is the first of its property, and a verdict that
// could not be reached. It reports whether it keeps f.
func (x *exploration) fail(f *evidence.Failure) bool {
	if f.Verdict.Outcome == models.Unknown {
		x.tally.Unknown++
		return false
	}
	p := f.Property()
	if x.failing[p] {
		return false
	}
	x.failing[p] = true
	x.failures = append(x.failures, failure{f, x.tally.Visited})
	return true
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
	s.Progress.failures.Add(int64(len(x.failures) - s.failures))
	s.distinct.Store(int64(x.cache.size()))
	x.shown = shown{s.Progress, x.tally.Visited, len(x.failures)}
}
