package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/reports"
)

// changing is what a change of a walk or of a source changes: line numbers and
// counts of states.
var changing = regexp.MustCompile(`\.go:\d+|after \d+ states`)

// TestQuotedFinding wants the findings that README and READING_A_REPORT quote to be
// what the command prints of that canary.
func TestQuotedFinding(t *testing.T) {
	found, err := builtin.All().Find("canary/flush-of-newest-file-only")
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := harness.Verify(t.Context(), found[0].Factory, harness.Config{Profile: faultfs.Ext4Ordered()})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := reports.WriteFindings(&out, reports.New(reports.Result{Outcome: outcome})); err != nil {
		t.Fatal(err)
	}
	printed := changing.ReplaceAllString(out.String(), "N")
	for _, name := range []string{"README.md", "docs/READING_A_REPORT.md"} {
		quoted := changing.ReplaceAllString(quotedFinding(read(t, name)), "N")
		if quoted == "" || !strings.HasPrefix(strings.TrimSpace(printed), strings.TrimSpace(quoted)) {
			t.Errorf("%s quotes\n%s\nand printed is\n%s", name, quoted, printed)
		}
	}
}

// quotedFinding returns the indented block of a document that begins with a
// finding's heading.
func quotedFinding(text string) string {
	var block strings.Builder
	for line := range strings.Lines(text) {
		rest, indented := strings.CutPrefix(line, "    ")
		switch {
		case block.Len() == 0 && !(indented && strings.HasPrefix(rest, "== finding")):
		case indented:
			block.WriteString(rest)
		case strings.TrimSpace(line) == "":
			block.WriteString(line)
		default:
			return block.String()
		}
	}
	return block.String()
}
