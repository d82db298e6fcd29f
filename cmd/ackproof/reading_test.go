package main

import (
	"bytes"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
)

// changing is what a change of a walk or of a source changes: line numbers and
// counts of states.
var changing = regexp.MustCompile(`\.go:\d+|after \d+ states`)

const readingPage = "docs/READING_A_REPORT.md"

// walked is the canary that the page goes through.
const walked = "canary/flush-of-newest-file-only"

// refute explores a canary as the command does, until its bug is found, and returns what
// refutes it.
func refute(t *testing.T, name string) *evidence.Outcome {
	t.Helper()
	found, err := builtin.All().Find(name)
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := harness.VerifySubject(t.Context(), found[0].Factory, harness.Config{
		Profile: crash.Ext4Ordered(), Until: string(found[0].Expect.RefutedBy),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(outcome.Findings) == 0 {
		t.Fatalf("%s: want a finding", outcome.Summary())
	}
	return outcome
}

// TestQuotedFinding wants the findings that README and READING_A_REPORT quote to be
// what the command prints of that canary.
func TestQuotedFinding(t *testing.T) {
	outcome := refute(t, walked)
	var out bytes.Buffer
	if err := reports.WriteFindings(&out, reports.New(reports.Result{Outcome: outcome})); err != nil {
		t.Fatal(err)
	}
	printed := changing.ReplaceAllString(out.String(), "N")
	for _, name := range []string{"README.md", readingPage} {
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

// TestQuotedReasons wants the canaries in the page's table to be told, in the words
// beside them, why no fsync helps.
func TestQuotedReasons(t *testing.T) {
	rows := regexp.MustCompile("(?m)^\\| \"([^\"]+)\" \\|.*\\| `(canary/[a-z-]+)` \\|$").FindAllStringSubmatch(read(t, readingPage), -1)
	if len(rows) == 0 {
		t.Fatalf("%s has no table of reasons", readingPage)
	}
	for _, row := range rows {
		t.Run(row[2], func(t *testing.T) {
			for _, f := range refute(t, row[2]).Findings {
				if f.Explanation == nil || !strings.Contains(f.Explanation.NoFsync, row[1]) {
					t.Errorf("%s is told\n%v\nwant %q", f.Property(), f.Explanation, row[1])
				}
			}
		})
	}
}

// TestQuotedWords wants what the page quotes of less plain findings to be in what
// is written of findings like that.
func TestQuotedWords(t *testing.T) {
	outcome := refute(t, walked)
	text := reports.New(reports.Result{Outcome: outcome})
	lives := text.Findings[0].Lives
	text.Findings[0].Lives = append(lives, lives...)
	text.Findings[0].Words, text.Findings[0].EngineLog = []string{"a line"}, []string{"a line"}
	flaky, live, failure := *outcome.Findings[0], *outcome.Findings[0], *outcome.Findings[0].Failure
	flaky.Confirmed, flaky.Explanation = false, nil
	flaky.Life.Log = "a line"
	failure.Live, live.Failure, live.Explanation = true, &failure, nil

	var written bytes.Buffer
	if err := reports.WriteFindings(&written, text); err != nil {
		t.Fatal(err)
	}
	if err := page.Write(&written, page.Input{Findings: []page.Finding{{Case: &flaky}, {Case: &live}}}); err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(read(t, readingPage), "## Harder findings")
	quotes := regexp.MustCompile(`"([^"]+)"`).FindAllStringSubmatch(section, -1)
	if len(quotes) == 0 {
		t.Fatalf("%s quotes nothing of less plain findings", readingPage)
	}
	for _, quote := range quotes {
		words := strings.Join(strings.Fields(quote[1]), " ")
		if !strings.Contains(html.UnescapeString(written.String()), words) {
			t.Errorf("%s quotes %q, and nothing says so", readingPage, words)
		}
	}
}

// TestPictures wants every picture to be in the page, and to be small.
func TestPictures(t *testing.T) {
	const bytesMax = 150_000
	var got, want []string
	for _, m := range regexp.MustCompile(`pictures/([a-z-]+\.png)`).FindAllStringSubmatch(read(t, readingPage), -1) {
		got = append(got, m[1])
	}
	entries, err := os.ReadDir("../../docs/pictures")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".png" {
			continue
		}
		want = append(want, e.Name())
		if info, err := e.Info(); err != nil || info.Size() > bytesMax {
			t.Errorf("%s: got %v, %v, want at most %d bytes", e.Name(), info, err, bytesMax)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s shows %v, want %v", readingPage, got, want)
	}
}
