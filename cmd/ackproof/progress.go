package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/ackproof/ackproof/harness"
)

// progress shows how far a run is, on one line of a terminal. It is written
// between lines of output: clear it before each.
type progress struct {
	w     io.Writer // nil for no terminal
	name  string
	began time.Time
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

// begin starts the line of a run.
func (p *progress) begin(engine, profile string) {
	p.name, p.began = engine+" under "+profile, time.Now()
	if p.w != nil {
		fmt.Fprintf(p.w, "\r\x1b[K%s", p.name)
	}
}

// show brings the line up to date.
func (p *progress) show(t harness.Tally) {
	if p.w == nil {
		return
	}
	rate := float64(t.Visited) / max(time.Since(p.began).Seconds(), 1e-3)
	fmt.Fprintf(p.w, "\r\x1b[K%s: %d of %d programs, %d states, %d distinct, %.0f/s, %d failing",
		p.name, t.Programs, t.Planned, t.Visited, t.Distinct, rate, t.Failing)
}

// clear takes the line away.
func (p *progress) clear() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
