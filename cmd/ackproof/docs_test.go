package main

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/models"
)

// documents are the texts that name commands.
var documents = []string{
	"README.md", "CHANGELOG.md", "docs/ARCHITECTURE.md", "docs/CLAIMS.md", "docs/D_ENGINE.md", "docs/FAULT_MODEL.md", "docs/PROPERTIES.md", "docs/CI.md", "docs/JSON.md",
	"docs/PERFORMANCE.md", "docs/PLUGGING_IN.md", "docs/PROTOCOL.md", "docs/READING_A_REPORT.md", "docs/STORED_FORMS.md",
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDocumentedTargets wants every "make target" of the documents in the
// Makefile, and every target there to be listed by make help.
func TestDocumentedTargets(t *testing.T) {
	makefile := read(t, "Makefile")
	for _, name := range documents {
		for _, m := range regexp.MustCompile("`make\\s([a-z-]+)|\n +make ([a-z-]+)").FindAllStringSubmatch(read(t, name), -1) {
			target := m[1] + m[2]
			if !regexp.MustCompile(`(?m)^` + target + `:.*## `).MatchString(makefile) {
				t.Errorf("%s: make %s: the Makefile has no such target with a help text", name, target)
			}
		}
	}
}

// TestDocumentedCommands wants every "ackproof command --flag" of the documents.
func TestDocumentedCommands(t *testing.T) {
	root := newRoot(builtin.All())
	for _, name := range documents {
		for _, m := range regexp.MustCompile("(?:`|\n +)(?:\\./)?ackproof ([a-z]+)([^`\n]*)").FindAllStringSubmatch(read(t, name), -1) {
			command, _, err := root.Find([]string{m[1]})
			if err != nil || command == root {
				t.Errorf("%s: ackproof %s: no such command", name, m[1])
				continue
			}
			for _, flag := range regexp.MustCompile(` --([a-z]+(?:-[a-z]+)*)`).FindAllStringSubmatch(m[2], -1) {
				if command.Flags().Lookup(flag[1]) == nil && flag[1] != "help" {
					t.Errorf("%s: ackproof %s --%s: no such flag", name, m[1], flag[1])
				}
			}
		}
	}
}

// rows returns the cells of the tables in a document that begin with a name in
// backquotes. What follows the name in its cell is left out.
func rows(text string) [][]string {
	var out [][]string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "| \n"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		cells[0], _, _ = strings.Cut(cells[0][1:], "`")
		out = append(out, cells)
	}
	return out
}

func TestDocumentedEngines(t *testing.T) {
	var got, want []string
	for _, row := range rows(read(t, "README.md")) {
		got = append(got, strings.Join(row[:3], " "))
	}
	for _, e := range builtin.Engines() {
		claim, err := claimOf(e.Factory)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, fmt.Sprintf("%s %s %s", e.Name, claim, e.Expect))
	}
	if !slices.Equal(got, want) {
		t.Errorf("README.md lists the engines\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if want := fmt.Sprintf("%d canaries", len(builtin.Canaries())); !strings.Contains(read(t, "README.md"), want) {
		t.Errorf("README.md does not speak of %s", want)
	}
}

// TestDocumentedPerformance wants a row for everything that is measured, with its target, and the
// engines that it is measured of.
func TestDocumentedPerformance(t *testing.T) {
	text := read(t, "docs/PERFORMANCE.md")
	for _, e := range builtin.BenchedEngines() {
		if !strings.Contains(text, "\n| `"+e.Name+"` | ") || !regexp.MustCompile("\n\\| What .* `"+e.Name+"` \\|").MatchString(text) {
			t.Errorf("docs/PERFORMANCE.md lacks a column or a row of %s: make performance-doc writes them", e.Name)
		}
		for _, m := range e.Measurements {
			if !strings.Contains(text, fmt.Sprintf("\n| `%s` | %v | ", m.Name, m.Target)) || !strings.Contains(text, "\n- `"+m.Name+"` "+m.Does+".\n") {
				t.Errorf("docs/PERFORMANCE.md lacks %s, %v, or what it does: make performance-doc writes them", m.Name, m.Target)
			}
		}
	}
}

// propertyTable returns the table of docs/PROPERTIES.md.
func propertyTable() string {
	canaries := map[models.Property][]string{}
	for _, c := range builtin.Canaries() {
		p := c.Expect.RefutedBy
		canaries[p] = append(canaries[p], strings.TrimPrefix(c.Name, "canary/"))
	}
	out := "| Property | Promise | Held to it | Put to the test | Rule | Canaries that break it |\n|---|---|---|---|---|---|\n"
	for _, p := range models.Properties {
		slices.Sort(canaries[p.ID])
		out += fmt.Sprintf("| `%s` | %s | %s | %s | %s | %s |\n",
			p.ID, p.Promise, p.HeldTo, p.Tested, p.Rule, strings.Join(canaries[p.ID], ", "))
	}
	return out
}

// TestDocumentedProperties wants the table of the properties to be that of the code.
func TestDocumentedProperties(t *testing.T) {
	wantTable(t, "docs/PROPERTIES.md", "Property", propertyTable())
}

// wantTable wants the table of a document whose first column is called that to be want. With
// -update it is written anew.
func wantTable(t *testing.T, name, column, want string) {
	t.Helper()
	text, table := read(t, name), regexp.MustCompile(`(?m)^\| `+column+` \|(.*\n\|)*.*\n`)
	got := table.FindString(text)
	if got == want {
		return
	}
	if got != "" && *update {
		text = strings.Replace(text, got, want, 1)
		if err := os.WriteFile("../../"+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s has\n%s\nwant, and -update writes,\n%s", name, got, want)
}

// TestDocumentedClaims wants a row for every claim, under its name in Go and in the
// protocol.
func TestDocumentedClaims(t *testing.T) {
	var got, want []string
	for _, row := range rows(read(t, "docs/CLAIMS.md")) {
		got = append(got, row[0]+" "+strings.Trim(row[1], "`"))
	}
	protocol := read(t, "docs/PROTOCOL.md")
	list := func(claims, wire reflect.Type) {
		for i := range claims.NumField() {
			name, _, _ := strings.Cut(wire.Field(i).Tag.Get("json"), ",")
			want = append(want, claims.Field(i).Name+" "+name)
			if !strings.Contains(protocol, "`"+name+"`") {
				t.Errorf("docs/PROTOCOL.md does not speak of %s", name)
			}
		}
	}
	list(reflect.TypeFor[engines.Claims](), reflect.TypeFor[hosted.Claims]())
	list(reflect.TypeFor[engines.MachineClaims](), reflect.TypeFor[hosted.MachineClaims]())
	if !slices.Equal(got, want) {
		t.Errorf("docs/CLAIMS.md lists the claims\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestDocumentedKnobs wants every knob of every profile with its value.
func TestDocumentedKnobs(t *testing.T) {
	profiles := map[string]crash.Profile{}
	for _, p := range crash.Profiles() {
		profiles[p.Name] = p
	}
	text := read(t, "docs/FAULT_MODEL.md")
	var order []string
	for _, name := range strings.Split(regexp.MustCompile(`(?m)^\| Knob \|(.*)\| Source \|$`).FindStringSubmatch(text)[1], "|") {
		order = append(order, strings.TrimSpace(name))
	}
	if len(order) != len(profiles) {
		t.Fatalf("docs/FAULT_MODEL.md has the profiles %v, want %d", order, len(profiles))
	}
	knobs := 0
	for _, row := range rows(text) {
		if len(row) != len(order)+2 {
			continue // of another table
		}
		knobs++
		for i, name := range order {
			p := profiles[name]
			got, err := crash.ParseProfile(fmt.Sprintf("%s,%s=%s", p.Name, row[0], row[1+i]))
			if err != nil {
				t.Errorf("docs/FAULT_MODEL.md: %v", err)
			} else if got != p {
				t.Errorf("docs/FAULT_MODEL.md: %s has %s %s: got another value", name, row[0], row[1+i])
			}
		}
	}
	if knobs == 0 {
		t.Error("docs/FAULT_MODEL.md has no table of knobs")
	}
}
