package scenarios

import "github.com/ackproof/ackproof/faultfs/fault"

// Word is a kind of step: how it is written, and what is to be known of its steps. Words are
// made once, as the variables of a package, and told apart by their addresses.
type Word struct {
	// Name is how steps of the kind begin.
	Name string
	// Arguments are what follows the name, but for the cancel= of a call.
	Arguments []Argument
	// Call says that a step is one call of the engine, or several that follow each other for
	// one purpose. Only that may have cancel=, or a power failure in it.
	Call bool
	// Reads says that this call changes nothing.
	Reads bool
	// Writes says that a step writes as many payloads as its Count says, and takes their
	// sizes in turn from its Sizes.
	Writes bool
	// Again, if not nil, returns the step that does once more what a step did before it, as
	// who does not know whether a call did what it was to do. If it did, nothing changes.
	Again func(Step) Step
	// Simpler, if not nil, returns what can replace a step but with smaller numbers: steps
	// of kinds with less to them, boldest first.
	Simpler func(Step) [][]Step
	// Weighs, if not nil, orders a step among those that Simpler goes through: each is to
	// weigh more than what can replace it.
	Weighs func(Step) int64

	block bool // steps have a body in braces
}

// Kind is what a step does.
type Kind = *Word

// String returns the word for k in programs.
func (k *Word) String() string {
	if k == nil {
		return "unknown"
	}
	return k.Name
}

// Argument is one argument of a step: how it is read and how it is written. Both in one
// place, so that what is printed parses back.
type Argument struct {
	// Key names an argument key=value; one without a key stands right after the step's
	// word and is required.
	Key string
	// Required says that an argument with a key may not be left out.
	Required bool
	// Want says what a value is, for errors.
	Want string
	// Unset, if not nil, gives the step the value of an argument left out.
	Unset func(*Step)
	// Read takes a value; false refuses it.
	Read func(*Step, string) bool
	// Write returns the value, or "" to leave the argument out.
	Write func(Step) string

	// readRest is there instead of Read where the argument is all that is left of the
	// line. Its error says what is wrong.
	readRest func(*Step, string) error
}

// Step is one line of a program. Kinds of steps of all languages share its fields, and each
// uses those that it needs. The numbers are relative to what the engine has when the step
// runs, and negative ones count as 0.
type Step struct {
	Kind Kind
	// Count is how many things a step writes, reads or discards, or how many rounds Repeat
	// has.
	Count int
	// Again has a step do once more what the last one did, whatever Count says.
	Again bool
	// Back is how many of the newest things a step writes over.
	Back int
	// Terms is the terms that what is written may span; 0 means 1.
	Terms int
	// Sizes are taken in turn for the payloads that are written; none means
	// StandardSizeBytes.
	Sizes []SizeRange
	// Fill is what those payloads hold.
	Fill Fill
	// All means everything, whatever Count says, and has Space lift the limit, whatever
	// FreeBytes says.
	All bool
	// Beyond is how far past the end a step with All goes.
	Beyond int
	// Raise is by how much the term is raised.
	Raise int
	// Vote is the candidate that a vote is for; 0 is none.
	Vote int
	// Position is what a step reads, or begins to read at, 1 being the first.
	Position int
	// Harm is what happened to a file that a step hands over, 0 for nothing.
	Harm int
	// Loss is what Crash loses.
	Loss Loss
	// After is the event of the call in Body after which Crash comes, counted from 1; 0,
	// or one beyond the last, is when the call has returned.
	After int
	// DirMissing has FirstOpen begin without the engine's directory: only the one above
	// it is there.
	DirMissing bool
	// Flushers and Readers are the goroutines alongside Body in Concurrently;
	// Flushes and Reads are the calls that each of them makes; 0 means 1.
	Flushers, Flushes, Readers, Reads int
	// Purges is how often one more goroutine there discards something that was there
	// before; 0 is no such goroutine.
	Purges int
	// Seed draws who goes on when in Concurrently.
	Seed int
	// Sync is which fsync of the process Hold holds, counted from 1, of those that begin
	// after it;
	// Returns is how many calls must return before it ends, if anybody can go on.
	Sync, Returns int
	// Fault is what Fail has fail. It counts the calls that come after the step.
	Fault fault.Fault
	// FreeBytes is by how much files may grow together after Space, until the disk is full.
	FreeBytes int
	// CancelAfter ends the context of a step that is one call: right after that many
	// file-system calls while it runs, if there are that many. 0 does not end it.
	CancelAfter int
	// Body are the steps that Concurrently runs in order. Each is one call, or a fault. In
	// Crash it is the call that the power failure comes in; none is between calls. In Repeat
	// it is what a round does: calls, steps that end a life, and Usage.
	Body []Step
}

// StandardSizeBytes is the size of a payload where a step names none.
const StandardSizeBytes = 8

// SizeRange is the sizes in bytes from Min to Max, both included.
type SizeRange struct{ Min, Max int }

// Fill is what payloads hold.
type Fill uint8

const (
	// FillRandom is bytes that do not compress.
	FillRandom Fill = iota
	// FillCompressible is the first 16 of those bytes, again and again.
	FillCompressible
	// FillZeros is zeros, as in a file that was never written there.
	FillZeros
)

// Loss is what a power failure takes of what no fsync has covered. The zero
// value loses nothing.
type Loss struct {
	Manner LossManner
	// Seed picks the sample of LoseSample.
	Seed int
}

// LossManner is how a Loss chooses.
type LossManner uint8

const (
	// LoseNothing keeps all that was written.
	LoseNothing LossManner = iota
	// LoseEverything loses all that was pending.
	LoseEverything
	// LoseSample loses what a draw by Loss.Seed says.
	LoseSample
)

// Program is a list of steps. Its methods never change it and share no steps
// with what they return.
type Program []Step

// PayloadSizes returns what the sizes of the payloads are that s writes, never none.
func (s Step) PayloadSizes() []SizeRange {
	if len(s.Sizes) == 0 {
		return []SizeRange{{StandardSizeBytes, StandardSizeBytes}}
	}
	return s.Sizes
}
