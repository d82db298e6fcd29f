package filelog

import (
	"fmt"
	"os"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// logOf returns a closed log of about size bytes, with entries of the given size
// in batches of ten.
func logOf(b *testing.B, size, entrySize, segmentBytes int) files {
	fs := afero.NewMemMapFs()
	e := openOn(b, Options{FS: fs, SegmentBytes: segmentBytes})
	must(b, e.hard.SaveHardState(ctx, engines.HardState{Term: 1}))
	for next, total := uint64(1), 0; total < size; next += 10 {
		must(b, e.log.PersistEntries(ctx, batch(next, next+9, 1, entrySize)))
		total += frameHeaderBytes + 10*(recordBytes+entrySize)
	}
	must(b, e.Close())
	return filesOf(b, fs)
}

// BenchmarkOpenReadClose is what a crash state of 64 KiB costs.
func BenchmarkOpenReadClose(b *testing.B) {
	for _, c := range []struct{ entrySize, segmentBytes int }{{64, 0}, {512, 0}, {512, 16 << 10}} {
		b.Run(fmt.Sprintf("entry=%d/segment=%d", c.entrySize, c.segmentBytes), func(b *testing.B) {
			fs := logOf(b, 64<<10, c.entrySize, c.segmentBytes).fs()
			b.SetBytes(64 << 10)
			b.ReportAllocs()
			for b.Loop() {
				e, err := Open(Options{FS: fs, Dir: testDir})
				must(b, err)
				entries, err := e.log.GetEntries(ctx, 1, ^uint64(0))
				must(b, err)
				if len(entries) == 0 {
					b.Fatal("no entries")
				}
				must(b, e.Close())
			}
		})
	}
}

// BenchmarkPersist appends batches and purges now and then. In memory a sync is
// free: this is the cost of the engine itself.
func BenchmarkPersist(b *testing.B) {
	for _, buffered := range []bool{false, true} {
		for _, count := range []uint64{1, 100} {
			b.Run(fmt.Sprintf("buffered=%v/entries=%d", buffered, count), func(b *testing.B) {
				e := openOn(b, Options{FS: discardFs{afero.NewMemMapFs()}, Buffered: buffered})
				entries := batch(1, count, 1, 128)
				b.SetBytes(128 * int64(count))
				b.ReportAllocs()
				for b.Loop() {
					for i := range entries {
						entries[i].Index = e.log.view.last + 1 + uint64(i)
					}
					must(b, e.log.PersistEntries(ctx, entries))
					if last := e.log.view.last; last%10000 < count {
						must(b, e.log.Purge(ctx, engines.LogID{Index: last - min(last, 100), Term: 1}))
						must(b, e.log.Flush(ctx))
					}
				}
				must(b, e.Close())
			})
		}
	}
}

// BenchmarkPersistOnDisk is bound by the disk's syncs; with more clients at a
// time they share them.
func BenchmarkPersistOnDisk(b *testing.B) {
	for _, clients := range []int{1, 16} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			e := openOn(b, Options{Dir: b.TempDir()})
			b.SetParallelism((clients + 1) / 2)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					must(b, e.log.PersistEntries(ctx, batch(1, 1, 1, 128)))
				}
			})
			must(b, e.Close())
		})
	}
}

// discardFs takes writes and forgets them, for a file in memory that grows
// measures the allocator.
type discardFs struct{ afero.Fs }

func (d discardFs) OpenFile(string, int, os.FileMode) (afero.File, error) { return discardFile{}, nil }

type discardFile struct{ afero.File }

func (discardFile) WriteAt(b []byte, _ int64) (int, error) { return len(b), nil }
func (discardFile) Sync() error                            { return nil }
func (discardFile) Close() error                           { return nil }
