package pebblefs

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/ackproof/ackproof/faultfs"
)

// fileSystems are what the benchmarks compare; the first is the measure.
var fileSystems = []struct {
	name string
	make func() vfs.FS
}{
	{"crashable-mem", func() vfs.FS { return vfs.NewCrashableMem() }},
	{"mem", func() vfs.FS { return vfs.NewMem() }},
	{"disk", func() vfs.FS { return New(faultfs.NewDisk(faultfs.Config{})) }},
	{"no-stacks", func() vfs.FS { return New(faultfs.NewDisk(faultfs.Config{NoStacks: true})) }},
	{"unjournaled", func() vfs.FS { return New(faultfs.NewDisk(faultfs.Config{Unjournaled: true})) }},
}

// commitsPerTurn are written to a new database on each file system in turn, so
// that all share the machine's good and bad moments. It is the log of a program
// and less than two memtables.
const commitsPerTurn = 100

// BenchmarkCommit commits batches with Sync. It reports the time of a commit on
// each file system, and its ratio to that on Pebble's own that can crash.
func BenchmarkCommit(b *testing.B) {
	for _, valueBytes := range []int{100, 1024} {
		b.Run(fmt.Sprintf("value=%d", valueBytes), func(b *testing.B) {
			times := make([]time.Duration, len(fileSystems))
			for turn := 0; b.Loop(); turn++ {
				for i := range fileSystems {
					i = (i + turn) % len(fileSystems) // nobody always follows the same one
					times[i] += commitTurn(b, fileSystems[i].make(), valueBytes)
				}
			}
			for i, fsys := range fileSystems {
				b.ReportMetric(float64(times[i].Nanoseconds())/float64(b.N*commitsPerTurn), fsys.name+"-ns/commit")
				b.ReportMetric(float64(times[i])/float64(times[0]), fsys.name+"-ratio")
			}
			b.ReportMetric(0, "ns/op") // of no meaning: the sum of all
		})
	}
}

// commitTurn returns the time of the commits alone.
func commitTurn(b *testing.B, fsys vfs.FS, valueBytes int) time.Duration {
	db := openDB(b, fsys, dbDir)
	value := bytes.Repeat([]byte("v"), valueBytes)
	start := time.Now()
	for i := range commitsPerTurn {
		batch := db.NewBatch()
		must(b, batch.Set(key(i), value, nil))
		must(b, errors.Join(batch.Commit(pebble.Sync), batch.Close()))
	}
	spent := time.Since(start)
	must(b, db.Close())
	return spent
}

// BenchmarkCommitOn is the same for one file system at a time, for profiles.
func BenchmarkCommitOn(b *testing.B) {
	for _, fsys := range fileSystems {
		b.Run(fsys.name, func(b *testing.B) {
			var spent time.Duration
			for b.Loop() {
				spent += commitTurn(b, fsys.make(), 100)
			}
			b.ReportMetric(float64(spent.Nanoseconds())/float64(b.N*commitsPerTurn), "ns/commit")
		})
	}
}

// BenchmarkOpenClose opens a database of a few KiB, half of it in its
// write-ahead log, and closes it, each time on a disk booted from one image.
func BenchmarkOpenClose(b *testing.B) {
	cache, files := pebble.NewCache(4<<20), pebble.NewFileCache(1, 256)
	defer cache.Unref()
	defer files.Unref()
	image := benchImage(b)
	for _, bb := range []struct {
		name   string
		config faultfs.Config
		shared bool
		read   bool
	}{
		{"disk", faultfs.Config{Image: image}, true, false},
		{"no-stacks", faultfs.Config{Image: image, NoStacks: true}, true, false},
		{"unjournaled", faultfs.Config{Image: image, Unjournaled: true}, true, false},
		{"unjournaled-own-caches", faultfs.Config{Image: image, Unjournaled: true}, false, false},
		{"unjournaled-read-only", faultfs.Config{Image: image, Unjournaled: true}, true, true},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o := smallOptions(New(faultfs.NewDisk(bb.config)))
				o.ReadOnly = bb.read
				if bb.shared {
					o.Cache, o.FileCache = cache, files
				}
				db, err := pebble.Open(dbDir, o)
				must(b, err)
				must(b, db.Close())
			}
		})
	}
}

// benchImage is a database that was killed.
func benchImage(b *testing.B) *faultfs.Image {
	disk := faultfs.NewDisk(faultfs.Config{Unjournaled: true})
	db := openDB(b, New(disk), dbDir)
	set(b, db, 0, 20)
	must(b, db.Flush())
	set(b, db, 20, 40)
	image := disk.Kill().Image()
	must(b, db.Close())
	return image
}
