package harness

import "github.com/ackproof/ackproof/models"

// measured counts what a recording of a program that measures showed. It is not explored:
// each of its crashes was recovered from and judged as it was recorded, and the states of a
// hundred lives would say little more.
func (x *exploration) measured(r *Recording) {
	x.tally.Lives += len(r.Lives)
	crashes := 0
	for i, l := range r.Lives {
		point := len(l.Journal.Events)
		if i+1 < len(r.Lives) {
			point = r.Lives[i+1].Crash.Point
			crashes++
		}
		tested := l.Exercised(point)
		for p := range tested.All() {
			if p != models.SpaceReclaimed {
				x.tally.Evidence[p]++
			}
		}
		if i+1 == len(r.Lives) && tested.Has(models.SpaceReclaimed) {
			x.tally.Evidence[models.SpaceReclaimed] += crashes
		}
	}
	x.tally.Visited += crashes
	x.tally.ByDepth[1] += crashes
	if r.Failed != nil {
		x.fail(r.Failed)
	}
}
