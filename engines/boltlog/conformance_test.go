package boltlog_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/boltlog"
	"github.com/ackproof/ackproof/engines/enginetest"
)

func factories() []engines.Factory {
	return []engines.Factory{
		boltlog.Factory(boltlog.Options{}), boltlog.NoSyncFactory(boltlog.Options{}), boltlog.PlainFactory(),
	}
}

func TestConformance(t *testing.T) {
	for _, f := range factories() {
		t.Run(f.Name, func(t *testing.T) { enginetest.TestEngine(t, f) })
	}
}

func TestClaims(t *testing.T) {
	durable := engines.Claims{
		WriteDurable: true, AtomicBatch: true, AtomicReplace: true, MutationsDurable: true,
		HardStateDurable: true, OrderedHardState: true, SpaceReclaimed: true, CloseReleases: true, CloseDurable: true, ReadsDurable: true,
	}
	noSync := engines.Claims{AtomicBatch: true, AtomicReplace: true, OrderedHardState: true, SpaceReclaimed: true, CloseReleases: true}
	want := map[string]engines.Claims{"bbolt": durable, "bbolt-nosync": noSync, "bbolt-plain": durable}
	for _, f := range factories() {
		if f.Needs != engines.NeedsDir {
			t.Errorf("%s: got needs %s, want %s", f.Name, f.Needs, engines.NeedsDir)
		}
		engine, err := f.Open(engines.Env{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := want[f.Name]; !ok || engines.ClaimsOf(engine) != got {
			t.Errorf("%s: got claims %+v, want %+v", f.Name, engines.ClaimsOf(engine), got)
		}
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	}
}
