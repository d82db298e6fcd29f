package journal

import (
	"fmt"
	"runtime"
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/internal/digest"
)

// Recorder writes a journal. It is not safe for use by many goroutines: the disk's
// lock guards it.
type Recorder struct {
	base     *tree.Image
	events   []Event
	stacks   []Stack
	frames   [][]Frame // of stacks that came from a stored journal
	byHash   map[uint64]int
	inFlight []int
	marks    int // that were made
	faults   FaultLog
	matched  []int // by fault: how many calls were noted
	sealed   int   // how many of the faults' counts are in a journal that was handed out
	noStacks bool
	arena    []byte
	// caller returns the stack of whoever changes the disk, where that is not this
	// goroutine's; nil otherwise.
	caller func() []Frame
	byText map[string]int // numbers of stacks that caller returned
}

// NewRecorder returns a recorder of a disk that starts with base. With noStacks it
// leaves out who made each change.
func NewRecorder(base *tree.Image, noStacks bool) *Recorder {
	return &Recorder{base: base, stacks: []Stack{nil}, byHash: map[uint64]int{}, noStacks: noStacks}
}

// SetCaller has the recorder take the stacks that caller returns for those of who
// changes the disk, where that is not the goroutine that records.
func (r *Recorder) SetCaller(caller func() []Frame) { r.caller = caller }

// ResumeRecorder returns a recorder that goes on after j, which stays as it is.
func ResumeRecorder(j *Journal, noStacks bool) *Recorder {
	r := NewRecorder(j.Base, noStacks)
	r.events, r.stacks, r.frames = slices.Clone(j.Events), slices.Clone(j.Stacks), j.frames
	r.faults = FaultLog{slices.Clone(j.Faults.Armed), slices.Clone(j.Faults.Counts), slices.Clone(j.Faults.Spaces)}
	for _, c := range j.Faults.Last() {
		r.matched = append(r.matched, c.Matched)
	}
	return r
}

// Journal returns what was recorded so far. What comes later is not in it.
func (r *Recorder) Journal() *Journal {
	r.sealed = len(r.faults.Counts)
	faults := FaultLog{slices.Clip(r.faults.Armed), slices.Clip(r.faults.Counts), slices.Clip(r.faults.Spaces)}
	return &Journal{Base: r.base, Events: slices.Clip(r.events), Stacks: slices.Clip(r.stacks), Faults: faults, frames: r.frames}
}

// Len returns how many events there are.
func (r *Recorder) Len() int { return len(r.events) }

// Add appends an event, with the call in flight and the stack of who caused it.
func (r *Recorder) Add(e Event) {
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

// Invoke marks that a call was invoked, and returns the mark's time.
func (r *Recorder) Invoke(call int) int {
	r.inFlight = append(r.inFlight, call)
	return r.mark(Event{Kind: EventInvoke, Call: call})
}

// Return marks that a call returned, and returns the mark's time.
func (r *Recorder) Return(call int) int {
	if i := slices.Index(r.inFlight, call); i >= 0 {
		r.inFlight = slices.Delete(r.inFlight, i, i+1)
	}
	return r.mark(Event{Kind: EventReturn, Call: call})
}

// Kill marks that the process was killed, with all its calls.
func (r *Recorder) Kill() {
	r.inFlight = nil
	r.mark(Event{Kind: EventKill})
}

// Marks returns how many marks there are.
func (r *Recorder) Marks() int { return r.marks }

func (r *Recorder) mark(e Event) int {
	r.marks++
	r.events = append(r.events, e)
	return len(r.events) - 1
}

// Arm notes that the disk was given a fault.
func (r *Recorder) Arm(f fault.Fault) {
	r.faults.Armed = append(r.faults.Armed, ArmedAfter{len(r.events), f})
	r.matched = append(r.matched, 0)
}

// LimitSpace notes that the disk has a limit now, or none any more.
func (r *Recorder) LimitSpace(bytes int64, lifted bool) {
	r.faults.Spaces = append(r.faults.Spaces, SpaceAfter{len(r.events), bytes, lifted})
}

// CountFaults notes how far the faults have counted, the last call with the event that
// comes next if that is its own.
func (r *Recorder) CountFaults(counts []fault.Count, withNext bool) {
	events := len(r.events)
	if withNext {
		events++
	}
	for i, c := range counts {
		if c.Matched > r.matched[i] {
			r.matched[i] = c.Matched
			r.faults.count(events, i, c, r.sealed)
		}
	}
}

// Keep returns a copy of data that lives as long as the journal. Small writes
// share one allocation, and pages of zeros take no memory.
func (r *Recorder) Keep(data []byte) []byte {
	const blockBytes = 64 << 10
	if len(data) >= tree.PageBytes && tree.IsZero(data) {
		return tree.Zeros(int64(len(data)))
	}
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
func (r *Recorder) stack() int {
	const depthMax = 24
	const ownFrames = 4 // Callers, stack, Add, Volume.Record
	var pcs [depthMax]uintptr
	n := runtime.Callers(ownFrames, pcs[:])
	hash := uint64(n)
	for _, pc := range pcs[:n] {
		hash = digest.Mix(hash, uint64(pc))
	}
	if id, ok := r.byHash[hash]; ok && slices.Equal(r.stacks[id], pcs[:n]) {
		return id
	}
	r.stacks = append(r.stacks, slices.Clone(pcs[:n]))
	r.byHash[hash] = len(r.stacks) - 1
	return len(r.stacks) - 1
}

// callersStack returns the number of the stack that caller returns, 0 for none.
func (r *Recorder) callersStack() int {
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
