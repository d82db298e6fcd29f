package reports

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/models"
)

// WriteFindings writes each finding of the report in full, but for known ones, with the
// tables of properties and coverage after the last. It writes nothing if there is none.
func WriteFindings(w io.Writer, r Report) error {
	if len(r.Findings) == 0 {
		return nil
	}
	t := &text{}
	for i, f := range r.Findings {
		title := fmt.Sprintf("finding %d of %d: %s under %s breaks %s", i+1, len(r.Findings), r.Engine, f.Under(r), f.Property)
		if f.Known {
			t.heading("%s, known", title)
			t.head(f)
			t.cause(f)
			continue
		}
		t.heading("%s", title)
		t.finding(f)
	}
	t.properties(r.Properties)
	t.coverage(r.States)
	_, err := io.WriteString(w, t.b.String())
	return err
}

// FindingText returns a case in full, as [WriteFindings] writes it.
func FindingText(c *evidence.Case) string {
	t := &text{}
	t.heading("%s under %s breaks %s", c.Engine, c.Life.Profile.Name, c.Property())
	t.finding(NewFinding(c))
	return t.b.String()
}

// text is a report on its way.
type text struct{ b strings.Builder }

// widthMax is the longest line that fits a terminal beside something else.
const widthMax = 100

func (t *text) heading(format string, args ...any) {
	title := plain.Text(fmt.Sprintf(format, args...), false)
	fmt.Fprintf(&t.b, "\n== %s %s\n", title, strings.Repeat("=", max(2, widthMax-4-len(title))))
}

// line writes a line at an indent, cut to the width by wrapping at words. Engines bring
// in some of its text, so what cannot be printed stands as its escape.
func (t *text) line(indent int, format string, args ...any) {
	for i, line := range wrap(plain.Text(fmt.Sprintf(format, args...), true), widthMax-indent-2) {
		if i == 1 {
			indent += 2
		}
		fmt.Fprintf(&t.b, "%s%s\n", strings.Repeat(" ", indent), line)
	}
}

func (t *text) section(name string) { fmt.Fprintf(&t.b, "\n%s\n", name) }

func (t *text) finding(f Finding) {
	t.head(f)
	if f.Failure != "" && f.Property != string(models.OpensAfterCrash) {
		t.line(0, "recovery failed at %s", f.Failure)
	}
	for _, frame := range f.Stack {
		t.line(2, "at %s", frame)
	}
	t.quote("the engine's own words", f.Words)
	t.why(f.Why)
	t.cause(f)
	t.program(f)
	t.lives(f.Lives)
	before := "before the crash"
	if f.Corruption != nil {
		t.corruption(f.Corruption)
		before = "stored"
	}
	t.shown(cmp.Or(f.Shown, "log"), before, f.Log)
	t.quote("the end of the engine's log", f.EngineLog)
}

// head writes what was broken, and what to know of the finding before all else.
func (t *text) head(f Finding) {
	rule := ""
	if f.Rule != "" {
		rule = " (" + f.Rule + ")"
	}
	t.line(0, "%s%s", f.Sentence, rule)
	if f.Handover != nil {
		t.line(0, "%s", f.Handover.Text())
	}
	for _, note := range f.Notes() {
		t.line(0, "%s", note)
	}
	for _, also := range f.Also {
		t.line(0, "also %s", also)
	}
}

// quote writes lines of the engine's as they are, marked so that none of them, at the
// beginning of a line, is taken for a command of a build system.
func (t *text) quote(name string, lines []string) {
	if len(lines) == 0 {
		return
	}
	t.section(name)
	for _, line := range lines {
		t.b.WriteString(strings.TrimRight("  | "+plain.Text(line, false), " ") + "\n")
	}
}

// why writes the lines that lead to the cause, the first of which repeats the
// sentence with the events' numbers.
func (t *text) why(lines []string) {
	if len(lines) == 0 {
		return
	}
	t.section("why")
	for _, line := range lines {
		rest := strings.TrimLeft(strings.TrimPrefix(line, "why: "), " ")
		indent := 2
		if strings.HasPrefix(line, " ") {
			indent = 4
		}
		t.line(indent, "%s", rest)
	}
}

// cause writes the signature in one line, however long, so that it can be copied into a
// file of known causes.
func (t *text) cause(f Finding) {
	if f.Signature == "" {
		return
	}
	name := "cause"
	if f.States > 0 {
		name += ", of " + f.StatesText()
	}
	t.section(name)
	t.b.WriteString("  " + plain.Text(f.Signature, false) + "\n")
}

func (t *text) program(f Finding) {
	what := "state"
	if f.Corruption != nil {
		what = "corruption"
	}
	t.section(fmt.Sprintf("program, found by %s after %s", f.Found, plain.Count(f.AfterStates, what)))
	empty := true
	for line := range strings.Lines(f.Program) {
		if !strings.HasPrefix(line, "#") {
			t.line(2, "%s", strings.TrimRight(line, "\n"))
			empty = false
		}
	}
	if empty {
		t.line(2, "(no steps: it shows when the engine opens the store that it made and closed)")
	}
}

// lives writes what the engine did between crashes: of many lives, which are alike, the
// first and the last ones.
func (t *text) lives(all []Life) {
	const many, ends = 6, 2
	for i, l := range all {
		switch {
		case len(all) <= many || i < ends || i >= len(all)-ends:
			t.life(l, i+1, len(all))
		case i == ends:
			t.section(fmt.Sprintf("lives %d to %d are in the bundle", ends+1, len(all)-ends))
		}
	}
}

func (t *text) life(l Life, number, total int) {
	name := "calls"
	if total > 1 {
		name = fmt.Sprintf("calls of life %d of %d", number, total)
	}
	if l.Engine != "" {
		name += ", by " + plain.Text(l.Engine, false)
	}
	t.section(name)
	for _, c := range l.Calls {
		mark := ""
		if c.Faulted {
			mark = " (a fault fired in it)"
		}
		t.line(2, "%2d  %s: %s%s", c.ID, c.Op, c.Result, mark)
	}
	if l.Crash != nil {
		t.crash(*l.Crash)
	}
}

func (t *text) crash(c Crash) {
	t.section("crash state " + c.State)
	t.line(2, "power failure %s", c.When)
	if len(c.Lost) == 0 {
		t.line(2, "nothing lost: all that was written is there")
	}
	const eventsMax = 8
	for i, loss := range c.Lost {
		if i == eventsMax {
			t.line(2, "and of %s more", plain.Count(len(c.Lost)-i, "event"))
			break
		}
		t.loss(loss)
	}
}

func (t *text) loss(l Loss) {
	t.line(2, "lost of event %d, %s:", l.Event, l.What)
	const effectsMax = 3
	for i, effect := range l.Effects {
		if i == effectsMax {
			t.line(6, "and %d more", len(l.Effects)-i)
			break
		}
		t.line(6, "%s", effect)
	}
	if l.Call != "" {
		t.line(6, "in %s", l.Call)
	}
	if l.Caller != "" {
		t.line(6, "by %s", l.Caller)
	}
}

// corruption writes what went wrong with the disk, and what would have told.
func (t *text) corruption(c *Corruption) {
	t.section("corruption: " + c.Kind)
	for _, line := range c.lines() {
		indent := 2
		if strings.HasPrefix(line, " ") {
			indent = 6
		}
		t.line(indent, "%s", strings.TrimLeft(line, " "))
	}
}

// shown writes what there was, under the word before, and what the engine shows.
func (t *text) shown(what, before string, rows []Row) {
	if len(rows) == 0 {
		return
	}
	width, left := len("entry"), len(before)
	for _, r := range rows {
		width, left = max(width, len(r.What)), max(left, len(r.Before))
	}
	fmt.Fprintf(&t.b, "\n%-*s  %-*s  %s\n", width+2, what, left, before, "recovered")
	for _, r := range rows {
		mark := ""
		if r.Before != r.Recovered {
			mark = "  <"
		}
		fmt.Fprintf(&t.b, "  %-*s  %-*s  %s%s\n", width, r.What, left, r.Before, r.Recovered, mark)
	}
}

func (t *text) properties(all []Property) {
	width := 20
	for _, p := range all {
		width = max(width, len(p.ID))
	}
	fmt.Fprintf(&t.b, "\n%-*s  %-13s  %9s\n", width+2, "property", "verdict", "states")
	for _, p := range all {
		fmt.Fprintf(&t.b, "  %-*s  %-13s  %9d\n", width, p.ID, p.Verdict, p.States)
	}
}

func (t *text) coverage(s States) {
	fmt.Fprintf(&t.b, "\n%-22s  %9s  %9s  %9s\n", "stage", "visited", "planned", "of all")
	for _, stage := range s.ByStage {
		fmt.Fprintf(&t.b, "  %-20s  %9d  %9d  %9d\n", stage.Stage, stage.Visited, stage.Planned, stage.Total)
	}
}
