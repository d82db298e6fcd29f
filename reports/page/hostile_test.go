package page_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
)

// hostileTexts are what names, payloads and logs may hold.
var hostileTexts = []string{
	"</script><script>alert(1)</script>", "<!--<script>", "]]>", "\u2028\u2029", "\x00\x01\x7f", "\xff\xfe\xc3", "\u202egnp.exe",
	`"><img src=x onerror=alert(1)>`, "'; alert(1); '", "{{.}}", "${alert(1)}", "`", "*/", "\\u003cscript\\u003e", "\r\n\r\n", "javascript:alert(1)",
}

// hostile is a finding that holds text in every place that others write.
func hostile(t testing.TB, text string) page.Input {
	t.Helper()
	oneLine := strings.NewReplacer("\n", "", "/", "").Replace(text)
	record := journal.Record{
		Version: 3, Base: []journal.InodeRecord{{Dir: true, Mode: 0o755}, {Mode: 0o644}},
		Events: []journal.Event{
			{Kind: journal.EventInvoke, Call: 1},
			{Kind: journal.EventWrite, Ino: 2, Dir: 1, Path: "/x" + text, Data: []byte("x" + text), Call: 1, Stack: 1},
			{Kind: journal.EventReturn, Call: 1},
		},
		Stacks: [][]journal.Frame{{{Function: "x" + strings.ReplaceAll(text, "/", ""), File: "/x" + text, Line: 1}}},
	}
	// The events' paths are not this name: no text may name a file by chance.
	record.Base[0].Names = []journal.NameRecord{{Name: "named-otherwise", Ino: 2}}
	c := caseOf(t, &evidence.Record{
		Engine: "x" + text, Profile: "strict-posix", Property: models.AckedDurable, Signature: "x" + text, Sentence: "x" + text,
		Found: "x" + text, Program: "# ackproof program v1\npersist 1\n", Build: map[string]string{"x" + text: "x" + text}, Unfinished: "x" + text,
		State: crash.State{Point: 3, Lost: true},
		Lives: []evidence.LifeRecord{{
			Journal: record, Steps: "# ackproof program v1\npersist 1\n", Log: "x" + text,
			Calls: models.History{{ID: 1, Op: &raftlog.Op{Kind: raftlog.Persist}, Invoked: 0, Returned: 2, Result: models.Result{Err: "x" + text}}},
		}},
		Recovered:  &models.Recovered{Failure: &models.Failure{Phase: models.PhaseOpen, Manner: "exit", Text: "x" + text, Stack: "x" + text + "\npanic: x\n\ngoroutine 1 [running]:\nx" + oneLine + "()\n\t/x" + oneLine + ":1 +0x1\n"}},
		Violations: []models.Violation{{Property: models.AckedDurable, Rule: "R1", Sentence: "x" + text}, {Property: models.Prefix, Sentence: "x" + text}},
	})
	frames := record.Stacks[0]
	c.Explanation = &evidence.Explanation{
		Sentence:     "y" + text,
		Faults:       []evidence.FiredFault{{Life: 7, Event: 1 << 20, What: "x" + text, Fault: "x" + text, Call: 9, Sentence: "x" + text, Frames: frames}},
		Culprits:     []evidence.Culprit{{Effect: 0, What: "x" + text, Event: 1, Call: 1, Frames: frames}},
		MissingFsync: &evidence.MissingFsync{Path: "x" + text, After: 1, Before: 2, Call: 1, Frames: frames, Sentence: "x" + text},
		ByPoint:      []evidence.PointVerdict{{Point: 3, Visited: 1, Failing: 1}},
	}
	plain := reports.Report{
		Engine: "x" + text, Profile: "x" + text, Verdict: "refuted", Claims: []string{"x" + text}, Cut: "x" + text, UnseenKnown: []string{"x" + text},
		Properties: []reports.Property{{ID: "x" + text, Verdict: "refuted", States: 1}},
		Findings: []reports.Finding{{
			Signature: "x" + text, Known: true, Comment: "x" + text, Unfinished: "x" + text,
			Property: "x" + text, Sentence: "x" + text, Program: "x" + text, Failure: "x" + text, Bundle: "x" + text,
			Log: []reports.Row{{What: "x" + text, Before: "x" + text, Recovered: text}}, Stack: []string{"x" + text}, Words: []string{"x" + text}, EngineLog: []string{"x" + text},
			Lives: []reports.Life{{Calls: []reports.Call{{ID: 1, Op: "x" + text, Result: "x" + text}}, Crash: &reports.Crash{State: "x" + text, When: "x" + text, Lost: []reports.Loss{{What: "x" + text}}}}},
		}},
	}
	return page.Input{
		Reports: []reports.Report{plain},
		Findings: []page.Finding{{
			Case: c, Path: "x" + text, History: "x" + text,
			Records: map[string][]page.Record{"/x" + text: {{Name: "x" + text}}},
		}},
		Environment: map[string]string{"x" + text: "x" + text},
	}
}

// wantInert fails if a text adds an element, a comment or an end tag to the page:
// then it would hold more opening brackets than with a harmless text.
func wantInert(t *testing.T, text string) {
	t.Helper()
	got, plain := written(t, hostile(t, text)), written(t, hostile(t, "x"))
	if strings.Count(got, "<") != strings.Count(plain, "<") {
		t.Errorf("%q adds markup to the page", text)
	}
	if !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\u2028\u2029\u202e") {
		t.Errorf("%q stands on the page as it is", text)
	}
	for part := range strings.SplitSeq(got, `<script type="application/json" class="data">`) {
		if strings.HasPrefix(part, "<!doctype") {
			continue
		}
		data, _, _ := strings.Cut(part, "</script>")
		if !json.Valid([]byte(data)) {
			t.Errorf("%q breaks the page's data", text)
		}
	}
}

func TestHostileTextsAreInert(t *testing.T) {
	for _, text := range hostileTexts {
		wantInert(t, text)
	}
	if testing.Short() {
		return // the page of names of 10 MB is left to the tests in full
	}
	huge := strings.Repeat("\xff<", 5<<20)
	if n := len(written(t, hostile(t, huge))); n > 6<<20 {
		t.Errorf("names of 10 MB make a page of %d bytes, want at most 6 MiB", n)
	}
}

func FuzzEmbedding(f *testing.F) {
	for _, text := range hostileTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		wantInert(t, text)
		script, err := page.Embedded(map[string]string{"text": text})
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(string(script), "<>&\u2028\u2029") {
			t.Errorf("%q is embedded as %s", text, script)
		}
		var back map[string]string
		if err := json.Unmarshal([]byte(script), &back); err != nil || back["text"] != strings.ToValidUTF8(text, "\ufffd") && utf8.ValidString(text) {
			t.Errorf("%q comes back as %q, %v", text, back["text"], err)
		}
		if shown := page.Line(text); !utf8.ValidString(shown) || strings.ContainsAny(shown, "\x00\n\u2028\u202e") {
			t.Errorf("%q is shown as %q", text, shown)
		}
	})
}

func TestShownTexts(t *testing.T) {
	for text, want := range map[string]string{
		"plain ünïcode": "plain ünïcode", "a\x00b": `a\x00b`, "a\xffb": `a\xffb`, "a\u202eb": `a\u202eb`, "a\nb": `a\nb`,
		strings.Repeat("a", 400): strings.Repeat("a", 300) + "… (cut, 400 bytes in all)",
	} {
		if got := page.Line(text); got != want {
			t.Errorf("line %q: got %q, want %q", text, got, want)
		}
	}
	if got := page.Block("a\n\tb\x1b"); got != "a\n\tb\\x1b" {
		t.Errorf("block: got %q", got)
	}
	if got := page.Code("a`b``c"); got != "``` a`b``c ```" {
		t.Errorf("code: got %q", got)
	}
}
