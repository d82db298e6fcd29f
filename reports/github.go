package reports

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
)

// annotationsMax is how many errors, and how many notices, GitHub shows of one step.
const annotationsMax = 10

// The levels of annotations.
const (
	errorLevel  = "error"
	noticeLevel = "notice"
)

// WriteAnnotations writes a workflow command of GitHub Actions for each finding
// that was not expected and for each run that was not as expected without one: an error.
// What is known, known causes that did not show, and runs that this machine cannot make
// are notices. There are at most ten of each, as GitHub shows no more of a step. A
// finding is put beside the line of the engine that it leads to, if that is known and
// lies in workspace.
//
// Source: docs.github.com, "Workflow commands for GitHub Actions".
func (b *Batch) WriteAnnotations(w io.Writer, workspace string) error {
	var out strings.Builder
	written := map[string]int{}
	for _, a := range b.annotations(workspace) {
		if written[a.level]++; written[a.level] <= annotationsMax {
			out.WriteString(a.line())
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (b *Batch) annotations(workspace string) []annotation {
	var out []annotation
	for _, d := range b.done {
		out = append(out, b.annotate(d, workspace)...)
	}
	for _, k := range b.Unseen() {
		out = append(out, annotation{level: noticeLevel, title: "a known cause did not show", message: k})
	}
	for _, u := range b.unrun() {
		a := annotation{level: errorLevel, title: u.suite() + " has no verdict", message: u.why}
		if u.verdict == evidence.NotRun {
			a.level, a.title = noticeLevel, u.suite()+" was not run"
		}
		out = append(out, a)
	}
	return out
}

// annotate returns the annotations of one report.
func (b *Batch) annotate(d batched, workspace string) []annotation {
	var out []annotation
	suite := d.job().suite()
	if b.missed(d.Report) {
		out = append(out, annotation{level: errorLevel, title: suite + " was not caught", message: missedText(d.Report, "")})
	}
	for i, f := range d.Findings {
		cause := ""
		if f.Signature != "" {
			cause = "cause: " + f.Signature
		}
		a := annotation{
			level: errorLevel, where: place(d.stack(i), workspace), title: fmt.Sprintf("%s breaks %s", suite, f.Property),
			message: joinLines(f.Sentence, strings.Join(f.Notes(), "\n"), f.briefWords(), f.cause(), cause, b.again(d.Report, f)),
		}
		switch {
		case f.Known:
			a.level = noticeLevel
		case b.accepted(d.Report):
			continue
		}
		out = append(out, a)
	}
	if why := b.noVerdict(d.Report); why != "" {
		out = append(out, annotation{level: errorLevel, title: suite + " has no verdict", message: why})
	}
	return out
}

// annotation is one workflow command. Its place is "" or ends in a comma.
type annotation struct{ level, where, title, message string }

func (a annotation) line() string {
	return fmt.Sprintf("::%s %stitle=%s::%s\n", a.level, a.where, escapeProperty(a.title), escapeData(a.message))
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
