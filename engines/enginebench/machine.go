package enginebench

import (
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// scaleMax bounds how much longer a chunk of ten times as many entries may take: linear is 10,
// quadratic 100. d-engine's guide says "~10x slower, not 100x".
const scaleMax = 20

// Machine returns what is measured of a state machine. f.Program is not looked at, as in [Log].
func Machine(f engines.MachineFactory) []Measurement {
	m := machines{maker[engines.StateMachine]{f.Needs, f.Open}}
	does := func(n int) string {
		return fmt.Sprintf("applies one chunk of %s puts to an empty machine", Thousands(float64(n)))
	}
	out := []Measurement{
		{Name: "apply_chunk/100", Target: Target{1, Seconds}, Does: does(100), Commits: true, run: m.applyChunk(100)},
		{Name: "apply_chunk/1,000", Target: Target{0, Seconds}, Does: does(1000), Commits: true, run: m.applyChunk(1000)},
		{Name: "apply_chunk/10,000", Target: Target{0, Seconds}, Does: does(10_000), Commits: true, run: m.applyChunk(10_000)},
	}
	for _, n := range []int{1000, 10_000} {
		more, less := Thousands(float64(n)), Thousands(float64(n/10))
		out = append(out, Measurement{
			Name: "apply_chunk/" + more + " to " + less, Target: Target{scaleMax, Times}, Commits: true,
			Does: fmt.Sprintf("how many times longer a chunk of %s takes than one of %s", more, less),
			run:  m.applyChunk(n), base: m.applyChunk(n / 10),
		})
	}
	return out
}

// machines makes state machines to measure.
type machines struct{ maker[engines.StateMachine] }

func (m machines) applyChunk(n int) run {
	return func(ctx context.Context, dir string) (Sample, error) {
		chunk := puts(n)
		return m.sample(ctx, dir, task[engines.StateMachine]{
			prepare: func(ctx context.Context, machine engines.StateMachine) error { return machine.Start(ctx) },
			calls:   1, entries: n,
			call: func(ctx context.Context, machine engines.StateMachine, _ int) error {
				_, err := machine.ApplyChunk(ctx, chunk)
				return err
			},
			check: func(_ context.Context, machine engines.StateMachine) error {
				if got, applied := machine.Len(), machine.LastApplied().Index; got != n || applied != uint64(n) {
					return fmt.Errorf("got %d keys after entry %d, want %d after as many", got, applied, n)
				}
				return nil
			},
			durable: func(machine engines.StateMachine) bool { return engines.MachineClaimsOf(machine).ApplyDurable },
		})
	}
}
