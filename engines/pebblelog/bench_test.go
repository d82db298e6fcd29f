package pebblelog

import (
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// image returns a file system with an engine of 64 KiB of log that was not
// closed, so that each open replays it.
func image(b *testing.B) *vfs.MemFS {
	fs := vfs.NewCrashableMem()
	// With the default memtable nothing is flushed in the background meanwhile, and
	// every run measures the same image.
	e := open(b, Options{FS: fs, Tune: func(*pebble.Options) {}})
	defer e.Close()
	for index := uint64(1); index <= 64; index++ {
		must(b, e.LogStore().PersistEntries(b.Context(), batch(index, index, 1000)))
	}
	return fs.CrashClone(vfs.CrashCloneCfg{})
}

// BenchmarkOpenClose opens a crashed engine with 64 KiB of log and closes it,
// each time on a copy of the same image.
func BenchmarkOpenClose(b *testing.B) {
	caches := NewCaches()
	defer caches.Close()
	for _, bb := range []struct {
		name     string
		tune     func(*pebble.Options)
		readOnly bool
	}{
		{"default", func(*pebble.Options) {}, false},
		{"small", Small, false},
		{"small-caches", caches.Small, false},
		{"small-caches-readonly", caches.Small, true},
	} {
		b.Run(bb.name, func(b *testing.B) {
			crashed := image(b)
			for b.Loop() {
				b.StopTimer()
				fs := copyOf(b, crashed)
				b.StartTimer()
				e := open(b, Options{FS: fs, Tune: bb.tune, ReadOnly: bb.readOnly})
				must(b, e.Close())
			}
		})
	}
}

func copyOf(b *testing.B, from *vfs.MemFS) *vfs.MemFS {
	to := vfs.NewMem()
	ok, err := vfs.Clone(from, to, "/db", "/db")
	if err != nil || !ok {
		b.Fatalf("got %v, %v from a copy, want it to succeed", ok, err)
	}
	return to
}

func BenchmarkEntry(b *testing.B) {
	e := open(b, Options{FS: vfs.NewMem()})
	defer e.Close()
	must(b, e.LogStore().PersistEntries(b.Context(), batch(1, 1000, 100)))
	for b.Loop() {
		if _, ok, err := e.LogStore().Entry(b.Context(), 500); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func BenchmarkPersist(b *testing.B) {
	for _, bb := range []struct {
		name     string
		buffered bool
	}{{"durable", false}, {"buffered", true}} {
		b.Run(bb.name, func(b *testing.B) {
			e := open(b, Options{FS: vfs.NewMem(), Buffered: bb.buffered, Tune: func(*pebble.Options) {}})
			defer e.Close()
			index := uint64(0)
			for b.Loop() {
				index++
				must(b, e.LogStore().PersistEntries(b.Context(), batch(index, index, 100)))
			}
		})
	}
}
