package crash

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/spf13/afero"
)

// logJournal is what an engine does to a disk in some calls: it appends to
// segments of 1 MiB, each call in full, and syncs each 8th time. Each 50th call
// replaces a small file by rename.
func logJournal(b *testing.B, calls, bytesPerCall int) *journal.Journal {
	b.Helper()
	d := faultfs.NewDisk(faultfs.Config{})
	data := bytes.Repeat([]byte("0123456789abcdef"), bytesPerCall/16)
	var f afero.File
	for call := range calls {
		d.Invoke(call + 1)
		if call%(1<<20/bytesPerCall) == 0 {
			var err error
			f, err = d.OpenFile(fmt.Sprintf("%06d.log", call), os.O_CREATE|os.O_RDWR, 0o644)
			noError(b, err)
		}
		_, err := f.Write(data)
		noError(b, err)
		if call%8 == 7 {
			noError(b, f.Sync())
		}
		if call%50 == 49 {
			noError(b, afero.WriteFile(d, "state.tmp", data[:100], 0o644))
			noError(b, d.Rename("state.tmp", "state"))
		}
		d.Return(call + 1)
	}
	return d.Journal()
}

func heapBytes() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkSpace expands a journal of 1,000 calls that wrote 10 MiB.
func BenchmarkSpace(b *testing.B) {
	for _, profile := range Profiles() {
		b.Run(profile.Name, func(b *testing.B) {
			journal := logJournal(b, 1000, 10<<10)
			before := heapBytes()
			b.ReportAllocs()
			var space *Space
			for b.Loop() {
				space = NewSpace(journal, profile)
			}
			b.ReportMetric(float64(heapBytes()-before)/(1<<20), "MiB-held")
			b.ReportMetric(float64(len(space.effects)), "effects")
			b.ReportMetric(float64(len(space.points)), "points")
			runtime.KeepAlive(space)
		})
	}
}

// BenchmarkWalk visits the states of a journal; one operation is one candidate.
func BenchmarkWalk(b *testing.B) {
	for name, journal := range map[string]*journal.Journal{
		"few-pending":  logJournal(b, 64, 128),
		"many-pending": logJournal(b, 64, 10<<10),
	} {
		space := NewSpace(journal, Ext4Ordered())
		for _, stage := range Stages() {
			b.Run(name+"/"+stage.String(), func(b *testing.B) {
				var plan Plan
				for i := range plan.Max {
					plan.Max[i] = -1
				}
				plan.Max[stage] = 1 << 20
				b.ReportAllocs()
				n := 0
				for n < b.N {
					was := n
					for range space.Walk(plan) {
						if n++; n == b.N {
							break
						}
					}
					if n == was {
						b.Skip("the stage is empty")
					}
				}
			})
		}
	}
}

// BenchmarkKey visits the states of a journal that lose a part of a write, under a profile
// that fills gaps, and computes their keys; one operation is one candidate.
func BenchmarkKey(b *testing.B) {
	for name, journal := range map[string]*journal.Journal{
		"few-pending":  logJournal(b, 64, 128),
		"many-pending": logJournal(b, 64, 10<<10),
	} {
		space := NewSpace(journal, StrictPosix())
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			plan := Plan{Max: [stageCount]int{-1, 1 << 20, -1, -1, -1}}
			for n := 0; n < b.N; {
				for c := range space.Walk(plan) {
					c.Key()
					if n++; n == b.N {
						break
					}
				}
			}
		})
	}
}

// BenchmarkImage builds the images of a walk, boots a disk from each, and reads
// its files' sizes.
func BenchmarkImage(b *testing.B) {
	for _, size := range []int{64 << 10, 10 << 20} {
		d := faultfs.NewDisk(faultfs.Config{})
		noError(b, afero.WriteFile(d, "log", bytes.Repeat([]byte("x"), size), 0o644))
		d = faultfs.NewDisk(faultfs.Config{Image: d.Image()})
		f, err := d.OpenFile("log", os.O_RDWR|os.O_APPEND, 0)
		noError(b, err)
		for range 4 {
			_, err := f.Write(bytes.Repeat([]byte("y"), 200))
			noError(b, err)
		}
		space := NewSpace(d.Journal(), Ext4Ordered())
		var states []State
		for c := range space.Walk(Plan{}) {
			states = append(states, c.State())
		}
		name := fmt.Sprintf("%dKiB", size>>10)
		b.Run(name+"/build", func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				space.build(states[i%len(states)])
			}
		})
		b.Run(name+"/build-and-boot", func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				faultfs.NewDisk(faultfs.Config{Image: space.build(states[i%len(states)]), Unjournaled: true})
			}
		})
		img := space.build(states[0])
		b.Run(name+"/boot", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				faultfs.NewDisk(faultfs.Config{Image: img})
			}
		})
	}
}

// BenchmarkDisk writes and syncs 128 bytes. Armed is with a fault that counts every call
// and fails none, armed-elsewhere with one for other files.
func BenchmarkDisk(b *testing.B) {
	armed := []fault.Fault{{Call: fault.AnyCall, Nth: fault.NthMax, Times: 1}}
	elsewhere := []fault.Fault{{Call: fault.AnyCall, Nth: fault.NthMax, Path: "*.log", Times: 1}}
	for name, c := range map[string]faultfs.Config{
		"journaled": {}, "no-stacks": {NoStacks: true}, "unjournaled": {Unjournaled: true},
		"armed": {Faults: armed}, "armed-elsewhere": {Faults: elsewhere}, "armed-no-stacks": {Faults: armed, NoStacks: true},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			d := faultfs.NewDisk(c)
			f, err := d.Create("f")
			noError(b, err)
			data := make([]byte, 128)
			for i := 0; b.Loop(); i++ {
				_, _ = f.WriteAt(data, int64(i%512)*128)
				_ = f.Sync()
			}
		})
	}
}
