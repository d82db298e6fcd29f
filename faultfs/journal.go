package faultfs

import (
	"fmt"
	"runtime"
	"slices"
)

// Journal is everything that happened to a disk, in order, and what the disk
// held before. It never changes.
type Journal struct {
	// Base is what the disk held at the start.
	Base *Image
	// Events are in the order of their effect; an event's number is its place.
	Events []Event
	// Stacks are the stacks that events cite, from 1; Stacks[0] is empty. Those
	// of a stored journal are nil: [Journal.Frames] knows both.
	Stacks []Stack

	frames [][]Frame // of a stored journal, by stack
}

// SetCaller has the disk journal the stacks that caller returns, in the place of
// those of the goroutines that call its methods: for a disk that is served to
// another process. It is called while the disk is locked, and only if the disk
// journals stacks; no frames say that the stack is not known.
func (d *Disk) SetCaller(caller func() []Frame) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.rec != nil {
		d.rec.caller = caller
	}
}

// Stack is the program counters of a call stack, innermost first.
type Stack []uintptr

// recorder writes a journal. The disk's lock guards it.
type recorder struct {
	base     *Image
	events   []Event
	stacks   []Stack
	frames   [][]Frame // of stacks that came from a stored journal
	byHash   map[uint64]int
	inFlight []int
	noStacks bool
	arena    []byte
	// caller returns the stack of whoever changes the disk, where that is not this
	// goroutine's; nil otherwise.
	caller func() []Frame
	byText map[string]int // numbers of stacks that caller returned
}

func newRecorder(base *Image, noStacks bool) *recorder {
	return &recorder{base: base, stacks: []Stack{nil}, byHash: map[uint64]int{}, noStacks: noStacks}
}

// journal returns what was recorded so far.
func (r *recorder) journal() *Journal {
	return &Journal{Base: r.base, Events: slices.Clip(r.events), Stacks: slices.Clip(r.stacks), frames: r.frames}
}

// add appends an event and tells which call it belongs to.
func (r *recorder) add(e Event) {
	if len(r.inFlight) == 1 {
		e.Call = r.inFlight[0]
	}
	switch {
	case r.noStacks:
	case r.caller != nil:
		e.Stack = r.callersStack()
	default:
		e.Stack = r.stack()
	}
	r.events = append(r.events, e)
}

func (r *recorder) invoke(call int) {
	r.inFlight = append(r.inFlight, call)
	r.events = append(r.events, Event{Kind: EventInvoke, Call: call})
}

func (r *recorder) returned(call int) {
	if i := slices.Index(r.inFlight, call); i >= 0 {
		r.inFlight = slices.Delete(r.inFlight, i, i+1)
	}
	r.events = append(r.events, Event{Kind: EventReturn, Call: call})
}

// keep returns a copy of data that lives as long as the journal. Small writes
// share one allocation.
func (r *recorder) keep(data []byte) []byte {
	const blockBytes = 64 << 10
	if len(data) > blockBytes/4 {
		return slices.Clone(data)
	}
	if len(r.arena) < len(data) {
		r.arena = make([]byte, blockBytes)
	}
	out := r.arena[:len(data):len(data)]
	copy(out, data)
	r.arena = r.arena[len(data):]
	return out
}

// stack returns the number of the caller's stack, one number for each distinct
// stack.
func (r *recorder) stack() int {
	const depthMax = 24
	const ownFrames = 4 // Callers, stack, add, Disk.record
	var pcs [depthMax]uintptr
	n := runtime.Callers(ownFrames, pcs[:])
	hash := uint64(n)
	for _, pc := range pcs[:n] {
		hash = mix(hash, uint64(pc))
	}
	if id, ok := r.byHash[hash]; ok && slices.Equal(r.stacks[id], pcs[:n]) {
		return id
	}
	r.stacks = append(r.stacks, slices.Clone(pcs[:n]))
	r.byHash[hash] = len(r.stacks) - 1
	return len(r.stacks) - 1
}

// callersStack returns the number of the stack that caller returns, 0 for none.
func (r *recorder) callersStack() int {
	frames := r.caller()
	if len(frames) == 0 {
		return 0
	}
	text := fmt.Sprint(frames)
	if id, ok := r.byText[text]; ok {
		return id
	}
	if r.byText == nil {
		r.byText = map[string]int{}
	}
	id := len(r.stacks)
	r.stacks = append(r.stacks, nil)
	r.frames = append(r.frames, make([][]Frame, id+1-len(r.frames))...)
	r.frames[id] = frames
	r.byText[text] = id
	return id
}
