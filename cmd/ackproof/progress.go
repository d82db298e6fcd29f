package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/ackproof/ackproof/harness"
)

// progress shows how far runs are, on one line of a terminal. Goroutines may
// share it.
type progress struct {
	mu sync.Mutex
	w  io.Writer // nil for no terminal
}

// newProgress returns a progress for w, which shows nothing if w is no terminal.
func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	if !ok {
		return &progress{}
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &progress{}
	}
	return &progress{w: f}
}

// show has the line tell how far a run is after some time.
func (p *progress) show(name string, t harness.Tally, took time.Duration) {
	rate := float64(t.Visited) / max(took.Seconds(), 1e-3)
	p.write("\r\x1b[K%s: %d of %d programs, %d states, %d distinct, %.0f/s, %d failing",
		name, t.Programs, t.Planned, t.Visited, t.Distinct, rate, t.Failing)
}

// clear takes the line away, for output to come in its place.
func (p *progress) clear() { p.write("\r\x1b[K") }

func (p *progress) write(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w != nil {
		fmt.Fprintf(p.w, format, args...)
	}
}
