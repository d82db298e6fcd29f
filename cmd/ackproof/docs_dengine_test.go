package main

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines/dengine"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/machine"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

const dengineDoc = "docs/D_ENGINE.md"

// weaknessTable returns the table of what d-engine's engines are documented to be wrong about.
func weaknessTable() string {
	out := "| Engine | Weakness | Refuted by | Where | Source |\n|---|---|---|---|---|\n"
	for _, s := range append(dengine.FileSubjects(), dengine.RocksSubjects(nil, nil)...) {
		for _, w := range s.Weaknesses {
			where := w.Profile
			if where == "" {
				where = "strict-posix, ext4-ordered"
			}
			out += fmt.Sprintf("| `%s` | %s | `%s` | %s | %s |\n", s.Name, w.Sentence, w.Property, where, w.Source)
		}
	}
	return out
}

func TestDocumentedWeaknesses(t *testing.T) {
	wantTable(t, dengineDoc, "Engine", weaknessTable())
}

// TestMappedNames wants each property, case, canary, engine and step that the page on d-engine
// names to be there: a check that nobody makes is none.
func TestMappedNames(t *testing.T) {
	known := mappable()
	for _, m := range regexp.MustCompile("`([a-z]+(?:[-/][a-z]+)*(?:-?\\*)?)`").FindAllStringSubmatch(read(t, dengineDoc), -1) {
		if name := m[1]; strings.ContainsAny(name, "-*") && !slices.ContainsFunc(known, func(k string) bool {
			matches, _ := path.Match(name, k)
			return matches
		}) {
			t.Errorf("%s names %s: there is no such property, case, canary, engine or step", dengineDoc, name)
		}
	}
}

// TestMappedSuites wants as many cases of d-engine's suites as the page says.
func TestMappedSuites(t *testing.T) {
	isTheirs := func(name string) bool { return strings.HasPrefix(name, "d-engine/") }
	logs, machines := 0, 0
	for _, c := range enginetest.Cases() {
		if isTheirs(c.Name) {
			logs++
		}
	}
	for _, c := range enginetest.MachineCases() {
		if isTheirs(c.Name) {
			machines++
		}
	}
	for _, n := range []int{logs, machines} {
		if want := fmt.Sprintf("Its %d cases", n); !strings.Contains(read(t, dengineDoc), want) {
			t.Errorf("%s does not say %q", dengineDoc, want)
		}
	}
}

// mappable returns the names of all that a line of d-engine's guides may be mapped to.
func mappable() (names []string) {
	for _, p := range models.Properties {
		names = append(names, string(p.ID))
	}
	for _, c := range enginetest.Cases() {
		names = append(names, c.Name)
	}
	for _, c := range enginetest.MachineCases() {
		names = append(names, c.Name)
	}
	for _, e := range builtin.All() {
		names = append(names, strings.TrimPrefix(e.Name, "canary/"))
	}
	for _, l := range []scenarios.Language{raftlog.Language, machine.Language} {
		for _, k := range l.Kinds() {
			names = append(names, k.String())
		}
	}
	return append(names, "bench-engines", "d-engine-core")
}
