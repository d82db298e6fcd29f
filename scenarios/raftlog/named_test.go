package raftlog

import (
	"path"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/scenarios"
)

func TestKeptPrograms(t *testing.T) {
	folders := map[string][]scenarios.NamedProgram{".": {Language.First()}, "named": Language.Named(), "corpus": Language.Corpus(), durableIndex.Folder: able.Corpus()[len(Language.Corpus()):]}
	for folder, programs := range folders {
		if len(programs) == 0 {
			t.Errorf("no programs in %s", folder)
		}
		for _, named := range programs {
			t.Run(folder+"/"+named.Name, func(t *testing.T) {
				checkKept(t, folder, named)
			})
		}
	}
}

func checkKept(t *testing.T, folder string, named scenarios.NamedProgram) {
	if err := newStrictLog().run(named.Program); err != nil {
		t.Error(err)
	}
	// Larger ones are heavy: the harness visits fewer of their states.
	if steps, bytes := size(named.Program); steps == 0 || steps > 25 || bytes > 256<<10 {
		t.Errorf("got %d steps and %d bytes of payloads, want at most 25 and 256 KiB", steps, bytes)
	}
	if !strings.HasSuffix(named.Shows, ".") || folder != "." && folder != "named" && !strings.Contains(named.Shows, "Kind: ") {
		t.Errorf("got comment %q, want sentences, and of a bug its kind", named.Shows)
	}
	text, err := texts.ReadFile(path.Join(folder, named.Name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, program, _ := strings.Cut(string(text), "\n\n")
	if want := named.Program.String(); "# ackproof program v1\n"+program != want {
		t.Errorf("got\n%s\nwant it as it prints,\n%s", text, want)
	}
}

// Kept programs must do what their words say, not only parse.
func TestKeptProgramsReachTheirShape(t *testing.T) {
	tests := map[string]string{
		// The overwrite lies below the boundary, which is the newest entry.
		"overwrite_below_snapshot": "save-hard-state 1 vote 0\npersist 1/1:40 2/1:40 3/1:40 4/1:40 5/1:40\n" +
			"save-hard-state 2 vote 0\npersist 3/2:40 4/2:40\npurge 4/2\nreopen\npersist 5/2:40",
		// The boundary lies within what was cut.
		"snapshot_over_stale_tail": "save-hard-state 1 vote 0\npersist 1/1:40 2/1:40 3/1:40 4/1:40 5/1:40 6/1:40 7/1:40 8/1:40\n" +
			"truncate 4\nsave-hard-state 2 vote 0\npurge 5/2\nreopen\npersist 6/2:40\ncrash\npersist 7/2:40",
		// All that is written after the conflict lies below the old last index.
		"hole_after_conflict": "save-hard-state 1 vote 0\npersist 1/1:30 2/1:30 3/1:30 4/1:30 5/1:30 6/1:30 7/1:30 8/1:30 9/1:30 10/1:30\n" +
			"flush\nsave-hard-state 2 vote 0\npersist 7/2:30 8/2:30\npersist 9/2:30 10/2:30 11/2:30 12/2:30\nflush\nreopen",
	}
	found := 0
	for _, named := range Language.Corpus() {
		want, ok := tests[named.Name]
		if !ok {
			continue
		}
		found++
		if got := transcript(named.Program); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", named.Name, got, want)
		}
	}
	if found != len(tests) {
		t.Errorf("got %d of %d programs", found, len(tests))
	}
}

// Kept programs have every kind of step but faults: they run where nothing fails.
func TestNamedProgramsHaveEveryKind(t *testing.T) {
	seen := map[scenarios.Kind]bool{}
	for _, named := range append(append(able.Named(), able.Corpus()...), able.First()) {
		for _, s := range named.Program {
			seen[s.Kind] = true
			for _, inner := range s.Body {
				seen[inner.Kind] = true
			}
		}
	}
	for _, k := range Language.Kinds() {
		if seen[k] == k.IsFault() {
			t.Errorf("%v is in a kept program: got %v", k, seen[k])
		}
	}
}
