// Package harness finds out whether a storage engine keeps what it acknowledges.
//
// It runs programs on the engine over a disk that journals, visits the states
// that a crash can leave, lets the engine recover from each, and has the models
// judge what came back:
//
//	recording := Record(engine, program)
//	for state := range journal.States(profile, plan) {
//		recovered := Recover(engine, journal.Image(state))
//		outcome.Add(state, models.Check(contract, history.Until(state.Point), recovered))
//	}
//
// A test of one's own engine needs nothing but [Run].
package harness
