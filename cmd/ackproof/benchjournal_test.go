package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginebench"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/harness/subject/logstore"
)

// What a commit costs follows from how each engine is made: file writes 16 bytes beside each payload
// and 48 for the batch, and calls fsync once.
func TestCommitCosts(t *testing.T) {
	const commits = 10
	payloads := int64(commits * enginebench.BatchEntries * enginebench.PayloadBytes)
	for name, want := range map[string]enginebench.Costs{
		"file":                  {Fsyncs: commits, WrittenBytes: 116_480, PayloadBytes: payloads},
		"file-buffered":         {WrittenBytes: 116_480, PayloadBytes: payloads},
		"mem":                   {PayloadBytes: payloads},
		"pebble":                {DataSyncs: commits, WrittenBytes: -1, PayloadBytes: payloads},
		"file-machine":          {Fsyncs: commits},
		"file-machine-buffered": {},
	} {
		list, err := builtin.BenchedEngines().Find(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := commitCosts(list[0].Factory, commits)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if want.WrittenBytes < 0 { // Pebble's own affair, but no less than what it was given
			if want.WrittenBytes = got.WrittenBytes; got.WrittenBytes < payloads {
				t.Errorf("%s: got %d bytes written, want at least %d", name, got.WrittenBytes, payloads)
			}
		}
		want.Commits, want.Entries = commits, commits*enginebench.BatchEntries
		if got != want {
			t.Errorf("%s: got %v and %d bytes, want %v and %d", name, got, got.WrittenBytes, want, want.WrittenBytes)
		}
	}
}

func TestCommitCostsOfBrokenEngine(t *testing.T) {
	f := memlog.Factory()
	f.Open = func(engines.Env) (engines.StorageEngine, error) { return nil, errors.New("disk on fire") }
	if _, err := commitCosts(logstore.Of(f), 1); err == nil || !strings.Contains(err.Error(), "disk on fire") {
		t.Errorf("got %v, want what the engine says", err)
	}
}
