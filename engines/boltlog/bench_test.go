package boltlog

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
)

const payloadBytes = 200

// fill makes an engine in dir that holds entryCount entries and whose file has
// sizeBytes.
func fill(b *testing.B, dir string, entryCount uint64, sizeBytes int64) {
	e := open(b, Options{Dir: dir, NoSync: true})
	defer e.Close()
	for index := range entryCount {
		must(b, e.LogStore().PersistEntries(b.Context(), batch(index+1, index+1, payloadBytes)))
	}
	info, err := os.Stat(filepath.Join(dir, fileName))
	must(b, err)
	if info.Size() != sizeBytes {
		b.Fatalf("got a file of %d bytes, want %d", info.Size(), sizeBytes)
	}
}

// BenchmarkOpenScan opens an engine, reads all that it has, and closes it.
func BenchmarkOpenScan(b *testing.B) {
	for _, file := range []struct {
		sizeBytes  int64
		entryCount uint64
	}{{64 << 10, 80}, {1 << 20, 2400}} {
		for _, mode := range []struct {
			name string
			o    Options
		}{{"readonly", Options{ReadOnly: true}}, {"plain", Options{Plain: true}}, {"durable", Options{}}} {
			b.Run(fmt.Sprintf("%s-%dKiB", mode.name, file.sizeBytes>>10), func(b *testing.B) {
				mode.o.Dir = memoryDir(b)
				fill(b, mode.o.Dir, file.entryCount, file.sizeBytes)
				b.ReportAllocs()
				for b.Loop() {
					if got := openScan(b, mode.o); got != file.entryCount {
						b.Fatalf("got %d entries, want %d", got, file.entryCount)
					}
				}
			})
		}
	}
}

func openScan(b *testing.B, o Options) (entryCount uint64) {
	e := open(b, o)
	found, err := e.LogStore().GetEntries(b.Context(), 0, math.MaxUint64)
	must(b, err)
	_, _, err = e.MetaStore().LoadHardState(b.Context())
	must(b, err)
	must(b, e.Close())
	return uint64(len(found))
}

// BenchmarkCommit persists one entry at a time; the log is purged now and then,
// so that its file stays small.
func BenchmarkCommit(b *testing.B) {
	for _, mode := range []struct {
		name string
		o    Options
	}{{"durable", Options{}}, {"nosync", Options{NoSync: true}}} {
		b.Run(mode.name, func(b *testing.B) {
			mode.o.Dir = memoryDir(b)
			e := open(b, mode.o)
			defer e.Close()
			b.ReportAllocs()
			index := uint64(0)
			for b.Loop() {
				index++
				must(b, e.LogStore().PersistEntries(b.Context(), batch(index, index, 100)))
				if index%1000 == 0 {
					must(b, e.LogStore().Purge(b.Context(), batch(index-100, index-100, 0)[0].ID()))
				}
			}
		})
	}
}
