package boltlog

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
)

const payloadBytes = 1000

// fileOf makes an engine in dir whose file has sizeBytes and holds about half of that in
// entries: a page takes three of them, and some pages are free at any time.
func fileOf(b *testing.B, dir string, sizeBytes int64) {
	e := open(b, Options{Dir: dir, NoSync: true})
	defer e.Close()
	for index := range uint64(sizeBytes * 4 / 10 / payloadBytes) {
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
	for _, sizeBytes := range []int64{64 << 10, 1 << 20} {
		for _, mode := range []struct {
			name string
			o    Options
		}{{"readonly", Options{ReadOnly: true}}, {"plain", Options{Plain: true}}, {"durable", Options{}}} {
			b.Run(fmt.Sprintf("%s-%dKiB", mode.name, sizeBytes>>10), func(b *testing.B) {
				mode.o.Dir = memoryDir(b)
				fileOf(b, mode.o.Dir, sizeBytes)
				b.ReportAllocs()
				entryCount := 0
				for b.Loop() {
					entryCount = openScan(b, mode.o)
				}
				b.ReportMetric(float64(entryCount), "entries")
			})
		}
	}
}

func openScan(b *testing.B, o Options) (entryCount int) {
	e := open(b, o)
	found, err := e.LogStore().GetEntries(b.Context(), 0, math.MaxUint64)
	must(b, err)
	_, _, err = e.MetaStore().LoadHardState(b.Context())
	must(b, err)
	must(b, e.Close())
	return len(found)
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
