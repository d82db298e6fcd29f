package watch

import (
	"bytes"
	"runtime"
	"strings"
	"sync"
)

// Busy returns those goroutines that can go on by themselves, of those that the goroutine
// with the number started, directly or not, and itself. Those that wait for a lock, a
// channel or a timer cannot. A goroutine whose starter's starter is gone may be missing.
// Goroutines that run a function with the name skip are left out. It stops the world for
// some microseconds for each goroutine of the process.
func Busy(root, skip string) map[string]bool {
	buffer := stackBuffers.Get().(*[]byte)
	defer stackBuffers.Put(buffer)
	n := runtime.Stack(*buffer, true)
	for n == len(*buffer) && n < stacksReadMax {
		*buffer = make([]byte, 4*n)
		n = runtime.Stack(*buffer, true)
	}
	return busy((*buffer)[:n], root, skip)
}

const stacksReadMax = 1 << 24

var stackBuffers = sync.Pool{New: func() any {
	buffer := make([]byte, 1<<17)
	return &buffer
}}

func busy(stacks []byte, root, skip string) map[string]bool {
	parents, able := map[string]string{}, map[string]bool{}
	for stack := range bytes.SplitSeq(stacks, []byte("\n\n")) {
		number, state, ok := head(stack)
		if !ok {
			continue
		}
		if i := bytes.LastIndex(stack, []byte(" in goroutine ")); i >= 0 {
			rest := stack[i+len(" in goroutine "):]
			parents[number] = string(rest[:max(0, bytes.IndexByte(rest, '\n'))])
		}
		if canGoOn(state) && !bytes.Contains(stack, []byte(skip)) {
			able[number] = true
		}
	}
	for number := range able {
		if !descends(number, root, parents) {
			delete(able, number)
		}
	}
	return able
}

// head returns the number and the state of a stack: goroutine 7 [chan receive]:
func head(stack []byte) (number, state string, ok bool) {
	rest, ok := bytes.CutPrefix(stack, []byte("goroutine "))
	if !ok {
		return "", "", false
	}
	first, rest, _ := bytes.Cut(rest, []byte(" "))
	open, end := bytes.IndexByte(rest, '['), bytes.IndexByte(rest, ']')
	if open < 0 || end < open {
		return "", "", false
	}
	return string(first), string(rest[open+1 : end]), true
}

func canGoOn(state string) bool {
	state, _, _ = strings.Cut(state, ",")
	switch state {
	case "running", "runnable", "syscall", "preempted", "copystack":
		return true
	}
	return strings.HasPrefix(state, "GC ") || strings.HasPrefix(state, "stopping the world")
}

func descends(number, root string, parents map[string]string) bool {
	for range len(parents) + 1 {
		if number == root {
			return true
		}
		parent, ok := parents[number]
		if !ok {
			return false
		}
		number = parent
	}
	return false
}
