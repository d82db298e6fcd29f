package pebblemachine_test

import (
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/engines/internal/pebblestore"
	"github.com/ackproof/ackproof/engines/pebblemachine"
)

// inMemory keeps one of Pebble's in-memory file systems for each Env.FS.
func inMemory() pebblemachine.FileSystem {
	var mu sync.Mutex
	kept := map[afero.Fs]vfs.FS{}
	return func(env engines.Env) (vfs.FS, error) {
		mu.Lock()
		defer mu.Unlock()
		if kept[env.FS] == nil {
			kept[env.FS] = vfs.NewMem()
		}
		return kept[env.FS], nil
	}
}

func TestContract(t *testing.T) {
	caches := pebblestore.NewCaches()
	defer caches.Close()
	for name, tune := range map[string]func(*pebble.Options){"default": nil, "small": caches.Small} {
		t.Run(name, func(t *testing.T) {
			for _, f := range []engines.MachineFactory{
				pebblemachine.Factory(inMemory(), tune), pebblemachine.BufferedFactory(inMemory(), tune),
			} {
				t.Run(f.Name, func(t *testing.T) { enginetest.TestMachine(t, f) })
			}
		})
	}
}

func TestContractOnRealFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("real files sync slowly")
	}
	f := pebblemachine.BufferedFactory(pebblestore.RealFileSystem, pebblestore.Small)
	f.Needs = engines.NeedsDir
	enginetest.TestMachine(t, f)
}

func TestClaims(t *testing.T) {
	durable := engines.MachineClaims{
		ApplyDurable: true, RestoreDurable: true, ResetDurable: true, ShutdownDurable: true, ReadersNotBlocked: true, CloseReleases: true,
	}
	buffered := durable
	buffered.ApplyDurable = false
	compacting := durable
	compacting.SpaceReclaimed = true
	for _, tt := range []struct {
		factory engines.MachineFactory
		want    engines.MachineClaims
	}{
		{pebblemachine.Factory(inMemory(), nil), compacting},
		{pebblemachine.Factory(inMemory(), pebblestore.Small), durable},
		{pebblemachine.BufferedFactory(inMemory(), pebblestore.Small), buffered},
	} {
		m, err := tt.factory.Open(engines.Env{Dir: "/db"})
		if err != nil {
			t.Fatal(err)
		}
		if got := engines.MachineClaimsOf(m); got != tt.want {
			t.Errorf("%s: got claims %+v, want %+v", tt.factory.Name, got, tt.want)
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
}
