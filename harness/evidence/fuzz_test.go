package evidence_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// forgetful is an engine that claims durable writes and keeps nothing.
func forgetful() engines.Factory {
	return engines.Factory{Name: "forgetful", Open: func(engines.Env) (engines.StorageEngine, error) {
		return durableClaim{memlog.New()}, nil
	}}
}

type durableClaim struct{ engines.StorageEngine }

type durableLog struct{ engines.LogStore }

func (durableLog) IsWriteDurable() bool { return true }

func (d durableClaim) LogStore() engines.LogStore { return durableLog{d.StorageEngine.LogStore()} }

func (durableClaim) Claims() engines.Claims { return engines.Claims{HardStateDurable: true} }

// FuzzBundle reads bundles whose checksum is right and whose content is anything,
// and replays them: an error, or a verdict, and never a panic.
func FuzzBundle(f *testing.F) {
	for _, factory := range []engines.Factory{forgetful(), filelog.Factory(filelog.Options{})} {
		f.Add(seedBundle(f, factory))
	}
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"subject":"log","contract":{},"profile":"xfs","lives":[{"journal":{"version":3,"base":[{"dir":true}]}}],"state":"@0 keep"}`))
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		packed := encoder.EncodeAll(text, nil)
		sum := sha256.Sum256(packed)
		data := fmt.Appendf(nil, "%s%d\n%s\n%s", evidence.BundleMagic, evidence.BundleVersion, hex.EncodeToString(sum[:]), packed)
		_, _ = evidence.ParseHead(data)
		was, err := evidence.ParseCase(data, logstore.Kind)
		if err != nil {
			return
		}
		_, _ = was.Image()
		if now, err := harness.Replay(memlog.Factory(), was); err == nil {
			_ = reports.WriteReplay(io.Discard, was, now)
		}
	})
}

// seedBundle returns the JSON of a bundle: of a finding, or of a recording that
// held.
func seedBundle(f *testing.F, factory engines.Factory) []byte {
	program := raftlog.MustParse("save-hard-state term=+1\npersist 2 size=10\npurge 1\ncrash lose=nothing\npersist 1 size=3")
	recording, err := harness.Record(factory, harness.Config{HangAfter: time.Second}, program)
	if err != nil {
		f.Fatal(err)
	}
	life := recording.Lives[len(recording.Lives)-1]
	c := &evidence.Case{Failure: &evidence.Failure{Life: life}, Kind: logstore.Kind, Program: program}
	c.State.Point = len(life.Journal.Events)
	if _, err := c.Record().Case(); err != nil {
		f.Fatal(err) // a seed that says nothing of what follows the parsing
	}
	data, err := json.Marshal(c.Record())
	if err != nil {
		f.Fatal(err)
	}
	return data
}
