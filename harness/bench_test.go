package harness_test

import (
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/filemachine"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/harness/subject/machinestore"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/machine"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// fullLog is a program whose crash states hold about 64 KiB: it fills the log
// first and then makes many small changes.
var fullLog = raftlog.MustParse("save-hard-state term=+1\npersist 60 size=1000\n" +
	strings.Repeat("persist 2 size=50-700\nsave-hard-state term=+1 vote=1\npersist 1 back=1 size=300\n", 12))

// BenchmarkFile explores the file engine on images of 64 KiB, one program at a
// time, on one core if GOMAXPROCS is 1. states/s counts distinct images, from
// each of which the engine recovers twice and is probed twice.
func BenchmarkFile(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	for _, p := range []crash.Profile{crash.StrictPosix(), crash.Ext4Ordered()} {
		for _, f := range []engines.Factory{filelog.Factory(filelog.Options{}), filelog.BufferedFactory(filelog.Options{})} {
			b.Run(f.Name+"/"+p.Name, func(b *testing.B) { benchmarkExplore(b, logstore.Of(f), p, fullLog) })
		}
	}
}

// fullMachine is a program whose crash states hold about 16 KiB: it fills the machine first
// and then makes many small changes, with a snapshot and a restore among them.
var fullMachine = machine.MustParse("apply 60 size=1000\n" + strings.Repeat("apply 2 size=50-700\napply 1 back=1 size=300\n", 10) +
	"generate\npersist-metadata\nreset\nrestore\n" + strings.Repeat("apply 2 size=50-700\napply 1 back=1 size=300\n", 10))

// BenchmarkFileMachine explores the state machine in files as BenchmarkFile does the log.
func BenchmarkFileMachine(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	for _, p := range []crash.Profile{crash.StrictPosix(), crash.Ext4Ordered()} {
		for _, f := range []engines.MachineFactory{filemachine.Factory(filemachine.Options{}), filemachine.BufferedFactory(filemachine.Options{})} {
			b.Run(f.Name+"/"+p.Name, func(b *testing.B) { benchmarkExplore(b, machinestore.Of(f), p, fullMachine) })
		}
	}
}

func benchmarkExplore(b *testing.B, f subject.Factory, p crash.Profile, program scenarios.Program) {
	distinct, visited := 0, 0
	for b.Loop() {
		o, err := harness.VerifySubject(b.Context(), f, harness.Config{
			Profile: p, Depth: -1, Workers: 1,
			Only: []scenarios.NamedProgram{{Name: "full", Program: program}},
		})
		if err != nil {
			b.Fatal(err)
		}
		if len(o.Findings) > 0 {
			b.Fatal(o.Findings[0])
		}
		distinct += o.Tally.Distinct
		visited += o.Tally.Visited
	}
	b.ReportMetric(float64(distinct)/b.Elapsed().Seconds(), "states/s")
	b.ReportMetric(float64(visited)/b.Elapsed().Seconds(), "visits/s")
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(distinct)/float64(b.N), "states")
}

// BenchmarkWorkers explores the same programs with one worker on one processor
// and with two on two; speedup is the ratio of their times.
func BenchmarkWorkers(b *testing.B) {
	if runtime.NumCPU() < 2 {
		b.Skip("needs two processors")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var took [3]time.Duration
	for b.Loop() {
		for _, workers := range []int{1, 2} {
			runtime.GOMAXPROCS(workers)
			start := time.Now()
			o, err := harness.Verify(b.Context(), filelog.Factory(filelog.Options{SegmentBytes: 16 << 10}), harness.Config{Workers: workers, Programs: 200})
			if err != nil || len(o.Findings) > 0 {
				b.Fatal(err, o)
			}
			took[workers] += time.Since(start)
		}
	}
	b.ReportMetric(float64(took[1])/float64(took[2]), "speedup")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkLongProgram explores a program of 1,000 calls whose journal holds
// 10 MiB, and reports how much memory that takes at most: peak-MiB is what the
// Go runtime has from the operating system, under the command line's limit.
func BenchmarkLongProgram(b *testing.B) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(400 << 20))
	program := raftlog.MustParse("save-hard-state term=+1\n" + strings.Repeat("persist 1 size=10400\n", 999))
	var stats runtime.MemStats
	for b.Loop() {
		o, err := harness.Verify(b.Context(), filelog.Factory(filelog.Options{}), harness.Config{
			Depth: -1, Budget: 10 * time.Second,
			Only: []scenarios.NamedProgram{{Name: "long", Program: program}},
		})
		if err != nil || len(o.Findings) > 0 {
			b.Fatal(err, o)
		}
		runtime.ReadMemStats(&stats)
		b.ReportMetric(float64(o.Tally.Distinct)/b.Elapsed().Seconds(), "states/s")
	}
	b.ReportMetric(float64(stats.Sys)/(1<<20), "peak-MiB")
	b.ReportMetric(0, "ns/op")
}
