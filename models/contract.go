package models

// Contract is what a subject is held to: the claims of its kind, and whatever else
// decides what it may do. It is a value that nobody changes.
type Contract interface {
	// Spec returns the specification of the subject under the contract.
	Spec() Spec
	// Claimed returns the properties that the contract holds the subject to. The others
	// are never violated under it.
	Claimed() PropertySet
	// Properties returns those that the kind of subject has at all.
	Properties() PropertySet
	// Promised returns the contract of a subject that promises, beside this, that what it
	// writes is durable on return; ok is false where this is promised already, or cannot be.
	Promised() (more Contract, ok bool)
	// OpenedBy returns the contracts where another subject, with the contract reader of the
	// same kind, opens what this one wrote: written is for what this one did, up to what the
	// reader shows of it, and opened for what the reader does from then on. Whether what an
	// open shows is durable is promised by who opens; all else that is shown, by who wrote.
	OpenedBy(reader Contract) (written, opened Contract)
	// Forgetting returns the contract of a subject of which a crash may leave any state that it was
	// in: nothing need survive, and nothing else may come back. Ok is false where there is no
	// such contract.
	Forgetting() (less Contract, ok bool)
	// Unshown returns the contract of a subject that promises the same, but of which nothing is
	// durable for having been shown, by a read or by an open, nor by a close.
	Unshown() Contract
	// ClaimWords returns the words for the claims that are made, WithoutWords those for the
	// operations that are not offered.
	ClaimWords() []string
	WithoutWords() []string
	// DurabilityWord is when writes are durable: Durable, Buffered or Volatile.
	DurabilityWord() string
}

// The words for when writes are durable: as they return, after a flush, or never.
const (
	Durable  = "durable"
	Buffered = "buffered"
	Volatile = "volatile"
)

// Spec is a pure specification: a state and a call go in, the next state comes out. A call
// with Returned Pending may have happened, and makes nothing durable; what a crash leaves
// without it, it may leave with it as well. Its states are of its own type, and whoever
// passes one passes one of those.
type Spec interface {
	// Fresh returns the state of a subject that was just created.
	Fresh() SpecState
	// Step returns the state after c, or false if no subject that keeps the contract can
	// have given c's result in s. In a crowded state any can.
	Step(s SpecState, c *Call) (SpecState, bool)
	// Legal reports whether r may come of s by c, which opened the subject.
	Legal(s SpecState, r *Recovered, c *Call) bool
	// Adopt returns the state after the legal recovery r by c: whoever goes on has seen it.
	Adopt(s SpecState, r *Recovered, c *Call) SpecState
	// Explain returns what is wrong with r, an illegal recovery of s by c, the violation
	// closest to the cause first.
	Explain(s SpecState, r *Recovered, c *Call) []Violation
	// Blame returns why c cannot have had its result in s. Of a call that overlapped
	// others, overlapped is set, and s is where those lead without it.
	Blame(s SpecState, c *Call, overlapped bool) []Violation
	// Exercised returns the properties that a crash in s puts to the test, claimed or not.
	Exercised(s SpecState) PropertySet
	// View returns what s shows; what the contract leaves open is as in shown.
	View(s SpecState, shown View) View
	// Line sorts calls, all of which are pending, so that doing them in that order allows
	// whatever another order does. It reports whether there is one.
	Line(calls []Call) bool
	// Describe returns the words for c and its result.
	Describe(c *Call) string
}

// SpecState is all that matters of a history. It is immutable.
type SpecState interface {
	// Same reports whether the state cannot be told from o by any call.
	Same(o SpecState) bool
	// Hash agrees with Same.
	Hash() uint64
	// IsCrowded reports whether too much is not known, since calls were refused that
	// may have happened.
	IsCrowded() bool
	// Held returns how much the subject holds, the most where that is not known.
	Held() Size
	// String returns the state in short.
	String() string
}
