package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ackproof/ackproof/harness"
)

// How often progress is shown: on a terminal as often as one can read, elsewhere
// often enough that nobody takes the job for dead.
const (
	redrawEvery = 100 * time.Millisecond
	plainEvery  = 30 * time.Second
)

// progress shows how far runs are: one line for each, redrawn in place, on a
// terminal, and one for all of them once in a while elsewhere. Goroutines may
// share it.
type progress struct {
	w io.Writer
	// screen returns the terminal's size; nil if w is none.
	screen func() (columns, rows int)
	color  bool
	now    func() time.Time

	mu            sync.Mutex
	began         time.Time
	planned, done int
	lanes         []*lane
	drawn         int // lines that are on the terminal
	end           func()
}

// lane is one run on its way.
type lane struct {
	name     string
	progress harness.Progress
	began    time.Time
	deadline time.Time // zero for none
}

// newProgress returns a progress on w. It is redrawn in place if w is a terminal
// that can do that.
func newProgress(w io.Writer) *progress {
	p := &progress{w: w, now: time.Now, color: os.Getenv("NO_COLOR") == ""}
	f, ok := w.(*os.File)
	if _, _, isTerminal := terminalSize(f); !ok || !isTerminal {
		return p
	}
	if term := os.Getenv("TERM"); term == "" || term == "dumb" {
		return p
	}
	p.screen = func() (columns, rows int) {
		columns, rows, _ = terminalSize(f)
		return columns, rows
	}
	return p
}

// start begins to show a number of planned runs, until stop.
func (p *progress) start(planned int) {
	p.began, p.planned = p.now(), planned
	every := plainEvery
	if p.screen != nil {
		every = redrawEvery
	}
	quit, ended := make(chan struct{}), make(chan struct{})
	p.end = sync.OnceFunc(func() { close(quit); <-ended })
	go func() {
		defer close(ended)
		ticks := time.NewTicker(every)
		defer ticks.Stop()
		for {
			select {
			case <-ticks.C:
				p.tick()
			case <-quit:
				return
			}
		}
	}()
}

// stop takes away what is shown and shows nothing more.
func (p *progress) stop() {
	p.end()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}

// enter adds a run with its budget, 0 for no bound.
func (p *progress) enter(name string, budget time.Duration) *lane {
	l := &lane{name: name, began: p.now()}
	if budget > 0 {
		l.deadline = l.began.Add(budget)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lanes = append(p.lanes, l)
	return l
}

// leave takes a run away.
func (p *progress) leave(l *lane) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lanes = slices.DeleteFunc(p.lanes, func(other *lane) bool { return other == l })
	p.done++
}

// printAbove writes other output instead of what is shown, which comes again
// below it.
func (p *progress) printAbove(write func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	err := write()
	if p.screen != nil {
		p.draw()
	}
	return err
}

// tick shows how far all runs are now.
func (p *progress) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.screen != nil {
		p.draw()
	} else if len(p.lanes) > 0 {
		fmt.Fprintln(p.w, p.plain())
	}
}

// plain returns one line for all runs.
func (p *progress) plain() string {
	out := fmt.Sprintf("after %v: %d of %d runs ended", p.now().Sub(p.began).Round(time.Second), p.done, p.planned)
	for _, l := range p.lanes {
		out += "; " + l.name + ": "
		for i, figure := range l.figures(p.now()) {
			if i > 0 {
				out += ", "
			}
			out += strings.TrimSpace(figure)
		}
	}
	return out
}

// draw replaces the lines on the terminal, in one write so that it does not
// flicker.
func (p *progress) draw() {
	lines := p.lines(p.screen())
	if len(lines) == 0 && p.drawn == 0 {
		return
	}
	var b strings.Builder
	p.toFirstLine(&b)
	for i, line := range lines {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(line + eraseToEndOfLine)
	}
	b.WriteString(eraseBelow)
	p.drawn = len(lines)
	_, _ = io.WriteString(p.w, b.String())
}

// The control sequences of ECMA-48 that are used.
const (
	cursorUp         = "\x1b[%dA"
	eraseToEndOfLine = "\x1b[K"
	eraseBelow       = "\x1b[J"
	red              = "\x1b[31m"
	plainColor       = "\x1b[0m"
)

// clear takes the lines away.
func (p *progress) clear() {
	if p.drawn == 0 {
		return
	}
	var b strings.Builder
	p.toFirstLine(&b)
	b.WriteString(eraseBelow)
	p.drawn = 0
	_, _ = io.WriteString(p.w, b.String())
}

func (p *progress) toFirstLine(b *strings.Builder) {
	b.WriteString("\r")
	if p.drawn > 1 {
		fmt.Fprintf(b, cursorUp, p.drawn-1)
	}
}

// lines returns a line for each run, cut to the size of the terminal.
func (p *progress) lines(columns, rows int) []string {
	width := 0
	for _, l := range p.lanes {
		width = max(width, len(l.name))
	}
	linesMax := max(1, rows-1)
	var out []string
	for i, l := range p.lanes {
		if i == linesMax-1 && i+1 < len(p.lanes) {
			return append(out, cut(fmt.Sprintf("and %d more", len(p.lanes)-i), columns))
		}
		line := cut(fmt.Sprintf("%-*s  %s", width, l.name, strings.Join(l.figures(p.now()), "  ")), columns)
		if p.color && l.progress.Snapshot().Findings > 0 {
			line = red + line + plainColor
		}
		out = append(out, line)
	}
	return out
}

// cut leaves the last column free, where some terminals begin a new line.
func cut(s string, columns int) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), max(0, columns-1))])
}

// figures returns how far the run is, what matters most first, in columns.
func (l *lane) figures(now time.Time) []string {
	r := l.progress.Snapshot()
	took := now.Sub(l.began)
	out := []string{
		fmt.Sprintf("%5s distinct", short(r.Distinct)),
		fmt.Sprintf("%5s visited", short(r.Visited)),
		fmt.Sprintf("%5s/s", short(int(float64(r.Visited)/max(took.Seconds(), 1e-3)))),
		fmt.Sprintf("%-10s", findings(r.Findings)),
		fmt.Sprintf("%-9s", cmp.Or(r.Activity, "recording")),
	}
	if left := l.left(r, now); left >= 0 && r.Activity != "shrinking" {
		out = append(out, fmt.Sprintf("%v left", left.Round(time.Second)))
	}
	out = append(out, fmt.Sprintf("round %d/%d, %d/%d programs", r.Round, r.Rounds, r.Programs, r.Planned))
	return out
}

func findings(n int) string {
	if n == 1 {
		return "1 finding"
	}
	return fmt.Sprintf("%d findings", n)
}

// left estimates how long the run still takes: until its budget ends, or as long
// for each program as for those that ran. It is negative where neither is known.
func (l *lane) left(r harness.Snapshot, now time.Time) time.Duration {
	left := time.Duration(-1)
	if r.Programs > 0 {
		left = now.Sub(l.began) / time.Duration(r.Programs) * time.Duration(r.Planned-r.Programs)
	}
	if !l.deadline.IsZero() {
		budget := max(0, l.deadline.Sub(now))
		if left < 0 || budget < left {
			left = budget
		}
	}
	return left
}

// short returns a count in at most five characters.
func short(n int) string {
	switch {
	case n < 100_000:
		return fmt.Sprint(n)
	case n < 10_000_000:
		return fmt.Sprintf("%dk", n/1000)
	case n < 10_000_000_000:
		return fmt.Sprintf("%dM", n/1_000_000)
	}
	return fmt.Sprintf("%dG", n/1_000_000_000)
}
