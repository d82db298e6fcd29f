package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/ackproof/ackproof/harness/evidence"
)

// SummaryMaxBytes is how long the summary of one step of GitHub Actions may be; a
// longer one is not shown at all.
//
// Source: docs.github.com, "Workflow commands for GitHub Actions", adding a job
// summary.
const SummaryMaxBytes = 1 << 20

// WriteSummary writes the batch in GitHub's Markdown: a table of verdicts, then
// what was not expected, each with its sentence and the command that shows it
// again. It writes at most maxBytes, and says what it left out.
func (b *Batch) WriteSummary(w io.Writer, maxBytes int) error {
	s := summary{maxBytes: maxBytes}
	s.add("### Ackproof: " + b.title() + "\n\n")
	s.add("| Engine | Profile | Claim | Verdict | Distinct | Visited | Properties |\n|---|---|---|---|---:|---:|---|\n")
	for _, d := range b.done {
		s.add(b.summaryRow(d.Report))
	}
	for _, u := range b.unrun() {
		verdict := "**none**"
		if u.verdict == evidence.NotRun {
			verdict = string(u.verdict)
		}
		s.add(fmt.Sprintf("| %s | %s | | %s | | | %s |\n", code(u.Engine), markdown(u.Profile), verdict, markdown(u.why)))
	}
	s.add("\n")
	for _, d := range b.done {
		for _, f := range d.Findings {
			if !f.Known && !b.accepted(d.Report) {
				s.add(b.summaryFinding(d.Report, f))
			}
		}
		if why := b.noVerdict(d.Report); why != "" {
			s.add(fmt.Sprintf("#### %s under %s has no verdict\n\n%s\n\n", code(d.Engine), markdown(d.Profile), markdown(why)))
		}
		s.add(d.summaryKnown())
	}
	for _, why := range b.notSeen() {
		s.add("- " + markdown(why) + "\n")
	}
	for _, k := range b.Unseen() {
		s.add("- " + UnseenText + code(k) + "\n")
	}
	_, err := io.WriteString(w, s.text())
	return err
}

// title counts the runs: as expected, if that is what is asked, or by verdict.
func (b *Batch) title() string {
	counts := map[evidence.Verdict]int{}
	asExpected, known, none := 0, 0, 0
	for _, d := range b.done {
		counts[d.Verdict]++
		if d.AllKnown() {
			known++
		}
		if d.AsExpected {
			asExpected++
		}
	}
	for _, u := range b.unrun() {
		if u.verdict == evidence.NotRun {
			counts[evidence.NotRun]++
		} else {
			none++
		}
	}
	if b.Expect {
		return fmt.Sprintf("%d of %d runs as expected", asExpected, len(b.Jobs)-counts[evidence.NotRun])
	}
	out := fmt.Sprintf("%d %s", counts[evidence.Held], evidence.Held)
	for _, word := range []evidence.Verdict{evidence.Refuted, evidence.Unknown, evidence.HarnessBroken, evidence.NotRun} {
		n := counts[word]
		if n == 0 {
			continue
		}
		out += fmt.Sprintf(", %d %s", n, word)
		if word == evidence.Refuted && known > 0 {
			out += fmt.Sprintf(" (%d all known)", known)
		}
	}
	if none > 0 {
		out += fmt.Sprintf(", %d without a verdict", none)
	}
	return out
}

// summaryRow returns a report as a row of the table.
func (b *Batch) summaryRow(r Report) string {
	verdict := markdown(r.verdict())
	if !b.accepted(r) {
		verdict = "**" + verdict + "**"
	}
	properties := r.standing()
	if seen := r.seen(); seen != "" {
		properties = seen
	}
	if cut := r.CutText(); cut != "" {
		properties += "; " + cut
	}
	for _, text := range r.UnfiredText() {
		properties += "; " + text
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %d | %d | %s |\n", code(r.Engine), markdown(r.Profile), r.claim(), verdict,
		r.States.Distinct, r.States.Visited, markdown(properties))
}

// summaryKnown lists what is known of a report, "" if nothing is.
func (r Report) summaryKnown() string {
	var lines []string
	for _, f := range r.Findings {
		if f.Known {
			lines = append(lines, "known: "+code(f.knownLine())+"<br>"+markdown(f.Sentence))
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return fmt.Sprintf("#### %s under %s: known causes\n\n- %s\n\n", code(r.Engine), markdown(r.Profile), strings.Join(lines, "\n- "))
}

// summaryFinding returns a finding as a section, with the program and the crash
// folded away.
func (b *Batch) summaryFinding(r Report, f Finding) string {
	var out strings.Builder
	fmt.Fprintf(&out, "#### %s under %s breaks %s\n\n%s", code(r.Engine), markdown(f.Under(r)), markdown(f.Property), markdown(f.Sentence))
	if f.Rule != "" {
		fmt.Fprintf(&out, " (%s)", markdown(f.Rule))
	}
	out.WriteString("\n\n")
	for _, note := range f.Notes() {
		fmt.Fprintf(&out, "**%s**\n\n", markdown(note))
	}
	if again := b.again(r, f); again != "" {
		out.WriteString(fenced("sh", again))
	}
	if words := f.briefWords(); words != "" {
		out.WriteString(fenced("text", words))
	}
	if cause := f.cause(); cause != "" {
		fmt.Fprintf(&out, "%s\n\n", markdown(cause))
	}
	if f.Signature != "" {
		out.WriteString("The cause, as a line of a file of known causes:\n\n" + fenced("text", f.Signature))
	}
	t := &text{}
	t.quote("the engine's own words", f.Words)
	t.why(f.Why)
	t.program(f)
	if n := len(f.Lives); n > 0 && f.Lives[n-1].Crash != nil {
		t.crash(*f.Lives[n-1].Crash)
	}
	out.WriteString("<details><summary>Why, and the program and crash</summary>\n\n")
	out.WriteString(fenced("text", strings.TrimLeft(t.b.String(), "\n")))
	out.WriteString("</details>\n\n")
	return out.String()
}

// cause returns what became of the first fault, or else the line that names the missing fsync
// or says why none helps; "" if the finding is not explained.
func (f Finding) cause() string {
	if len(f.Faults) > 0 {
		return "fault: " + f.Faults[0].Sentence
	}
	for _, line := range f.Why {
		if strings.HasPrefix(line, "missing fsync: ") || strings.HasPrefix(line, "no fsync helps: ") {
			return line
		}
	}
	return ""
}

// summary is a summary on its way. Its parts are whole or not there, so that it
// stays Markdown.
type summary struct {
	maxBytes int
	b        strings.Builder
	left     int // parts that did not fit
}

const summaryTail = "\n%d more parts do not fit into a summary: see the log.\n"

func (s *summary) add(part string) {
	if s.left > 0 || s.b.Len()+len(part)+len(summaryTail)+20 > s.maxBytes {
		s.left++
		return
	}
	s.b.WriteString(part)
}

// text returns what fits; nothing if not even its last line does.
func (s *summary) text() string {
	if s.left == 0 {
		return s.b.String()
	}
	tail := fmt.Sprintf(summaryTail, s.left)
	if s.b.Len()+len(tail) > s.maxBytes {
		return ""
	}
	return s.b.String() + tail
}

// markdown returns s as text of one line that Markdown and HTML take for nothing
// else: an entity never stands for markup (CommonMark 0.31, section 2.5).
func markdown(s string) string {
	var out strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			out.WriteByte(' ')
		case r < 0x20 || r == 0x7F:
			out.WriteRune('\uFFFD')
		case strings.ContainsRune("\\`*_{}[]<>#!|~&@$", r):
			fmt.Fprintf(&out, "&#%d;", r)
		default:
			out.WriteRune(r)
		}
	}
	return strings.ReplaceAll(out.String(), "://", "&#58;//")
}

// code returns s in the type of code, in one line.
func code(s string) string { return "<code>" + markdown(s) + "</code>" }

// fenced returns s as a block of code, with a fence that s does not hold.
func fenced(language, s string) string {
	longest, run := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", max(3, longest+1))
	return fence + language + "\n" + strings.TrimRight(strings.ToValidUTF8(s, "\uFFFD"), "\n") + "\n" + fence + "\n\n"
}
