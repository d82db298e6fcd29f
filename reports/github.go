package reports

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness"
)

// annotationsMax is how many errors GitHub shows of one step.
const annotationsMax = 10

// WriteAnnotations writes a workflow command of GitHub Actions for each finding
// that was not expected and for each run that was not as expected without one, at
// most ten, as GitHub shows no more of a step. A finding is put beside the line of
// the engine that it leads to, if that is known and lies in workspace.
//
// Source: docs.github.com, "Workflow commands for GitHub Actions".
func (b *Batch) WriteAnnotations(w io.Writer, workspace string) error {
	all := b.annotations(workspace)
	_, err := io.WriteString(w, strings.Join(all[:min(len(all), annotationsMax)], ""))
	return err
}

func (b *Batch) annotations(workspace string) []string {
	var out []string
	for _, d := range b.done {
		if b.accepted(d.Report) {
			continue
		}
		if b.missed(d.Report) {
			out = append(out, annotation("", d.job().suite()+" was not caught", b.missedText(d.Report)))
		}
		for i, f := range d.Findings {
			title := fmt.Sprintf("%s breaks %s", d.job().suite(), f.Property)
			out = append(out, annotation(place(d.stack(i), workspace), title, joinLines(f.Sentence, f.cause(), b.again(d.Report, f))))
		}
		if why := b.noVerdict(d.Report); why != "" {
			out = append(out, annotation("", d.job().suite()+" has no verdict", why))
		}
	}
	jobs, why := b.notRun()
	for i, job := range jobs {
		out = append(out, annotation("", job.suite()+" has no verdict", why[i]))
	}
	return out
}

// annotation returns a line that GitHub takes for an error; where is "" or ends
// in a comma.
func annotation(where, title, message string) string {
	return fmt.Sprintf("::error %stitle=%s::%s\n", where, escapeProperty(title), escapeData(message))
}

// The runner's own escapes, without which a newline would begin another command.
var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func escapeData(s string) string     { return dataEscapes.Replace(s) }
func escapeProperty(s string) string { return propertyEscapes.Replace(s) }

// joinLines joins what there is of the lines.
func joinLines(lines ...string) string {
	return strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n")
}

// place returns the properties of an annotation that name the innermost frame in
// the workspace; "" if none is there.
func place(stack []journal.Frame, workspace string) string {
	for _, f := range stack {
		if !filepath.IsAbs(workspace) || !filepath.IsAbs(f.File) {
			continue
		}
		path, err := filepath.Rel(workspace, f.File)
		if err == nil && filepath.IsLocal(path) {
			return fmt.Sprintf("file=%s,line=%d,", escapeProperty(filepath.ToSlash(path)), f.Line)
		}
	}
	return ""
}

// engineStack returns where the engine did what the finding is about: what its
// explanation leads to, or else where it panicked, or issued the first event that
// the crash took of. It is nil if that is not known.
func engineStack(f *harness.Finding) []journal.Frame {
	if stack := explainedStack(f.Explanation); len(stack) > 0 {
		return stack
	}
	if f.Recovered != nil && f.Recovered.Failure != nil && f.Recovered.Failure.Manner == "panic" {
		return panicStack(f.Recovered.Failure.Stack)
	}
	if f.Live {
		return nil
	}
	space := crash.NewSpace(f.Life.Journal, profileOf(f))
	for _, id := range space.Lost(f.State) {
		e := f.Life.Journal.Events[space.Effect(id).Event]
		if frames := withoutHarness(f.Life.Journal.Frames(e.Stack)); len(frames) > 0 {
			return frames
		}
	}
	return nil
}

// explainedStack returns the place that an explanation leads to: where the sync is
// missing, where recovery meets the damage, or what wrote what was lost.
func explainedStack(e *harness.Explanation) []journal.Frame {
	switch {
	case e == nil:
		return nil
	case e.Barrier != nil && len(e.Barrier.Frames) > 0:
		return withoutHarness(e.Barrier.Frames)
	case len(e.Recovery) > 0:
		return withoutHarness(e.Recovery)
	case len(e.Culprits) > 0 && len(e.Culprits[0].Frames) > 0:
		return withoutHarness(e.Culprits[0].Frames)
	case e.Turn != nil:
		return withoutHarness(e.Turn.Frames)
	}
	return nil
}

// harnessPrefix begins the names of the functions that run engines.
const harnessPrefix = "github.com/ackproof/ackproof/harness."

// withoutHarness returns the frames up to those that run the engine.
func withoutHarness(frames []journal.Frame) []journal.Frame {
	for i, f := range frames {
		if strings.HasPrefix(f.Function, harnessPrefix) {
			return frames[:i]
		}
	}
	return frames
}

// panicStack reads the frames of a stack as the runtime prints it: a line with the
// function, and an indented one with file and line.
func panicStack(stack string) []journal.Frame {
	var out []journal.Frame
	lines := strings.Split(stack, "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		position, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " ")
		colon := strings.LastIndexByte(position, ':')
		f := journal.Frame{Function: lines[i]}
		if colon < 0 {
			break
		}
		f.File = position[:colon]
		if _, err := fmt.Sscan(position[colon+1:], &f.Line); err != nil {
			break
		}
		out = append(out, f)
	}
	return withoutHarness(out)
}
