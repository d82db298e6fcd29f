package reports

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/faultfs/journal"
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
			out = append(out, annotation(place(d.stack(i), workspace), title, joinLines(f.Sentence, f.briefWords(), f.cause(), b.again(d.Report, f))))
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
