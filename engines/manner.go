package engines

// The manners in which an engine fails while it is run. Reports and stored
// evidence use these words.
const (
	// MannerError: a call that must succeed returned an error.
	MannerError = "error"
	// MannerMismatch: a read returned something else than was written.
	MannerMismatch = "mismatch"
	// MannerPanic: the engine panicked.
	MannerPanic = "panic"
	// MannerHang: a call did not return in time.
	MannerHang = "hang"
	// MannerExit: the engine's process exited, or its output ended.
	MannerExit = "exit"
	// MannerSignal: a signal ended the engine's process.
	MannerSignal = "signal"
	// MannerGarbage: the engine's process wrote what the protocol does not allow.
	MannerGarbage = "garbage"
	// MannerChildren: the engine's process left child processes behind.
	MannerChildren = "children"
)
