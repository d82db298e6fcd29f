// Package harness finds out whether a storage engine keeps what it acknowledges.
//
// It runs programs on the engine over a disk that journals, visits the states
// that a crash can leave, lets the engine recover from each, and judges what came
// back by a model:
//
//	recording, err := harness.Record(engine, harness.Config{}, program)
//	for _, life := range recording.Lives {
//		for state := range life.Crashes().Walk(plan) {
//			image, err := life.Image(state.State())
//			recovered, err := harness.Recover(engine, image)
//			verdict := life.Verdict(state.Point(), recovered)
//		}
//	}
//
// The example has it in full, and [Verify] does it for many programs. A test of one's
// own engine needs nothing but [Run].
package harness
