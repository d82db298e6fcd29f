package harness

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/scenarios"
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
	f.Add([]byte(`{"profile":"xfs","lives":[{"journal":{"version":1,"base":[{"dir":true}]}}],"state":"@0 keep"}`))
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		packed := encoder.EncodeAll(text, nil)
		sum := sha256.Sum256(packed)
		data := fmt.Appendf(nil, "%s\n%s\n%s", bundleMagic, hex.EncodeToString(sum[:]), packed)
		_, _ = ParseBundleHead(data)
		b, err := ParseBundle(data)
		if err != nil {
			return
		}
		_, _ = b.Image()
		if r, err := b.Replay(memlog.Factory()); err == nil {
			_ = r.String()
		}
	})
}

// seedBundle returns the JSON of a bundle: of a finding, or of a recording that
// held.
func seedBundle(f *testing.F, factory engines.Factory) []byte {
	program := scenarios.MustParse("save-hard-state term=+1\npersist 2 size=10\npurge 1\ncrash lose=nothing\npersist 1 size=3")
	config := Config{Only: []scenarios.NamedProgram{{Name: "seed", Program: program}}, HangAfter: time.Second, NoShrink: true}
	recording, err := Record(factory, config, program)
	if err != nil {
		f.Fatal(err)
	}
	life := recording.Lives[len(recording.Lives)-1]
	finding := &Finding{Failure: &Failure{Life: life}, Program: program, profile: config.resolved().Profile}
	finding.State.Point = len(life.Journal.Events)
	data, err := json.Marshal(finding.Bundle())
	if err != nil {
		f.Fatal(err)
	}
	return data
}
