package harness

import (
	"context"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// exploration explores one program: its lives, and those that follow from the
// crashes in them. It is for one goroutine; the cache may be shared.
type exploration struct {
	factory   engines.Factory
	config    Config
	cache     *cache
	recoverer *recoverer
	deadline  time.Time // zero for none
	ctx       context.Context

	tally    Tally
	images   []digest.Digest // in the order in which they were met
	failures []*Failure      // the first for each property
	failing  map[models.Property]bool
	cut      bool // the budget ended it
	hangs    int
	// target, if not "", is a property whose failure ends it.
	target models.Property
	// lost tells that an acknowledged write of an engine that does not claim
	// durable writes was lost; kept counts the states that kept all.
	lost bool
	kept int

	gauged gauged
}

// maxHangs is how many hangs end an exploration: each takes seconds and leaves a
// goroutine behind.
const maxHangs = 3

func newExploration(ctx context.Context, f engines.Factory, c Config, shared *cache, deadline time.Time) *exploration {
	return &exploration{
		factory: f, config: c, cache: shared, recoverer: newRecoverer(f, c), deadline: deadline, ctx: ctx,
		tally: newTally(), failing: map[models.Property]bool{},
	}
}

// program records the program and explores all that follows from it. An error
// says that the environment failed.
func (x *exploration) program(p scenarios.Program, seed Seed) (models.Contract, error) {
	defer x.recoverer.stop()
	defer x.gaugeRest()
	recording, err := record(x.factory, x.config, origin{}, p)
	if err != nil {
		return models.Contract{}, err
	}
	x.lives(recording, 1, seed)
	if !x.cut {
		x.tally.Programs++
	}
	return recording.Contract, nil
}

// lives explores the lives of a recording, at which depth crashes have happened
// once their states are looked at.
func (x *exploration) lives(r *Recording, depth int, seed Seed) {
	for _, life := range r.Lives {
		x.tally.Lives++
		reps := x.life(life, depth)
		if depth < x.config.Depth && !x.done() {
			x.next(life, reps, depth, seed)
		}
	}
	if r.Failed != nil {
		// Last, as a crash state that shows the same tells more.
		x.fail(r.Failed)
	}
}

// done tells whether to stop where it is.
func (x *exploration) done() bool {
	return x.cut || x.hangs >= maxHangs ||
		x.target != "" && x.failing[x.target] ||
		!x.config.KeepGoing && x.tally.Failing >= maxFailing
}

// maxFailing is how many failing states end an exploration that need not keep
// going: they say the same again and again.
const maxFailing = 500

// plan returns the plan for a depth: the deeper, the fewer states of each life.
func (x *exploration) plan(depth int) crash.Plan {
	plan := x.config.Plan
	resolved := plan.Resolved()
	for i := range resolved.Max {
		resolved.Max[i] = resolved.Max[i] >> (2 * (depth - 1))
		if resolved.Max[i] == 0 {
			resolved.Max[i] = -1
		}
	}
	return resolved
}

// judgedKey is a recovery and the position that it was judged at.
type judgedKey struct {
	recovery int32
	position models.Position
	parent   bool
}

// visit is what the walk over one life keeps.
type visit struct {
	life    *Life
	space   *crash.Space
	plan    crash.Plan
	depth   int
	waiting []waiting                   // oldest first
	looks   int                         // how many of these look at an image
	byState map[digest.Digest]*recovery // nil for a state that waits
	judged  map[judgedKey]bool          // and whether it failed
	points  map[int]*pointVisit
	current *pointVisit         // of the candidate that is looked at
	byStage map[crash.Stage]int // visited states
	// reps are the first states from which an engine came to each legal recovery,
	// those that are in represent.
	reps      []crash.Ref
	represent map[int32]bool
}

// pointVisit is what a walk keeps of one crash point.
type pointVisit struct {
	time       int
	position   models.Position
	inRecovery bool
	visited    int
}

// at returns the visit's part for a crash point.
func (v *visit) at(time int) *pointVisit {
	if v.current != nil && v.current.time == time {
		return v.current
	}
	p := v.points[time]
	if p == nil {
		p = &pointVisit{time: time, position: v.life.position(time), inRecovery: v.life.inRecovery(time)}
		v.points[time] = p
	}
	v.current = p
	return p
}

// life visits the crash states of one life. It returns a state for each distinct
// recovery that was legal, as the plan for the depth has it.
func (x *exploration) life(l *Life, depth int) []crash.Ref {
	v := &visit{
		life: l, space: l.spaceUnder(x.config.Profile), plan: x.plan(depth), depth: depth,
		byState: map[digest.Digest]*recovery{}, judged: map[judgedKey]bool{},
		points: map[int]*pointVisit{}, byStage: map[crash.Stage]int{}, represent: map[int32]bool{},
	}
	for _, c := range v.space.Coverage(v.plan) {
		s := x.tally.ByStage[c.Stage]
		s.Planned, s.Total = s.Planned+c.Planned, s.Total+c.Total
		x.tally.ByStage[c.Stage] = s
	}
	x.walk(v)
	x.count(v)
	return v.reps
}

// walk decides the states of a visit, until the end or until it is time to stop.
func (x *exploration) walk(v *visit) {
	defer x.recoverer.forget()
	for candidate := range v.space.Walk(v.plan) {
		if v.life.Resumed > 0 && candidate.Point() <= v.life.Resumed {
			continue // explored with the life that this one resumes
		}
		if !x.meet(v, candidate) {
			return
		}
	}
	x.settle(v, 0)
}

// expired tells whether the budget is used up, and remembers it. The clock is
// read once in a while.
func (x *exploration) expired() bool {
	const every = 64
	if x.tally.Visited%every == 0 {
		x.cut = x.ctx.Err() != nil || !x.deadline.IsZero() && time.Now().After(x.deadline)
	}
	return x.cut
}

// count adds what the walk put to the test.
func (x *exploration) count(v *visit) {
	for _, at := range v.points {
		for p := range v.life.exercised(at.time).All() {
			x.tally.Evidence[p] += at.visited
		}
		if at.inRecovery {
			x.tally.InRecovery += at.visited
		}
		x.tally.ByDepth[v.depth] += at.visited
	}
	for _, stage := range crash.Stages() {
		s := x.tally.ByStage[stage]
		s.Visited += v.byStage[stage]
		x.tally.ByStage[stage] = s
	}
}
