package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/internal/plain"
)

// replayCommand returns the command that checks the finding again.
func (e *exhibit) replayCommand() string {
	if e.Builtin {
		return "ackproof replay " + plain.ShellWord(line(e.Path))
	}
	return "go test -run TestCrash -args -ackproof.replay=" + plain.ShellWord(line(e.Path))
}

// issue returns the finding as Markdown, for a tracker.
func (f *findingView) issue() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s broken by %s under %s\n\n%s\n\n", f.Property, f.Engine, f.Profile, f.Sentence)
	for _, note := range f.Notes {
		fmt.Fprintf(&b, "**%s**\n\n", note)
	}
	fmt.Fprintf(&b, "**Promised:** %s\n\n", f.Promise)
	b.WriteString(f.ownWords())
	for _, fault := range f.Faults {
		fmt.Fprintf(&b, "**Failed call:** %s\n\n", fault.Sentence)
	}
	for _, c := range f.Culprits {
		fmt.Fprintf(&b, "**%s (%s):** event %d, %s", f.CulpritWord, c.Fate, c.Event, code(c.Text))
		if c.Call != "" {
			fmt.Fprintf(&b, ", in %s", c.Call)
		}
		b.WriteString("\n")
		for _, p := range c.Frames {
			fmt.Fprintf(&b, "- %s\n", code(p.String()))
		}
		b.WriteString("\n")
	}
	switch {
	case f.Corruption != nil:
		b.WriteString(f.Corruption.markdown())
	case f.MissingFsync != nil:
		fmt.Fprintf(&b, "**Missing fsync:** %s. %s\n\n", code(f.MissingFsync.What), f.MissingFsync.Sentence)
	case f.NoFsync != "":
		fmt.Fprintf(&b, "**Missing fsync:** none. %s\n\n", f.NoFsync)
	default:
		fmt.Fprintf(&b, "**Missing fsync:** %s\n\n", f.NotSought)
	}
	if f.DecisiveEvent != nil && len(f.DecisiveEvent.Frames) > 0 {
		fmt.Fprintf(&b, "**Decisive event:** event %d, %s, at %s\n\n", f.DecisiveEvent.Event, code(f.DecisiveEvent.Text), code(f.DecisiveEvent.Frames[0].String()))
	}
	if len(f.Recovery) > 0 {
		fmt.Fprintf(&b, "**Recovery reaches it at:** %s\n\n", code(f.Recovery[0].String()))
	}
	if f.KnownLine != "" {
		fmt.Fprintf(&b, "Cause: %s\n\n", code(f.KnownLine))
	}
	fmt.Fprintf(&b, "Smallest program:\n%s", fence("", f.Program))
	if f.Crash != "" {
		fmt.Fprintf(&b, "Crash: %s\n\n", code(f.Crash))
	}
	fmt.Fprintf(&b, "Replay: %s\n\n", code(f.Replay))
	fmt.Fprintf(&b, "<details><summary>Go test</summary>\n\n%s</details>\n", fence("go", f.GoTest))
	return b.String()
}

// markdown returns the corruption for a tracker.
func (c *corruption) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "**Went wrong on the disk:** %s, %s\n", c.Kind, c.What)
	for _, text := range c.Bytes {
		fmt.Fprintf(&b, "- %s\n", code(text))
	}
	b.WriteString("\n")
	for _, w := range c.Writes {
		fmt.Fprintf(&b, "**Written by:** event %d, %s", w.Event, code(w.Text))
		if w.Call != "" {
			fmt.Fprintf(&b, ", in %s", w.Call)
		}
		b.WriteString("\n")
		for _, p := range w.Frames {
			fmt.Fprintf(&b, "- %s\n", code(p.String()))
		}
		b.WriteString("\n")
	}
	for _, text := range c.Tried {
		fmt.Fprintf(&b, "- %s\n", text)
	}
	fmt.Fprintf(&b, "\n**What would have told:** %s\n\n", c.Advice)
	return b.String()
}

// ownWords returns what the engine said as Markdown, "" for nothing.
func (f *findingView) ownWords() string {
	lines := slices.Clone(f.Stack)
	if f.Words != "" {
		lines = append(lines, f.Words)
	}
	if len(lines) == 0 {
		return ""
	}
	return "The engine's own words:\n" + fence("", strings.Join(lines, "\n"))
}

// code returns text as Markdown's code, whatever backquotes it holds.
func code(text string) string {
	ticks := strings.Repeat("`", backquotes(text)+1)
	if len(ticks) > 1 {
		return ticks + " " + text + " " + ticks
	}
	return ticks + text + ticks
}

func fence(language, text string) string {
	ticks := strings.Repeat("`", max(3, backquotes(text)+1))
	return ticks + language + "\n" + strings.TrimSuffix(text, "\n") + "\n" + ticks + "\n\n"
}

// backquotes returns the length of the longest run of backquotes.
func backquotes(text string) int {
	longest, run := 0, 0
	for _, r := range text {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
