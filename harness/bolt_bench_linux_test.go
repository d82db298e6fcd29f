package harness_test

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// smallTree is a program that bbolt's file of 64 KiB holds: it overwrites the end
// of its log again and again.
var smallTree = raftlog.MustParse("save-hard-state term=+1\npersist 7 size=1000\n" +
	strings.Repeat("persist 2 back=2 size=50-300\nsave-hard-state term=+1 vote=1\npersist 1 back=1 size=300\n", 60))

// BenchmarkBbolt explores bbolt in a worker process, on images of 64 KiB, one
// program at a time. states/s is of a whole run; explored/s takes off what a run takes
// that ends at its first state, so that it is of the exploring alone. copy-and-open is
// what one would write without Ackproof: a loop that writes each of the same images to a
// new file in memory, opens it, reads everything, and closes it. open-only does that
// without writing anything, always with the same file, so it is what the engine alone
// takes. Neither is charged for its recording, so they are compared with explored/s. All
// take turns; rates and ratios are medians over the rounds.
func BenchmarkBbolt(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	for _, p := range []crash.Profile{crash.StrictPosix(), crash.Ext4Ordered()} {
		b.Run(p.Name, func(b *testing.B) { benchmarkBolt(b, p) })
	}
}

func benchmarkBolt(b *testing.B, p crash.Profile) {
	var whole, explored, loops, opens, ofLoop, ofOpen []float64
	distinct := 0
	for b.Loop() {
		r := exploringRates(b, bolt, p, scenarios.NamedProgram{Name: "small-tree", Program: smallTree})
		loop, open := copyAndOpen(b, p, true), copyAndOpen(b, p, false)
		distinct += r.distinct
		whole, explored = append(whole, r.whole), append(explored, r.explored)
		loops, opens = append(loops, loop), append(opens, open)
		ofLoop, ofOpen = append(ofLoop, r.explored/loop), append(ofOpen, r.explored/open)
	}
	b.ReportMetric(median(whole), "states/s")
	b.ReportMetric(median(explored), "explored/s")
	b.ReportMetric(median(loops), "copy-and-open/s")
	b.ReportMetric(median(opens), "open-only/s")
	b.ReportMetric(median(ofLoop), "of-copy-and-open")
	b.ReportMetric(median(ofOpen), "of-open-only")
	b.ReportMetric(float64(distinct)/float64(b.N), "states")
	b.ReportMetric(0, "ns/op")
}

// copyAndOpen goes through some images of the same program as the loop would, and
// returns how many a second. Without copies it opens the first of them again and again.
func copyAndOpen(b *testing.B, p crash.Profile, copies bool) float64 {
	const imagesMax = 3000
	var took time.Duration
	n := 0
	recording, err := harness.Record(bolt, harness.Config{Profile: p}, smallTree)
	orNotRun(b, err)
	space := crash.NewSpace(recording.Lives[0].Journal, p)
	dir, err := os.MkdirTemp("/dev/shm", "ackproof-bench-*")
	if err != nil {
		b.Skip("no memory-backed directory to copy to: ", err)
	}
	defer os.RemoveAll(dir)
	seen := map[digest.Digest]bool{}
	for c := range space.Walk(crash.Plan{}) {
		if seen[c.Key()] {
			continue
		}
		seen[c.Key()] = true
		start := time.Now()
		if copies || n == 0 {
			image, err := space.Image(c.State())
			if err == nil && n > 0 {
				err = os.RemoveAll(filepath.Join(dir, "copy"))
			}
			if err != nil {
				b.Fatal(err)
			}
			writeCopy(b, filepath.Join(dir, "copy"), image)
		}
		openAndClose(b, filepath.Join(dir, "copy"))
		took += time.Since(start)
		if n++; n == imagesMax {
			break
		}
	}
	return float64(n) / took.Seconds()
}

// writeCopy writes the engine's files to a new directory.
func writeCopy(b *testing.B, dir string, image *faultfs.Image) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	for _, f := range image.Files() {
		if !strings.HasPrefix(f.Path, "/db/") {
			continue
		}
		data, err := image.ReadFile(f.Path)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(f.Path)), data, 0o644)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// openAndClose opens the engine, reads all that it has, and closes it.
func openAndClose(b *testing.B, dir string) {
	e, err := bolt.Open(engines.Env{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	log := e.LogStore()
	_, err = log.GetEntries(b.Context(), 1, log.LastIndex())
	if err == nil {
		_, _, err = e.MetaStore().LoadHardState(b.Context())
	}
	if err == nil {
		err = e.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
}
