package harness

import (
	"cmp"
	"slices"

	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/explain"
	"github.com/ackproof/ackproof/harness/internal/host"
)

// hitDamaged runs a trial's program, corrupts what it leaves, and hits the first failure of the
// trial's cause.
func (x *exploration) hitDamaged(t explain.Trial) {
	r := host.Must(x.recordProgram())
	if r.Failed != nil || len(r.Lives) == 0 || t.Program.Overlaps() {
		return
	}
	l := r.Lives[len(r.Lives)-1]
	hit := func(f *evidence.Failure) bool {
		if f != nil && f.IsOf(t.Cause) {
			x.hit = f
		}
		return !x.done()
	}
	switch {
	case t.Open:
		_, all := harms(l)
		x.failHarmed(slices.DeleteFunc(all, func(h harm) bool { return h.Kind != t.Damage }), hit)
	case t.Damage == corrupt.Lying:
		x.failLied(l, liesShrunk, hit)
	default:
		of, _, all := x.damages(l)
		x.failDamaged(of, tried(of, all, t), hit)
	}
}

// liesShrunk is how many states a disk whose flushes lie is tried in, of each smaller program.
const liesShrunk = 64

// tried returns the corruptions that a trial tries: those of its kind or, for the least of all
// kinds, those that change the fewest bytes first, and of equal ones its kind first.
func tried(of *evidence.Corruptible, all []damage, t explain.Trial) []damage {
	if !t.Least {
		return slices.DeleteFunc(all, func(d damage) bool { return d.Kind != t.Damage })
	}
	other := func(d damage) int {
		if d.Kind == t.Damage {
			return 0
		}
		return 1
	}
	bytes := func(d damage) int { return evidence.DamagedBytes(of.Image, &d.Corruption) }
	slices.SortStableFunc(all, func(a, b damage) int {
		return cmp.Or(cmp.Compare(bytes(a), bytes(b)), cmp.Compare(other(a), other(b)))
	})
	return all
}
