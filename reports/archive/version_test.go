package archive_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/archive"
)

// TestOutcomesOfAnotherVersion: lines of a newer version are refused, and the file
// stays as it was; a line without a version has the first.
func TestOutcomesOfAnotherVersion(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, archive.OutcomesName)
	newer := "{\"engine\":\"a\"}\n{\"version\":3,\"engine\":\"b\"}\n"
	if err := os.WriteFile(path, []byte(newer), 0o644); err != nil {
		t.Fatal(err)
	}
	const want = "bad outcomes: line 2: it has version 3, and this ackproof reads versions 1 to 2: use a newer ackproof, or move the file away and run again"
	for what, err := range map[string]error{
		"read": func() error { _, err := archive.ReadOutcomes(dir); return err }(),
		"keep": archive.KeepOutcomes(dir, []reports.Report{{Engine: "c"}}),
	} {
		if !errors.Is(err, archive.ErrOutcomes) || !strings.Contains(strings.ReplaceAll(err.Error(), ", and run", " and run"), want) {
			t.Errorf("%s: got %v, want %s", what, err, want)
		}
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != newer {
		t.Errorf("the file holds %q, %v", data, err)
	}
	if err := os.WriteFile(path, []byte("{\"engine\":\"a\"}\n{\"version\":1,\"engine\":\"b\"}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := archive.ReadOutcomes(dir); err != nil || len(got) != 2 {
		t.Errorf("got %v, %v, want two outcomes", got, err)
	}
	// What version 1 said of a run that its budget had cut short.
	if err := os.WriteFile(path, []byte("{\"engine\":\"a\",\"verdict\":\"held\",\"outOfBudget\":true}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := archive.ReadOutcomes(dir); err != nil || len(got) != 1 || got[0].Verdict != "unknown" || got[0].Cut == "" {
		t.Errorf("got %v, %v, want unknown, as the run was cut short", got, err)
	}
}

// What is kept has the current version, whatever the report says, and comes back with
// what that version added.
func TestOutcomesOfThisVersion(t *testing.T) {
	dir := t.TempDir()
	kept := reports.Report{
		Engine: "a", Verdict: "refuted", Cut: "out of time", UnseenKnown: []string{"prefix; after open"}, Without: []string{"purge"},
		Findings: []reports.Finding{{Property: "prefix", States: 3, Known: true, Comment: "c", Unfinished: "not shrunk: out of time"}},
	}
	if err := archive.KeepOutcomes(dir, []reports.Report{kept}); err != nil {
		t.Fatal(err)
	}
	got, err := archive.ReadOutcomes(dir)
	kept.Version = reports.Version
	if err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], kept) {
		t.Errorf("got %+v, %v, want %+v", got, err, kept)
	}
}
