package harness

import (
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
)

// continuation returns what an engine does after a crash, before the next.
func continuation(l scenarios.Language, seed Seed) scenarios.Program {
	return l.Example(uint64(seed), scenarios.Config{StepsMax: 5, EntriesMax: 8, TotalPayloadBytes: 4 << 10})
}

// killTimes returns crash points at which a kill leaves something pending: half as many as
// there are next lives. One of them is in the engine's opening, or more where openingKills
// says so: what that made and did not sync is found by the next opening, which may take it
// for durable.
func (x *exploration) killTimes(l *evidence.Life, lives int) []int {
	n := lives / 2
	var opening, later []int
	space := l.Crashes()
	for _, time := range space.Points() {
		switch pending := space.Lost(crash.State{Point: time, Lost: true}); {
		case len(pending) == 0 || time <= l.ResumedAt:
		case time <= l.OpenedAt:
			opening = append(opening, time)
		default:
			later = append(later, time)
		}
	}
	if x.openingKills > 0 && lives > 0 {
		return append(spread(opening, x.openingKills), spread(later, n)...)
	}
	if len(opening) == 0 || n < 2 {
		return spread(later, n)
	}
	return append(spread(opening, 1), spread(later, n-1)...)
}
