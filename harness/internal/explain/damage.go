package explain

import (
	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
)

// shrinkDamage is shrink for what was corrupted: first the program, by a corruption of one kind, and
// then the corruption. From here on journals have stacks.
func (s *shrinker) shrinkDamage() {
	s.depth = 1
	if !s.take(s.program.Unmeasured()) && !s.take(s.program) {
		return
	}
	for s.shrinkProgram() {
	}
	if s.failure.IsAtRest() {
		s.least, s.statesMax = true, 0
		s.take(s.program)
	}
}

// damages lets the engine recover from each corruption of the writes that were damaged: what it
// tells of them says what its checksum covers.
func (x *explainer) damages() (out []evidence.TriedDamage) {
	image := host.Must(x.Life.Image(x.State))
	whole := x.recover(image)
	if whole.Failure != nil {
		return nil // it is not the engine that it was
	}
	of := x.Life.Corruptible(image, whole.View)
	for _, r := range x.Damaged() {
		for _, c := range corrupt.All(image, of.Records, r, nil) {
			if x.spent() {
				return out
			}
			reaction, _ := of.Reaction(&c, x.recover(host.Must(c.Of(image))))
			out = evidence.AddDamage(out, &c, reaction)
		}
	}
	return out
}
