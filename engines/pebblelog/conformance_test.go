package pebblelog_test

import (
	"os"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/spf13/afero"
	"go.uber.org/goleak"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/engines/pebblelog"
)

// childEnv marks a child process, which leaks what a fatal error stops.
const childEnv = "PEBBLELOG_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Exit(m.Run())
	}
	goleak.VerifyTestMain(m)
}

// inMemory keeps one of Pebble's in-memory file systems for each Env.FS.
func inMemory() pebblelog.FileSystem {
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

func TestConformance(t *testing.T) {
	caches := pebblelog.NewCaches()
	defer caches.Close()
	tunings := []struct {
		name string
		tune func(*pebble.Options)
	}{{"default", nil}, {"small", caches.Small}}
	for _, tt := range tunings {
		t.Run(tt.name, func(t *testing.T) {
			for _, f := range []engines.Factory{
				pebblelog.Factory(inMemory(), tt.tune), pebblelog.BufferedFactory(inMemory(), tt.tune),
			} {
				t.Run(f.Name, func(t *testing.T) { enginetest.TestEngine(t, f) })
			}
		})
	}
}

func TestConformanceOnRealFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("real files sync slowly")
	}
	f := pebblelog.BufferedFactory(pebblelog.RealFileSystem, pebblelog.Small)
	f.Needs = engines.NeedsDir
	enginetest.TestEngine(t, f)
}

func TestRealFileSystemRefusesOthers(t *testing.T) {
	if _, err := pebblelog.RealFileSystem(engines.Env{FS: afero.NewMemMapFs()}); err == nil {
		t.Error("got no error for a file system in memory, want one")
	}
}

func TestClaims(t *testing.T) {
	durable := engines.Claims{
		WriteDurable: true, AtomicBatch: true, AtomicReplace: true, MutationsDurable: true,
		HardStateDurable: true, OrderedHardState: true, CloseDurable: true, ReadsDurable: true, CloseReleases: true,
	}
	buffered := durable
	buffered.WriteDurable, buffered.MutationsDurable, buffered.ReadsDurable = false, false, false
	compacting := durable
	compacting.SpaceReclaimed = true
	for _, tt := range []struct {
		factory engines.Factory
		want    engines.Claims
	}{
		{pebblelog.Factory(inMemory(), nil), compacting},
		{pebblelog.Factory(inMemory(), pebblelog.Small), durable},
		{pebblelog.BufferedFactory(inMemory(), pebblelog.Small), buffered},
	} {
		engine, err := tt.factory.Open(engines.Env{Dir: "/db"})
		if err != nil {
			t.Fatal(err)
		}
		if got := engines.ClaimsOf(engine); got != tt.want {
			t.Errorf("%s: got claims %+v, want %+v", tt.factory.Name, got, tt.want)
		}
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	}
}
