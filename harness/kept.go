package harness

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
)

// keptStates are crash states from which a recovery came to a block that none had come to, by
// their life: next lives begin with them too.
type keptStates map[*evidence.Life][]crash.State

// keptMax is how many are kept of one life.
const keptMax = 2

// keep keeps a state of a life, unless there are enough.
func (k keptStates) keep(l *evidence.Life, state crash.State) {
	same := func(o crash.State) bool { return o.String() == state.String() }
	if len(k[l]) < keptMax && !slices.ContainsFunc(k[l], same) {
		k[l] = append(k[l], state)
	}
}
