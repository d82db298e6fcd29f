package main

import (
	"flag"
	"regexp"
	"strings"
	"testing"

	_ "github.com/ackproof/ackproof/harness" // for its flags
	"github.com/ackproof/ackproof/harness/evidence"
)

// TestDocumentedKnown wants the file of known causes in docs/CI.md to be one.
func TestDocumentedKnown(t *testing.T) {
	file := regexp.MustCompile("(?s)## Known causes.*?```text\n(.*?)```").FindStringSubmatch(read(t, "docs/CI.md"))
	if file == nil {
		t.Fatal("docs/CI.md has no file of known causes")
	}
	known, err := evidence.ReadKnown(strings.NewReader(file[1]))
	if err != nil || len(known) != 2 || known[0].Comment == "" || known[1].Comment == "" {
		t.Errorf("got %v, %v, want two causes with comments", known, err)
	}
}

// TestDocumentedVariables wants each -ackproof flag of tests in docs/CI.md beside
// its variable, and no other.
func TestDocumentedVariables(t *testing.T) {
	got := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\| (ACKPROOF_[A-Z_]+) \| -(ackproof\.[a-z-]+) \|`).FindAllStringSubmatch(read(t, "docs/CI.md"), -1) {
		got[m[2]] = m[1]
	}
	flag.VisitAll(func(f *flag.Flag) {
		if !strings.HasPrefix(f.Name, "ackproof.") {
			return
		}
		if variable := got[f.Name]; variable == "" || !strings.Contains(f.Usage, "("+variable+")") {
			t.Errorf("docs/CI.md: -%s stands beside %q, want the variable that its usage names: %s", f.Name, variable, f.Usage)
		}
		delete(got, f.Name)
	})
	for name, variable := range got {
		t.Errorf("docs/CI.md: %s: there is no flag -%s", variable, name)
	}
}
