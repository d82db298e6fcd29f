package raftlog

import (
	"encoding/json"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

// A contract that declines nothing is stored as it was before there was anything to
// decline, and what was stored then is one that promises all.
func TestContractForm(t *testing.T) {
	const old = `{"WriteDurable":true,"AtomicBatch":true,"AtomicReplace":true,"MutationsDurable":true,"HardStateDurable":true,` +
		`"OrderedHardState":false,"RaftSafe":false,"CorruptionDetected":false,"Volatile":false,"KeepsBoundary":true}`
	if got, err := json.Marshal(strict); err != nil || string(got) != old {
		t.Errorf("got %s, %v, want %s", got, err, old)
	}
	for _, want := range []Contract{strict, needsFlush, splitting, keeping, gapping, closing, indexing, without} {
		text, err := json.Marshal(want)
		var got Contract
		if err == nil {
			err = json.Unmarshal(text, &got)
		}
		if err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
	var got Contract
	if err := json.Unmarshal([]byte(old), &got); err != nil || got != strict {
		t.Errorf("got %+v, %v, want %+v", got, err, strict)
	}
}

// An engine that cannot be purged has no boundary to keep.
func TestContractOfEngineWithoutPurge(t *testing.T) {
	engine := boundaryKeeper{}
	if !ContractOf(engine, engines.Without{}).KeepsBoundary || ContractOf(engine, engines.Without{Purge: true}).KeepsBoundary {
		t.Error("want a boundary kept by an engine that can be purged alone")
	}
}

type boundaryKeeper struct{ engines.StorageEngine }

func (boundaryKeeper) LogStore() engines.LogStore {
	return struct {
		modestLog
		engines.PurgeBoundaryLoader
	}{}
}

type modestLog struct{ engines.LogStore }

func (modestLog) IsWriteDurable() bool { return false }
