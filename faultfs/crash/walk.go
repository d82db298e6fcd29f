package crash

import (
	"iter"
	"slices"
)

// Walk yields the crash states of the space, as far as the plan goes:
// stage by stage, cheapest first, and in each stage round robin over the crash
// points, those first that known bugs favour. The same plan gives the same walk.
func (s *Space) Walk(plan Plan) iter.Seq[Candidate] {
	return func(yield func(Candidate) bool) {
		w := &walker{space: s, plan: plan.Resolved()}
		order := s.pointOrder(plan)
		for stage := range stageCount {
			if !w.walk(stage, order, yield) {
				return
			}
		}
	}
}

// pointOrder returns the numbers of the points that a plan visits, best rank first.
func (s *Space) pointOrder(plan Plan) []int {
	order := s.visitedPoints(plan)
	slices.SortStableFunc(order, func(a, b int) int { return int(s.points[a].rank) - int(s.points[b].rank) })
	return order
}

// visitedPoints returns the numbers of the points that a plan visits, the last one
// among them, in order.
func (s *Space) visitedPoints(plan Plan) []int {
	n := len(s.points)
	if plan.PointsMax > 0 {
		n = min(n, plan.PointsMax)
	}
	out := make([]int, n)
	for i := range out {
		out[i] = (i+1)*len(s.points)/n - 1
	}
	return out
}

// roundStates is how many states of one point are visited before the next point
// has its turn.
const roundStates = 32

// walk visits one stage at all points, in rounds.
func (w *walker) walk(stage Stage, order []int, yield func(Candidate) bool) bool {
	limit := w.plan.Max[stage]
	open := slices.Clone(order)
	for from := 0; len(open) > 0 && from < limit; from += roundStates {
		kept := open[:0]
		for _, point := range open {
			w.enter(point)
			total := w.total(stage)
			visits := min(total, limit)
			for i := from; i < min(from+roundStates, visits); i++ {
				if !w.visit(stage, spread(stage, i, visits, total), yield) {
					return false
				}
			}
			if from+roundStates < visits {
				kept = append(kept, point)
			}
		}
		open = kept
	}
	return true
}

// spread maps the i-th of n visits to a stage onto its total choices, evenly. The first
// two of StagePrefix, everything kept and everything lost, are always among them.
func spread(stage Stage, i, n, total int) int {
	if n == total {
		return i
	}
	always := 0
	if stage == StagePrefix {
		always = prefixEnds
	}
	if i < always {
		return i
	}
	return always + int(int64(i-always)*int64(total-always)/int64(n-always))
}

// visit looks at one choice of a stage and yields it if it is a state.
func (w *walker) visit(stage Stage, choice int, yield func(Candidate) bool) bool {
	clear(w.drop)
	w.torn, w.fill = w.torn[:0], FillZero
	if !w.choose(stage, choice) {
		return true
	}
	w.candidate = candidate{w: w, stage: stage, choice: choice}
	return yield(&w.candidate)
}

// Ref is the number of the point, and that of the choice among those of the stage.
func (c *candidate) Ref() Ref { return Ref{int32(c.w.index), int32(c.choice), c.stage} }

// Named yields the states that a walk of this space with the plan called refs, in their order.
func (s *Space) Named(plan Plan, refs []Ref) iter.Seq[Candidate] {
	return func(yield func(Candidate) bool) {
		w := &walker{space: s, plan: plan.Resolved()}
		for _, ref := range refs {
			w.enter(int(ref.Point))
			if !w.visit(ref.Stage, int(ref.Choice), yield) {
				return
			}
		}
	}
}

// StateOf returns the state that a walk of this space with the plan called ref.
func (s *Space) StateOf(plan Plan, ref Ref) (state State) {
	for c := range s.Named(plan, []Ref{ref}) {
		state = c.State()
	}
	return state
}

// Sample returns one state at the last crash point up to time, drawn by seed. The
// same seed draws the same state.
func (s *Space) Sample(time int, seed uint64) State {
	index := 0
	for i, p := range s.points {
		if int(p.time) <= time {
			index = i
		}
	}
	return s.StateOf(Plan{Seed: seed}, Ref{Point: int32(index), Stage: StageSample})
}

// Coverage returns, for each stage, how much of it the plan visits.
func (s *Space) Coverage(plan Plan) []Coverage {
	plan = plan.Resolved()
	out := make([]Coverage, stageCount)
	w := walker{space: s, plan: plan}
	for stage := range stageCount {
		out[stage].Stage = stage
	}
	for _, i := range s.visitedPoints(plan) {
		w.enter(i)
		for stage := range stageCount {
			total := w.total(stage)
			out[stage].Total += total
			out[stage].Planned += min(total, max(plan.Max[stage], 0))
		}
	}
	return out
}
