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
// there are next lives. One of them is in the engine's opening: the last there is, or in
// other programs another one. An opening that makes the store is killed at more.
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
	switch kills := x.killsOfOpening(l, lives); {
	case kills > 0:
		return append(spread(opening, kills), spread(later, n)...)
	case len(opening) == 0 || n < 2:
		return spread(later, n)
	}
	return append([]int{opening[len(opening)-1-x.index%len(opening)]}, spread(later, n-1)...)
}

// handsOver reports whether another engine goes on after the n-th kill of a life, which may
// take for durable what the one that was killed has not synced: every second one.
func (x *exploration) handsOver(l *evidence.Life, n int) bool {
	return l.Parent == nil && n%2 == 0 && x.host.TakesOver()
}

// openingKillsMax bounds the kills in one opening, of which there are openingKillsPart for each
// next life.
const (
	openingKillsMax  = 16
	openingKillsPart = 4
)

// killsOfOpening returns at how many points a life's opening is killed beside other kills, 0 if
// one of those is in it: what a process made and did not sync, the next one finds and may take
// for durable. Few programs make the store, but all begin with that.
func (x *exploration) killsOfOpening(l *evidence.Life, lives int) int {
	switch {
	case lives == 0:
		return 0
	case x.openingKills > 0:
		return x.openingKills
	case l.Parent == nil && x.named.Program.FirstOpen():
		return min(openingKillsPart*lives, openingKillsMax)
	}
	return 0
}
