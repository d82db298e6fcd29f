package evidence

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

var (
	// goDies begins what Go's runtime writes before it ends a process.
	goDies = regexp.MustCompile(`(?m)^(panic: |fatal error: |SIG[A-Z]+: )`)
	// goroutineHead is the line above a goroutine's frames.
	goroutineHead = regexp.MustCompile(`(?m)^goroutine \d+ .*\[.*\]:$`)
)

// readDump returns the engine's frames in the Go stacks with which the words of a
// failure end, and what is said before them. Words without such frames are returned
// whole, unless they are all stacks.
func readDump(f *models.Failure) (frames []journal.Frame, said string) {
	if f.Manner == engines.MannerPanic && beginsWithFrame(f.Stack) {
		return panicFrames(ParseStack(f.Stack)), ""
	}
	dies := lastDeath(f.Stack)
	head := goroutineHead.FindStringIndex(f.Stack[dies:])
	if head == nil {
		return nil, f.Stack
	}
	dump := dies + head[0]
	frames = engineGoroutine(f.Stack[dump:], f.Hung())
	switch {
	case frames == nil && dump > 0:
		return nil, f.Stack
	case f.Hung():
		return frames, f.Stack[:dies] // of its death we are the cause
	}
	return frames, f.Stack[:dump]
}

// lastDeath returns where the last death of a Go process begins in what it wrote, 0 if
// none does.
func lastDeath(text string) int {
	all := goDies.FindAllStringIndex(text, -1)
	if all == nil {
		return 0
	}
	return all[len(all)-1][0]
}

// beginsWithFrame reports whether a text is a stack without a head.
func beginsWithFrame(text string) bool {
	lines := strings.SplitN(text, "\n", 3)
	return len(lines) > 1 && len(ParseStack(lines[0]+"\n"+lines[1])) > 0
}

// engineGoroutine returns the engine's frames of the goroutine that matters: the one
// in which a call hangs, or else the first, which is the one that panicked.
func engineGoroutine(stacks string, hang bool) []journal.Frame {
	for _, text := range goroutineHead.Split(stacks, -1) {
		stack := ParseStack(text)
		if hang && !slices.ContainsFunc(stack, callsEngine) {
			continue
		}
		if frames := panicFrames(stack); len(frames) > 0 {
			return frames
		}
	}
	return nil
}

// panicFrames returns the engine's frames of a stack, from its first panic on: what
// ran after that is no place to look.
func panicFrames(stack []journal.Frame) []journal.Frame {
	for i, f := range slices.Backward(stack) {
		if f.Function == "panic" {
			stack = stack[i+1:]
			break
		}
	}
	return EngineFrames(stack)
}
