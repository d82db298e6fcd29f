package evidence_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
)

// unsynced returns an engine that does not sync what it persists.
func unsynced(t *testing.T) engines.Factory {
	t.Helper()
	for _, c := range canary.All() {
		if c.Name == "no-sync-on-persist" {
			return c.Factory()
		}
	}
	t.Fatal("no canary no-sync-on-persist")
	return engines.Factory{}
}

// finding returns the first finding of a run.
func finding(t *testing.T, f engines.Factory, config harness.Config) *evidence.Case {
	t.Helper()
	config.Until = harness.UntilRefuted
	outcome, err := harness.Verify(t.Context(), f, config)
	if err != nil {
		t.Fatal(err)
	}
	if len(outcome.Findings) == 0 {
		t.Fatal("the engine held: want a finding")
	}
	return outcome.Findings[0]
}

// stored returns a case's bundle as it is in its file, and the case that is read from
// it.
func stored(t *testing.T, c *evidence.Case) ([]byte, *evidence.Case) {
	t.Helper()
	path := filepath.Join(t.TempDir(), c.FileName(1))
	if err := evidence.WriteCase(path, c); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	read, err := evidence.ReadCase(path, logstore.Kind)
	if err != nil {
		t.Fatal(err)
	}
	return data, read
}
