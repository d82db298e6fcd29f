package crash

import (
	"math/rand/v2"

	"github.com/ackproof/ackproof/internal/digest"
)

// total returns how many choices a stage has at the walker's point.
func (w *walker) total(stage Stage) int {
	n := len(w.pending)
	switch stage {
	case StagePrefix:
		return n + 1
	case StagePartial:
		return len(w.parts())
	case StageOmit:
		return n + w.wideGroups()
	case StageFew:
		if w.visitsAll() {
			return 1 << n
		}
		return w.fewTotal()
	case StageSample:
		if w.visitsAll() {
			return 0
		}
		return max(w.plan.Max[StageSample], 0)
	}
	return 0
}

// visitsAll reports whether every combination of the pending effects is visited.
func (w *walker) visitsAll() bool { return len(w.pending) <= w.plan.AllMax }

// wideGroups counts the events with more than one pending effect.
func (w *walker) wideGroups() int {
	n := 0
	for _, g := range w.groups {
		if g.len() > 1 {
			n++
		}
	}
	return n
}

// choose makes a choice of a stage; it returns false if that is no state.
func (w *walker) choose(stage Stage, choice int) bool {
	switch stage {
	case StagePrefix:
		for i := len(w.drop) - suffixLost(choice, len(w.drop)); i < len(w.drop); i++ {
			w.drop[i] = true
		}
	case StagePartial:
		return w.choosePartial(w.parts()[choice])
	case StageOmit:
		w.chooseOmit(choice)
	case StageFew:
		if w.visitsAll() {
			return w.chooseMask(uint64(choice))
		}
		w.chooseFew(choice)
	case StageSample:
		w.chooseSample(choice)
	}
	return true
}

// prefixEnds is how many choices of StagePrefix come before all others: to lose nothing
// and to lose everything, which show most for a visit.
const prefixEnds = 2

// suffixLost returns how many of n pending effects, the newest ones, a choice of
// StagePrefix loses.
func suffixLost(choice, n int) int {
	switch {
	case choice < prefixEnds:
		return choice * n
	default:
		return choice - 1
	}
}

func (w *walker) chooseOmit(choice int) {
	if choice < len(w.pending) {
		w.drop[choice] = true
	} else {
		choice -= len(w.pending)
		for _, g := range w.groups {
			if g.len() > 1 {
				if choice == 0 {
					w.setDropped(g, true)
				}
				choice--
			}
		}
	}
	w.dropDependents()
}

// chooseMask drops the effects of the mask, if nothing that stays needs them.
func (w *walker) chooseMask(mask uint64) bool {
	for i := range w.drop {
		w.drop[i] = mask>>i&1 == 1
	}
	w.dropDependents()
	for i, d := range w.drop {
		if d != (mask>>i&1 == 1) {
			return false
		}
	}
	return true
}

// unitsMax is the most effects that StageFew takes one by one; where more are
// pending it takes the effects of an event together.
const unitsMax = 48

// units returns what StageFew combines.
func (w *walker) units() int {
	if len(w.pending) <= unitsMax {
		return len(w.pending)
	}
	return len(w.groups)
}

func (w *walker) unit(i int) span {
	if len(w.pending) <= unitsMax {
		return span{int32(i), int32(i) + 1}
	}
	return w.groups[i]
}

// fewTotal counts the sets of at most FewMax units to keep, and as many to lose.
func (w *walker) fewTotal() int {
	total := 0
	for size := 1; size <= w.plan.FewMax; size++ {
		total += 2 * binomial(w.units(), size)
	}
	return total
}

// chooseFew keeps or loses the units of one small set.
func (w *walker) chooseFew(choice int) {
	lose := choice%2 == 0
	choice /= 2
	size := 1
	for choice >= binomial(w.units(), size) {
		choice -= binomial(w.units(), size)
		size++
	}
	for i := range w.drop {
		w.drop[i] = !lose
	}
	// The set with this number among those of its size.
	for unit := w.units() - 1; size > 0; unit-- {
		if below := binomial(unit, size); choice >= below {
			choice -= below
			size--
			w.setDropped(w.unit(unit), lose)
		}
	}
	if lose {
		w.dropDependents()
	} else {
		w.keepNeeds()
	}
}

// binomial returns n over k, at most 2^40.
func binomial(n, k int) int {
	if k > n {
		return 0
	}
	out := 1
	for i := range k {
		out = out * (n - i) / (i + 1)
		if out > 1<<40 {
			return 1 << 40
		}
	}
	return out
}

// chooseSample drops at random: each effect, or each event, with one of several
// probabilities, and all of what comes after a random place sometimes.
func (w *walker) chooseSample(choice int) {
	rng := rand.New(rand.NewPCG(digest.Mix(w.plan.Seed, uint64(w.point.time)), uint64(choice)))
	threshold := []uint32{1 << 29, 1 << 31, 7 << 29}[rng.IntN(3)]
	if rng.IntN(2) == 0 {
		for i := range w.drop {
			w.drop[i] = rng.Uint32() < threshold
		}
	} else {
		for _, g := range w.groups {
			w.setDropped(g, rng.Uint32() < threshold)
		}
	}
	if rng.IntN(2) == 0 {
		w.dropDependents()
	} else {
		w.keepNeeds()
	}
	if w.space.profile.Fill == anyFill {
		w.fill = w.fillIfGap(Fill(rng.IntN(3)))
	}
}

// fillIfGap returns f if the choice leaves bytes to fill, zero otherwise.
func (w *walker) fillIfGap(f Fill) Fill {
	if f != FillZero && !w.hasGap() {
		return FillZero
	}
	return f
}
