package reports_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/reports"
)

// TestOutputsFollowSchema checks real reports against the schema, which knows all
// of their fields.
func TestOutputsFollowSchema(t *testing.T) {
	var schema map[string]any
	if err := json.Unmarshal(reports.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	for name, r := range results(t) {
		r.Bundles = []string{"out/first.ackproof"}
		var out bytes.Buffer
		if err := reports.WriteJSON(&out, reports.New(r)); err != nil {
			t.Fatal(err)
		}
		var value any
		if err := json.Unmarshal(out.Bytes(), &value); err != nil {
			t.Fatal(err)
		}
		for _, fault := range faults(schema, schema, value, name) {
			t.Error(fault)
		}
	}
}

// TestSchemaRefutes wants the check above to see what is wrong.
func TestSchemaRefutes(t *testing.T) {
	var schema map[string]any
	if err := json.Unmarshal(reports.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := reports.WriteJSON(&out, reports.New(results(t)["no-sync-on-persist"])); err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(map[string]any){
		"lacks engine":             func(r map[string]any) { delete(r, "engine") },
		"is no string":             func(r map[string]any) { r["engine"] = 1.0 },
		"is none of":               func(r map[string]any) { r["verdict"] = "maybe" },
		"unknown field surprise":   func(r map[string]any) { r["surprise"] = true },
		"is no array":              func(r map[string]any) { r["findings"] = nil },
		"is less than":             func(r map[string]any) { r["seed"] = -1.0 },
		"is no integer":            func(r map[string]any) { r["states"].(map[string]any)["visited"] = 1.5 },
		"findings[0] is no object": func(r map[string]any) { r["findings"] = []any{"x"} },
	} {
		var value map[string]any
		if err := json.Unmarshal(out.Bytes(), &value); err != nil {
			t.Fatal(err)
		}
		change(value)
		if got := faults(schema, schema, value, "report"); len(got) != 1 || !strings.Contains(got[0], what) {
			t.Errorf("got %q, want one fault that says %q", got, what)
		}
	}
}

// faults returns where a value is not what its schema says. It knows the keywords
// that the schema uses, and takes a field that the schema does not name for one.
func faults(root, schema map[string]any, value any, at string) []string {
	if ref, ok := schema["$ref"].(string); ok {
		def := root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")]
		return faults(root, def.(map[string]any), value, at)
	}
	if !isOf(schema["type"].(string), value) {
		return []string{fmt.Sprintf("%s is no %s: %v", at, schema["type"], value)}
	}
	var out []string
	if words, ok := schema["enum"].([]any); ok && !contains(words, value) {
		out = append(out, fmt.Sprintf("%s is none of %v: %v", at, words, value))
	}
	if least, ok := schema["minimum"].(float64); ok && value.(float64) < least {
		out = append(out, fmt.Sprintf("%s is less than %v: %v", at, least, value))
	}
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			out = append(out, faults(root, schema["items"].(map[string]any), item, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case map[string]any:
		out = append(out, objectFaults(root, schema, value, at)...)
	}
	return out
}

func objectFaults(root, schema, value map[string]any, at string) (out []string) {
	properties := schema["properties"].(map[string]any)
	for _, name := range schema["required"].([]any) {
		if _, ok := value[name.(string)]; !ok {
			out = append(out, fmt.Sprintf("%s lacks %s", at, name))
		}
	}
	for name, field := range value {
		property, ok := properties[name].(map[string]any)
		if !ok {
			out = append(out, fmt.Sprintf("%s: unknown field %s", at, name))
			continue
		}
		out = append(out, faults(root, property, field, at+"."+name)...)
	}
	return out
}

func contains(words []any, value any) bool {
	for _, word := range words {
		if word == value {
			return true
		}
	}
	return false
}

func isOf(kind string, value any) bool {
	switch v := value.(type) {
	case string:
		return kind == "string"
	case bool:
		return kind == "boolean"
	case float64:
		return kind == "number" || kind == "integer" && v == float64(int64(v))
	case []any:
		return kind == "array"
	case map[string]any:
		return kind == "object"
	}
	return false
}
