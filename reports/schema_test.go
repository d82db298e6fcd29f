package reports_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/reports"
)

// enums are the texts that a field may have, where that will stay so.
var enums = map[string][]string{
	"Report.verdict":   {"held", "refuted", "unknown", "harness broken"},
	"Property.verdict": {"held", "refuted", "not exercised", "not claimed"},
}

// schemaMaker derives a schema from Go types and the comments of their fields.
type schemaMaker struct {
	t        *testing.T
	defs     map[string]any
	comments map[string]map[string]string // by package path, then by Type or Type.Field
}

// TestSchema wants the schema to be what the types are: a field that was added is
// in it once the test ran with -update, with its comment as its description.
func TestSchema(t *testing.T) {
	m := schemaMaker{t: t, defs: map[string]any{}, comments: map[string]map[string]string{}}
	root := m.structure(reflect.TypeFor[reports.Report]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"] = "https://github.com/ackproof/ackproof/reports/schema.json"
	root["title"] = "One line of ackproof run --json"
	root["$defs"] = m.defs
	var want bytes.Buffer
	e := json.NewEncoder(&want)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		t.Fatal(err)
	}
	if *update && !t.Failed() {
		if err := os.WriteFile("schema.json", want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Skip("WROTE schema.json: run the test again without -update, as it was built with the old one")
	}
	if !bytes.Equal(reports.Schema(), want.Bytes()) {
		t.Errorf("schema.json is not what the types of the report are; fields may be added, never taken away or changed: look, and run the test with -update\nwant:\n%s", &want)
	}
}

// structure returns the schema of a struct.
func (m schemaMaker) structure(s reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for f := range s.Fields() {
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
			continue
		case name == "":
			m.t.Fatalf("%v.%s has no JSON name", s, f.Name)
		}
		value := m.value(f.Type)
		value["description"] = m.comment(s, s.Name()+"."+f.Name)
		if words := enums[s.Name()+"."+name]; words != nil {
			value["enum"] = words
		}
		properties[name] = value
		if !strings.Contains(rest, "omitempty") {
			required = append(required, name)
		}
	}
	return map[string]any{"type": "object", "description": m.comment(s, s.Name()), "properties": properties, "required": required}
}

// value returns the schema of a field's type. Structures are defined once.
func (m schemaMaker) value(v reflect.Type) map[string]any {
	switch v.Kind() {
	case reflect.Pointer:
		return m.value(v.Elem())
	case reflect.Slice:
		return map[string]any{"type": "array", "items": m.value(v.Elem())}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Int, reflect.Int32, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Uint, reflect.Uint32, reflect.Uint64:
		return map[string]any{"type": "integer", "minimum": 0}
	case reflect.Struct:
		if m.defs[v.Name()] == nil {
			m.defs[v.Name()] = true // a structure may hold its like
			m.defs[v.Name()] = m.structure(v)
		}
		return map[string]any{"$ref": "#/$defs/" + v.Name()}
	}
	m.t.Fatalf("the schema knows no %v", v)
	return nil
}

// comment returns what the source says of a type or of its field.
func (m schemaMaker) comment(in reflect.Type, name string) string {
	path := in.PkgPath()
	if m.comments[path] == nil {
		m.comments[path] = m.read(path)
	}
	text := m.comments[path][name]
	if text == "" {
		m.t.Errorf("%s.%s has no comment: it is the field's description in the schema", path, name)
	}
	return text
}

// read returns the comments of the types and fields of a package of this module.
// A comment that begins with the name of another field of its group is that
// group's.
func (m schemaMaker) read(path string) map[string]string {
	dir := filepath.Join("..", strings.TrimPrefix(path, "github.com/ackproof/ackproof/"))
	out := map[string]string{}
	sources, err := fs.Glob(os.DirFS(dir), "*.go")
	if err != nil {
		m.t.Fatal(err)
	}
	for _, source := range sources {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, source), nil, parser.ParseComments)
		if err != nil {
			m.t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if g, ok := decl.(*ast.GenDecl); ok && g.Tok == token.TYPE {
				typeComments(g, out)
			}
		}
	}
	return out
}

func typeComments(g *ast.GenDecl, out map[string]string) {
	for _, spec := range g.Specs {
		s := spec.(*ast.TypeSpec)
		fields, ok := s.Type.(*ast.StructType)
		if !ok {
			continue
		}
		out[s.Name.Name] = oneLine(g.Doc.Text())
		before := ""
		for _, f := range fields.Fields.List {
			text := oneLine(f.Doc.Text())
			for _, name := range f.Names {
				if text == "" && mentions(before, name.Name) {
					text = before
				}
				out[s.Name.Name+"."+name.Name] = text
			}
			before = text
		}
	}
}

// mentions reports whether a comment speaks of a field by name.
func mentions(comment, name string) bool {
	for _, word := range strings.Fields(comment) {
		if strings.Trim(word, ".,;:") == name {
			return true
		}
	}
	return false
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
