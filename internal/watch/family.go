package watch

import (
	"bytes"
	"context"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync/atomic"
)

// Family is goroutines that started one another, directly or not, beginning with those that
// Do runs in. Each carries the family's label, which the runtime hands on, also where the
// starter has ended. Lost are those that set profiler labels of their own, as with pprof.Do
// and a context that is not the starter's, and what they start, and those that
// time.AfterFunc starts. Its methods may be called from any goroutine.
type Family struct {
	number   string
	labelled context.Context
}

// familyLabel is the key of the label.
const familyLabel = "ackproof-family"

var families atomic.Uint64

// NewFamily returns a family that nobody belongs to.
func NewFamily() *Family {
	number := strconv.FormatUint(families.Add(1), 10)
	return &Family{number, pprof.WithLabels(context.Background(), pprof.Labels(familyLabel, number))}
}

// Do runs do. What it starts belongs to the family, and so does the calling goroutine until
// do has returned, which takes away any other labels that it had.
func (f *Family) Do(do func()) {
	pprof.SetGoroutineLabels(f.labelled)
	defer pprof.SetGoroutineLabels(context.Background())
	do()
}

// Frame is a function of a stack.
type Frame struct {
	Function, File string
	Line           int
}

// Running is goroutines of a family that are at one place.
type Running struct {
	Count int
	// Stack has the innermost frame first, without what is only the runtime's.
	Stack []Frame
}

// Running returns the goroutines of the family that have not ended. It stops the world twice,
// for some microseconds, and takes some microseconds more for each stack of the process.
func (f *Family) Running() []Running {
	var text bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&text, 1); err != nil {
		panic(err) // a buffer takes all
	}
	var out []Running
	for record := range strings.SplitSeq(text.String(), "\n\n") {
		if !strings.Contains(record, `"`+familyLabel+`":"`+f.number+`"`) {
			continue
		}
		out = append(out, readRunning(record))
	}
	return out
}

// readRunning reads a record of a goroutine profile as text: "2 @ 0x1 0x2", labels, and a
// line "#	0x1	log.(*Log).loop+0x2	/src/log.go:88" for each frame.
func readRunning(record string) (r Running) {
	first, rest, _ := strings.Cut(record, " @ ")
	r.Count, _ = strconv.Atoi(first[strings.LastIndexByte(first, '\n')+1:])
	for line := range strings.SplitSeq(rest, "\n") {
		frame, isFrame := strings.CutPrefix(line, "#\t0x")
		_, frame, _ = strings.Cut(frame, "\t") // the address
		place, file, ok := strings.Cut(strings.TrimLeft(frame, "\t"), "+0x")
		colon := strings.LastIndexByte(file, ':')
		if !isFrame || !ok || colon < 0 {
			continue
		}
		number, err := strconv.Atoi(file[colon+1:])
		if err != nil {
			continue
		}
		_, file, _ = strings.Cut(file[:colon], "\t") // behind the offset in the function
		r.Stack = append(r.Stack, Frame{place, strings.TrimSpace(file), number})
	}
	return r
}
