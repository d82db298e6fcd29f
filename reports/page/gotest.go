package page

import (
	"fmt"
	"go/format"
	"path"
	"strings"
	"text/template"

	"github.com/ackproof/ackproof/harness/evidence"
)

// GoTest returns a complete test file that runs the finding's smallest program
// under its profile, and fails while the engine breaks its promise. Builtin
// says that the engine is on the list of cmd/ackproof/builtin; for any other
// the file has one marked place to fill in, and fails until that is done.
func GoTest(b *evidence.Case, builtin bool) string {
	if b.Kind == nil || b.Kind.Go.Run == "" {
		return "// The engine is of a kind that its own test makes: give that test the bundle,\n// go test -args -ackproof.replay=BUNDLE\n"
	}
	if b.Handover != nil && !builtin {
		return "// One engine wrote what another opened: give the bundle to the test that has both,\n// go test -args -ackproof.replay=BUNDLE\n"
	}
	names := []string{bounded(b.Engine)}
	if b.Handover != nil {
		names = []string{bounded(b.Handover.Writer), bounded(b.Handover.Reader)}
	}
	var out strings.Builder
	err := goTest.Execute(&out, map[string]any{
		"Go": b.Kind.Go, "Package": path.Base(b.Kind.Go.Programs), "Builtin": builtin, "Engines": names, "Profile": b.Life.Profile.String(), "Found": bounded(b.Found), "Seed": uint64(b.Seed),
		"Name": testName(string(b.Property())), "Property": oneLine(string(b.Property())),
		"Sentence": oneLine(b.Sentence()), "Program": strings.SplitAfter(strings.TrimSuffix(b.Program.String(), "\n"), "\n"),
	})
	if err != nil {
		panic(err) // nothing in it can fail
	}
	source, err := format.Source([]byte(out.String()))
	if err != nil {
		panic(fmt.Sprintf("page: the test is no Go: %v\n%s", err, &out))
	}
	return string(source)
}

// bounded returns a name as it is, unless it is too long to be one.
func bounded(name string) string {
	if len(name) > nameBytesMax {
		return line(name)
	}
	return name
}

// oneLine returns text that ends no comment.
func oneLine(text string) string { return strings.ReplaceAll(line(text), "*/", "* /") }

// testName returns "AckedDurable" for "acked-durable".
func testName(property string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(property, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

var goTest = template.Must(template.New("test").Funcs(template.FuncMap{
	"quote": func(s string) string { return fmt.Sprintf("%q", s) },
}).Parse(`package crash_test

import (
	"testing"

{{if .Builtin}}	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
{{else}}{{range .Go.Imports}}	{{quote .}}
{{end}}{{end}}	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/scenarios"
	"{{.Go.Programs}}"
)

// TestCrash{{.Name}} holds the engine to {{.Property}}. When it was written:
// {{.Sentence}}
func TestCrash{{.Name}}(t *testing.T) {
{{if .Builtin}}	found, err := builtin.All().Find({{range $i, $name := .Engines}}{{if $i}}, {{end}}{{quote $name}}{{end}})
	if err != nil {
		t.Fatal(err)
	}
	factory := found[0].Factory
{{else}}	factory := {{.Go.Factory}}{
		Name: {{quote (index .Engines 0)}},
		Open: func(env engines.Env) ({{.Go.Store}}, error) {
			// FILL IN: open the engine on env.FS in env.Dir, all files through env.FS.
			panic("FILL IN: open the engine")
		},
	}
{{end}}	profile, err := crash.ParseProfile({{quote .Profile}})
	if err != nil {
		t.Fatal(err)
	}
	program := {{.Package}}.MustParse({{range $i, $line := .Program}}{{if $i}} +
		{{end}}{{quote $line}}{{end}})
	{{if .Builtin}}harness.RunSubject{{else}}{{.Go.Run}}{{end}}(t, factory, harness.WithProfiles(profile), harness.WithConfig(harness.Config{
		Seed: {{.Seed}},
{{if gt (len .Engines) 1}}		RecoverWith: &found[1].Factory,
{{end}}		Only: []scenarios.NamedProgram{ {Name: {{quote .Found}}, Program: program}},
	}))
}
`))
