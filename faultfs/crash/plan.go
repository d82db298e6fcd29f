package crash

// Stage is a way of choosing crash states. The stages are in the order of their
// cost: how much they find for each state that they visit.
type Stage uint8

const (
	// StagePrefix keeps what came first and loses the rest.
	StagePrefix Stage = iota
	// StagePartial loses a part of one write: some blocks, a third of it, all
	// bytes under the new size; with zeros, garbage or stale bytes there.
	StagePartial
	// StageOmit loses one effect, or one event, and what needs it.
	StageOmit
	// StageFew keeps or loses at most K of them; where few are pending, it
	// visits every combination.
	StageFew
	// StageSample keeps and loses at random.
	StageSample
	stageCount
)

var stageNames = [...]string{
	StagePrefix: "prefix", StagePartial: "partial", StageOmit: "omit",
	StageFew: "few", StageSample: "sample",
}

// String returns the word for s, "unknown" for none of these.
func (s Stage) String() string {
	if s < stageCount {
		return stageNames[s]
	}
	return "unknown"
}

// Stages returns all stages in their order. The slice is the caller's.
func Stages() []Stage {
	return []Stage{StagePrefix, StagePartial, StageOmit, StageFew, StageSample}
}

// Plan bounds how many states are visited, by counts at each crash point. The
// zero value is [DefaultPlan].
type Plan struct {
	// Max bounds each stage at each crash point; a stage that has more spreads
	// its visits evenly over them. 0 is the default's, negative none.
	Max [stageCount]int
	// PointsMax is the most crash points that are visited, spread evenly over all; 0 is
	// all of them.
	PointsMax int
	// FewMax is the K of StageFew; 0 is the default's.
	FewMax int
	// AllMax is the most pending effects of which every combination is visited; 0
	// is the default's.
	AllMax int
	// Seed chooses the samples.
	Seed uint64
}

// DefaultPlan suits programs of some tens of calls.
func DefaultPlan() Plan {
	return Plan{
		Max:    [stageCount]int{StagePrefix: 256, StagePartial: 256, StageOmit: 256, StageFew: 512, StageSample: 32},
		FewMax: 2,
		AllMax: 8,
	}
}

// Resolved returns p with defaults for zeros.
func (p Plan) Resolved() Plan {
	d := DefaultPlan()
	for i := range p.Max {
		if p.Max[i] == 0 {
			p.Max[i] = d.Max[i]
		}
	}
	if p.FewMax == 0 {
		p.FewMax = d.FewMax
	}
	if p.AllMax == 0 {
		p.AllMax = d.AllMax
	}
	return p
}

// Coverage is how much of one stage a plan visits.
type Coverage struct {
	// Stage is the one that is counted.
	Stage Stage
	// Planned is the number of states that the plan visits, candidates that turn
	// out to be the same state included.
	Planned int
	// Total is the number there is. For StageSample it is what was sampled.
	Total int
}
