package engines

// The manners in which an engine fails while it runs. Reports and stored evidence
// use these words.
const (
	MannerError    = "error"    // a call that must succeed returned an error
	MannerMismatch = "mismatch" // a read returned something else than was written
	MannerPanic    = "panic"    // the engine panicked
	MannerHang     = "hang"     // a call did not return in time
	MannerExit     = "exit"     // the engine's process exited, or its output ended
	MannerSignal   = "signal"   // a signal ended the engine's process
	MannerGarbage  = "garbage"  // the engine's process broke the protocol
	MannerChildren = "children" // the engine's process left child processes behind
)
