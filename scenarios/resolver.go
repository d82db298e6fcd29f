package scenarios

import "github.com/ackproof/ackproof/models"

// Resolver makes the steps of a program concrete. It keeps what the engine has, as it is if
// every call succeeds: Adopt and ReadBack tell it what the engine has indeed. It is for one
// goroutine.
type Resolver interface {
	// Adopt takes what the engine is held to, and what it showed after it was opened. A
	// view that breaks the contract is taken as far as it goes.
	Adopt(c models.Contract, v models.View)
	// Offers reports whether the engine has the operations for a step. Where it has not,
	// the step is left out.
	Offers(Step) bool
	// Resolve returns what a caller does for a step that is one call, which the engine must
	// offer, and takes that to succeed; or the fault that the step is. It panics for
	// others.
	Resolve(Step) []Action
	// Together returns what the clients do for a Concurrently, and takes it to succeed. It
	// panics if the step is none, or if one in its body is neither one call nor a fault.
	Together(Step) Concurrent
	// ReadBack makes calls that show what the engine has, and adopts that. A call returns
	// false if it failed, or was refused: then ReadBack makes no more of them, adopts
	// nothing and returns false.
	ReadBack(call func(Action) (models.Result, bool)) bool
}

// Action is a step made concrete: a call to make, or a fault.
type Action struct {
	Op models.Op
	// Input is what the kind of subject needs beside Op to make the call. It belongs to the
	// caller.
	Input any
	// Fault is the step of a fault, which is no call and has no Op; nil for a call.
	Fault *Step
	// Dependent says that the call makes sense only once those before it have succeeded, of
	// the same step, or block: where one was refused, it is left out.
	Dependent bool
	// CancelAfter is the step's. Of a step that is several calls each has it.
	CancelAfter int
}

// Concurrent is a Concurrently made concrete: what each client does, in order.
type Concurrent struct {
	// Writer has the block's faults too, in their places.
	Writer []Action
	// Others have at least one call each.
	Others [][]Action
}
