package reports

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
)

// reactionLetters stand for reactions in a table: what is silent or worse is large.
var reactionLetters = map[evidence.Reaction]string{
	evidence.Masked: "m", evidence.NotRead: "n", evidence.Detected: "d", evidence.Refused: "r", evidence.TailLost: "t",
	evidence.Older: "o", evidence.Unjudged: "u", evidence.Truncated: "T", evidence.Wrong: "W", evidence.Crashed: "C",
}

// ReactionLegend says what the letters of a table stand for.
func ReactionLegend() string {
	var out []string
	for _, r := range evidence.Reactions() {
		out = append(out, fmt.Sprintf("%s %s", reactionLetters[r], r))
	}
	return strings.Join(out, ", ")
}

// ReactionCell is a cell of a table: the letters of all reactions, "-" for none.
func ReactionCell(by map[evidence.Reaction]*evidence.Reacted) (out string) {
	for _, r := range evidence.Reactions() {
		if by[r] != nil {
			out += reactionLetters[r]
		}
	}
	return cmp.Or(out, "-")
}

// WriteCorruptionMap writes a map as text: a table of places by kinds of corruption, then for each
// place how often the engine reacted in which manner and the first case of each reaction that is
// silent or worse, and a line that sums up.
func WriteCorruptionMap(w io.Writer, m *evidence.CorruptionMap) error {
	t := &text{}
	t.line(0, "%s", CorruptionHead(m))
	t.b.WriteByte('\n')
	t.corruptionTable(m)
	for i, p := range m.Places {
		t.b.WriteByte('\n')
		t.line(0, "%d %s, %s", i+1, p.File, plain.Count(p.Records, "write"))
		for i, line := range syncLines(p.SyncPlace) {
			t.line(1, "%s%s", map[bool]string{true: "called by "}[i > 0], line)
		}
		for _, kind := range corrupt.Kinds() {
			if by := p.By[kind]; len(by) > 0 {
				t.line(2, "%s: %s", kind, ReactionCounts(by))
			}
		}
		for _, line := range SilentLines(p) {
			t.line(2, "%s", line)
		}
	}
	t.b.WriteByte('\n')
	t.line(0, "%s", CorruptionSum(m))
	_, err := io.WriteString(w, t.b.String())
	return err
}

// CorruptionHead says what a map is of.
func CorruptionHead(m *evidence.CorruptionMap) string {
	claim := "it does not claim to detect corruption"
	if m.Claimed {
		claim = "it claims to detect corruption"
	}
	return fmt.Sprintf("%s: what %s stored went wrong, one thing at a time; %s", m.Engine, plain.Count(m.Programs, "program"), claim)
}

// corruptionTable writes the letters of each place and kind, and what they stand for.
func (t *text) corruptionTable(m *evidence.CorruptionMap) {
	rows := [][]string{{"place"}}
	for _, kind := range corrupt.Kinds() {
		rows[0] = append(rows[0], kind.Short())
	}
	for i, p := range m.Places {
		row := []string{fmt.Sprintf("%d %s", i+1, plain.Text(p.File, true))}
		for _, kind := range corrupt.Kinds() {
			row = append(row, ReactionCell(p.By[kind]))
		}
		rows = append(rows, row)
	}
	for _, row := range rows {
		line := fmt.Sprintf(" %-26s", row[0])
		for _, cell := range row[1:] {
			line += fmt.Sprintf(" %-8s", cell)
		}
		t.b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	t.line(1, "%s", ReactionLegend())
}

// SilentLines tells the first case of each reaction at a place that is silent or worse.
func SilentLines(p *evidence.CorruptedPlace) (out []string) {
	for _, kind := range corrupt.Kinds() {
		for _, r := range evidence.Reactions() {
			if first := p.By[kind][r]; first != nil && (r.IsSilent() || r == evidence.Crashed) {
				out = append(out, fmt.Sprintf("%s: %s, %s, after %s: %s", r, kind, first.What, first.Program, first.Shown))
			}
		}
	}
	return out
}

// ReactionCounts returns for instance "880 detected, 17 silent truncation".
func ReactionCounts(by map[evidence.Reaction]*evidence.Reacted) string {
	var out []string
	for _, r := range evidence.Reactions() {
		if by[r] != nil {
			out = append(out, fmt.Sprintf("%d %s", by[r].Count, r))
		}
	}
	return strings.Join(out, ", ")
}

// CorruptionSum is the line that sums a map up.
func CorruptionSum(m *evidence.CorruptionMap) string {
	all := 0
	var counts []string
	for _, r := range evidence.Reactions() {
		if n := m.Count(r); n > 0 {
			all += n
			counts = append(counts, fmt.Sprintf("%d %s", n, r))
		}
	}
	out := plain.Count(all, "corruption")
	if all > 0 {
		out += ": " + strings.Join(counts, ", ")
	}
	if m.Cut != "" {
		out += "; cut short: " + m.Cut
	}
	return out
}

// WriteCorruptionMarkdown writes a map as a table for a document. Lines of source are left out, as
// every change moves them.
func WriteCorruptionMarkdown(w io.Writer, m *evidence.CorruptionMap) error {
	var b strings.Builder
	claims := "claims nothing"
	if m.Claimed {
		claims = "claims to detect corruption"
	}
	fmt.Fprintf(&b, "`%s` (%s): %s.\n\n| File, written by |", m.Engine, claims, CorruptionSum(m))
	for _, kind := range corrupt.Kinds() {
		fmt.Fprintf(&b, " %s |", kind)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(corrupt.Kinds())) + "\n")
	for _, p := range m.Places {
		fmt.Fprintf(&b, "| `%s`, %s |", p.File, placeFunctions(p.SyncPlace))
		for _, kind := range corrupt.Kinds() {
			fmt.Fprintf(&b, " %s |", ReactionCell(p.By[kind]))
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

// placeFunctions names a place by its functions, or by the call where none are known.
func placeFunctions(p *evidence.SyncPlace) string {
	if len(p.Frames) == 0 {
		return cmp.Or(p.Op, "no call, or several")
	}
	var out []string
	for _, f := range p.Frames {
		out = append(out, "`"+path.Base(f.Function)+"`")
	}
	return strings.Join(out, " < ")
}
