package filemachine

import (
	"fmt"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
)

// stateOf returns a disk with a state of some keys with values of 100 bytes, closed or not.
func stateOf(b *testing.B, keys int, closed bool) *faultfs.Image {
	d := faultfs.NewDisk(faultfs.Config{Unjournaled: true})
	m := openOn(b, Options{FS: d})
	for i := range uint64(keys) {
		applyTo(b, m, puts(i+1, 100, fmt.Sprintf("key%06d", i)))
	}
	if closed {
		must(b, m.Close())
	}
	return d.Image()
}

// BenchmarkOpen is what a crash state costs: of a small state, opened in the ways there are.
func BenchmarkOpen(b *testing.B) {
	for _, keys := range []int{10, 10_000} {
		for _, c := range []struct {
			name   string
			closed bool
			open   func(Options) (engines.StateMachine, error)
		}{{"marked", true, Open}, {"doubt", false, Open}, {"readonly", false, OpenReadOnly}} {
			b.Run(fmt.Sprintf("keys=%d/%s", keys, c.name), func(b *testing.B) {
				image := stateOf(b, keys, c.closed)
				b.ReportAllocs()
				for b.Loop() {
					d := faultfs.NewDisk(faultfs.Config{Image: image, Unjournaled: true})
					m, err := c.open(Options{FS: d, Dir: testDir})
					must(b, err)
					must(b, m.Start(ctx))
					if _, _, err := m.ScanPrefix(ctx, []byte("key00000")); err != nil {
						b.Fatal(err)
					}
					must(b, m.Close())
				}
			})
		}
	}
}

// BenchmarkApply applies chunks to a state of 1,000 keys; in memory, where an fsync is free,
// and in a directory.
func BenchmarkApply(b *testing.B) {
	for _, buffered := range []bool{false, true} {
		for _, entries := range []uint64{1, 100} {
			apply := func(b *testing.B, opts Options) {
				opts.Buffered = buffered
				m, err := Open(opts)
				must(b, err)
				must(b, m.Start(ctx))
				index := uint64(1)
				b.ReportAllocs()
				for b.Loop() {
					var chunk []engines.Entry
					for range entries {
						chunk = append(chunk, puts(index, 100, fmt.Sprint(index%1000))...)
						index++
					}
					applyTo(b, m, chunk)
				}
				must(b, m.Close())
			}
			name := fmt.Sprintf("buffered=%v/entries=%d", buffered, entries)
			b.Run("memory/"+name, func(b *testing.B) {
				apply(b, Options{FS: faultfs.NewDisk(faultfs.Config{Unjournaled: true}), Dir: testDir})
			})
			b.Run("disk/"+name, func(b *testing.B) { apply(b, Options{Dir: b.TempDir()}) })
		}
	}
}
