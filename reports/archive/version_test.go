package archive_test

import (
	"errors"
	"os"
	"path/filepath"
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
	newer := "{\"engine\":\"a\"}\n{\"version\":2,\"engine\":\"b\"}\n"
	if err := os.WriteFile(path, []byte(newer), 0o644); err != nil {
		t.Fatal(err)
	}
	const want = "bad outcomes: line 2: it has version 2, and this ackproof reads version 1: use a newer ackproof, or move the file away and run again"
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
}
