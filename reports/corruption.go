package reports

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
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
func ReactionCell(by evidence.ByReaction) (out string) {
	for _, r := range evidence.Reactions() {
		if by[r] != nil {
			out += reactionLetters[r]
		}
	}
	return cmp.Or(out, "-")
}

// CorruptionTable is what went wrong at one time, of all places.
type CorruptionTable struct {
	// When is that time in words, and Short in two.
	When, Short string
	// Of returns what a place has of it, All are the reactions in all places.
	Of  func(*evidence.CorruptedPlace) evidence.ByKind
	All evidence.ByReaction
}

// CorruptionTables returns the tables of a map that are not empty.
func CorruptionTables(m *evidence.CorruptionMap) []CorruptionTable {
	all := []CorruptionTable{
		{"before the engine was opened", "at rest", func(p *evidence.CorruptedPlace) evidence.ByKind { return p.AtRest }, m.AtRest()},
		{"while the engine was open", "running", func(p *evidence.CorruptedPlace) evidence.ByKind { return p.Running }, m.Running()},
	}
	return slices.DeleteFunc(all, func(t CorruptionTable) bool { return len(t.All) == 0 })
}

// WriteCorruptionMap writes a map as text: tables of places by kinds of corruption, then for each
// place how often the engine reacted in which manner and the first case of each reaction that is
// silent or worse, and lines that sum up.
func WriteCorruptionMap(w io.Writer, m *evidence.CorruptionMap) error {
	t := &text{}
	t.line(0, "%s", CorruptionHead(m))
	t.b.WriteByte('\n')
	tables := CorruptionTables(m)
	for _, table := range tables {
		t.corruptionTable(m, table)
	}
	if len(tables) > 0 {
		t.line(1, "%s", ReactionLegend())
	}
	for i, p := range m.Places {
		t.b.WriteByte('\n')
		t.line(0, "%d %s, %s", i+1, p.File, plain.Count(p.Records, "write"))
		for i, line := range syncLines(p.SyncPlace) {
			t.line(1, "%s%s", map[bool]string{true: "called by "}[i > 0], line)
		}
		for _, line := range append(ReactionLines(tables, p), SilentLines(tables, p)...) {
			t.line(2, "%s", line)
		}
	}
	t.b.WriteByte('\n')
	if silent := LyingLines(m); len(silent) > 0 {
		t.line(0, "flushes that lie")
		for _, line := range silent {
			t.line(2, "%s", line)
		}
		t.b.WriteByte('\n')
	}
	for _, line := range CorruptionSum(m) {
		t.line(0, "%s", line)
	}
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

// corruptionTable writes the letters of each place and kind.
func (t *text) corruptionTable(m *evidence.CorruptionMap, table CorruptionTable) {
	rows := [][]string{{table.When}}
	for _, kind := range corrupt.Kinds() {
		rows[0] = append(rows[0], kind.Short())
	}
	for i, p := range m.Places {
		of := table.Of(p)
		if len(of) == 0 {
			continue
		}
		row := []string{fmt.Sprintf("%d %s", i+1, plain.Text(p.File, true))}
		for _, kind := range corrupt.Kinds() {
			row = append(row, ReactionCell(of[kind]))
		}
		rows = append(rows, row)
	}
	for _, row := range rows {
		line := fmt.Sprintf(" %-29s", row[0])
		for _, cell := range row[1:] {
			line += fmt.Sprintf(" %-8s", cell)
		}
		t.b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// ReactionLines tells how often the engine reacted in which manner at a place.
func ReactionLines(tables []CorruptionTable, p *evidence.CorruptedPlace) (out []string) {
	for _, kind := range corrupt.Kinds() {
		for _, t := range tables {
			if by := t.Of(p)[kind]; len(by) > 0 {
				out = append(out, fmt.Sprintf("%s, %s: %s", kind, t.Short, ReactionCounts(by)))
			}
		}
	}
	return out
}

// SilentLines tells the first case of each reaction at a place that is silent or worse.
func SilentLines(tables []CorruptionTable, p *evidence.CorruptedPlace) (out []string) {
	for _, kind := range corrupt.Kinds() {
		for _, t := range tables {
			out = append(out, silentLines(fmt.Sprintf("%s, %s, ", kind, t.Short), t.Of(p)[kind])...)
		}
	}
	return out
}

// LyingLines tells the first case of each reaction to flushes that lie that is silent or worse.
func LyingLines(m *evidence.CorruptionMap) []string { return silentLines("", m.Lying) }

func silentLines(where string, by evidence.ByReaction) (out []string) {
	for _, r := range evidence.Reactions() {
		if first := by[r]; first != nil && (r.IsSilent() || r == evidence.Crashed) {
			out = append(out, fmt.Sprintf("%s: %s%s, after %s: %s", r, where, first.What, first.Program, first.Shown))
		}
	}
	return out
}

// ReactionCounts returns for instance "880 detected, 17 silent truncation".
func ReactionCounts(by evidence.ByReaction) string {
	var out []string
	for _, r := range evidence.Reactions() {
		if by[r] != nil {
			out = append(out, fmt.Sprintf("%d %s", by[r].Count, r))
		}
	}
	return strings.Join(out, ", ")
}

// CorruptionSum are the lines that sum a map up.
func CorruptionSum(m *evidence.CorruptionMap) (out []string) {
	for _, t := range CorruptionTables(m) {
		out = append(out, fmt.Sprintf("%s: %s", plain.Count(t.All.Count(), "corruption")+" "+t.When, ReactionCounts(t.All)))
	}
	if len(m.Lying) > 0 {
		out = append(out, fmt.Sprintf("%s: %s", plain.Count(m.Lying.Count(), "disk")+" whose flushes lie", ReactionCounts(m.Lying)))
	}
	if len(out) == 0 {
		out = append(out, "nothing was corrupted")
	}
	if m.Cut != "" {
		out = append(out, "cut short: "+m.Cut)
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
	fmt.Fprintf(&b, "`%s` (%s)\n\n", m.Engine, claims)
	for _, line := range CorruptionSum(m) {
		fmt.Fprintf(&b, "- %s\n", line)
	}
	for _, t := range CorruptionTables(m) {
		corruptionMarkdown(&b, m, t)
	}
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

func corruptionMarkdown(b *strings.Builder, m *evidence.CorruptionMap, t CorruptionTable) {
	fmt.Fprintf(b, "\n| %s |", t.When)
	for _, kind := range corrupt.Kinds() {
		fmt.Fprintf(b, " %s |", kind)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(corrupt.Kinds())) + "\n")
	for _, p := range m.Places {
		of := t.Of(p)
		if len(of) == 0 {
			continue
		}
		fmt.Fprintf(b, "| `%s`, %s |", p.File, placeFunctions(p.SyncPlace))
		for _, kind := range corrupt.Kinds() {
			fmt.Fprintf(b, " %s |", ReactionCell(of[kind]))
		}
		b.WriteByte('\n')
	}
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
