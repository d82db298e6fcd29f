package hosted

// The manners in which a worker fails.
const (
	// MannerExit: the worker exited, or its output ended.
	MannerExit = "exit"
	// MannerSignal: a signal ended it.
	MannerSignal = "signal"
	// MannerHang: it did not answer in time and was killed.
	MannerHang = "hang"
	// MannerGarbage: it wrote what the protocol does not allow, and was killed.
	MannerGarbage = "garbage"
	// MannerPanic: it answered that the engine panicked, and was killed.
	MannerPanic = "panic"
)

// Failure says how a worker broke the protocol. It is evidence against the engine.
// After a Failure the worker is dead, if it is a Process.
type Failure struct {
	// Manner is one of the manners above.
	Manner string
	// Text says what was expected and what came, with the exit status or the
	// signal if the worker ended by itself.
	Text string
	// Stack is the engine's stack, if a panic was answered.
	Stack string
	// Log is the end of what the worker wrote to stderr.
	Log string
}

// Error returns the manner and the text.
func (f *Failure) Error() string { return "hosted: worker failed (" + f.Manner + "): " + f.Text }
