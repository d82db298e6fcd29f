package evidence

import (
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/models"
)

// DepthMax is the most crashes that follow each other.
const DepthMax = 3

// Tally counts what was explored.
type Tally struct {
	// Programs is how many programs ran to their end, Planned how many there are.
	Programs, Planned int
	// Lives counts what those programs and the crashes after them made.
	Lives int
	// Visited counts crash states, and Points the crash points in all lives at which they are.
	Visited, Points int
	// Effects counts what could be lost, the versions of sectors, sizes and names, and
	// EffectsLost those of them that some state lost.
	Effects, EffectsLost int
	// Distinct counts the different images among them: the engine was let open each.
	Distinct int
	// ReadOnly counts those of the images that were only opened read-only: what each showed
	// was recovered in full from another. From the rest of them the engine recovered in full.
	ReadOnly int
	// Judged counts the different pairs of what came back and what was promised.
	Judged int
	// Failing counts the visited states that broke a promise.
	Failing int
	// Unknown counts the verdicts that the model gave up on.
	Unknown int
	// ByStage counts visited states, and what the plan allowed and there was.
	ByStage map[crash.Stage]StageTally
	// InRecovery counts those visited states whose crash hit a recovery, and
	// ByDepth those by the number of crashes before.
	InRecovery int
	ByDepth    [DepthMax + 1]int
	// Evidence is how many visited states put a property to the test.
	Evidence map[models.Property]int
	// Faults counts the programs with a fault each, which are counted above too.
	Faults FaultTally
}

// FaultTally counts programs in which a fault was tried. In each that fired it surfaced, if
// a call said that it failed, or was masked.
type FaultTally struct {
	Tried, Fired, Surfaced, Masked int
	// Visited is how many of the visited states are of these programs: what faults get of
	// the run.
	Visited int
}

// StageTally is how much of a stage was visited.
type StageTally struct {
	Visited, Planned, Total int
}

// NewTally returns a tally of nothing.
func NewTally() Tally {
	return Tally{ByStage: map[crash.Stage]StageTally{}, Evidence: map[models.Property]int{}}
}

// Add adds o to t, but for Planned, Distinct and ReadOnly, which only the whole knows.
func (t *Tally) Add(o Tally) {
	t.Programs += o.Programs
	t.Lives += o.Lives
	t.Visited += o.Visited
	t.Points += o.Points
	t.Effects += o.Effects
	t.EffectsLost += o.EffectsLost
	t.Judged += o.Judged
	t.Failing += o.Failing
	t.Unknown += o.Unknown
	t.InRecovery += o.InRecovery
	t.Faults.add(o.Faults)
	for i, n := range o.ByDepth {
		t.ByDepth[i] += n
	}
	for stage, s := range o.ByStage {
		sum := t.ByStage[stage]
		sum.Visited += s.Visited
		sum.Planned += s.Planned
		sum.Total += s.Total
		t.ByStage[stage] = sum
	}
	for p, n := range o.Evidence {
		t.Evidence[p] += n
	}
}

func (t *FaultTally) add(o FaultTally) {
	t.Tried += o.Tried
	t.Fired += o.Fired
	t.Surfaced += o.Surfaced
	t.Masked += o.Masked
	t.Visited += o.Visited
}
