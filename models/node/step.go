package node

import (
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
	"github.com/ackproof/ackproof/models/raftlog"
)

// Step returns the state after c, or false if no parts that keep their contracts can have
// given c's result in state, or left together what c showed.
func (m spec) Step(state models.SpecState, c *models.Call) (models.SpecState, bool) {
	s := state.(*specState)
	if s.IsCrowded() {
		return s, true
	}
	next := *s
	for _, side := range sides {
		call := side.call(c)
		if call == nil {
			continue
		}
		after, ok := m.parts[side].Step(s.parts[side], call)
		if !ok {
			return s, false
		}
		next.parts[side] = after
	}
	if r := c.Result.Recovered; r != nil && r.Failure == nil && m.isBehind(r.View) {
		return s, false
	}
	next.purges = s.purges.with(c)
	if next == *s {
		return s, true // a checker tells by that where nothing has happened
	}
	return &next, true
}

// Legal reports whether r may come of state by c: each part's may, and they belong together.
func (m spec) Legal(state models.SpecState, r *models.Recovered, c *models.Call) bool {
	for _, side := range sides {
		if !m.parts[side].Legal(state.(*specState).parts[side], side.recovered(r), c) {
			return false
		}
	}
	return !m.isBehind(r.View)
}

// isBehind reports whether the log that shown has is purged beyond what its machine holds,
// though that is promised not to be.
func (m spec) isBehind(shown models.View) bool {
	v := viewOf(shown)
	return m.contract.keepsPurged() && purgedTo(&v.Log) > holds(v)
}

// Adopt returns the state after the legal recovery r.
func (m spec) Adopt(state models.SpecState, r *models.Recovered, c *models.Call) models.SpecState {
	next := *state.(*specState)
	for _, side := range sides {
		next.parts[side] = m.parts[side].Adopt(next.parts[side], side.recovered(r), c)
	}
	return &next
}

// Exercised returns the properties that a crash in state puts to the test in a part that
// claims them, or in both together.
func (m spec) Exercised(state models.SpecState) (out models.PropertySet) {
	s := state.(*specState)
	for _, side := range sides {
		out |= m.parts[side].Exercised(s.parts[side]) & m.contract.part(side).Claimed()
	}
	if s.purges != nil {
		out = out.With(models.PurgeBehindSnapshot)
	}
	return out
}

// View returns what state shows; what a contract leaves open is as in shown.
func (m spec) View(state models.SpecState, shown models.View) models.View {
	s := state.(*specState)
	log := m.parts[logSide].View(s.parts[logSide], logSide.view(shown))
	machines := m.parts[machineSide].View(s.parts[machineSide], machineSide.view(shown))
	return &View{*log.(*raftlog.View), *machines.(*machine.View)}
}

// Line reports whether there is one call at most: others are searched for orders.
func (spec) Line(calls []models.Call) bool { return len(calls) <= 1 }
