package harness

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// crashTime returns the time right after an event of some calls, counted from 1, that of
// the life's end if they have no such event or it is 0. Marks do not count.
func crashTime(l *evidence.Life, made models.History, event int) int {
	end := len(l.Journal.Events)
	if len(made) == 0 || event <= 0 {
		return end
	}
	for time := made[0].Invoked; time < made[len(made)-1].Returned; time++ {
		if l.Journal.Events[time].IsMark() {
			continue
		}
		if event--; event == 0 {
			return time + 1
		}
	}
	return end
}

// powerFailure returns the state after the first time events of a life of which a power
// failure loses what loss says.
func powerFailure(l *evidence.Life, time int, loss scenarios.Loss) crash.State {
	states := l.Crashes()
	points := states.Points()
	next, _ := slices.BinarySearch(points, time)
	state := crash.State{Point: points[next]}
	switch loss.Manner {
	case scenarios.LoseEverything:
		state.Lost = true
	case scenarios.LoseSample:
		state = states.Sample(state.Point, uint64(loss.Seed))
	}
	if state.Point == time {
		return state
	}
	return withoutLater(states, state, time)
}

// withoutLater returns the state as a crash after the first time events leaves it: what
// came between that and its crash point is lost too. Nothing was forced there, as it would
// be a crash point.
func withoutLater(states crash.States, state crash.State, time int) crash.State {
	later := func(id crash.EffectID) bool { return states.Effect(id).Event >= time }
	lost := states.Lost(state)
	for _, id := range states.Lost(crash.State{Point: state.Point, Lost: true}) {
		if later(id) {
			lost = append(lost, id)
		}
	}
	slices.Sort(lost)
	state.Torn = slices.DeleteFunc(slices.Clone(state.Torn), func(t crash.Tear) bool { return later(t.Effect) })
	out, ok := states.Losing(state, slices.Compact(lost))
	if !ok {
		panic(fmt.Sprintf("harness: %v cannot lose what came after the first %d events: %v", state, time, states.Check(out)))
	}
	return out
}
