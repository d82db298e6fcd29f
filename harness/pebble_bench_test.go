package harness_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime/debug"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/zeebo/xxh3"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/pebblelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/pebblefs"
	"github.com/ackproof/ackproof/harness"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// pebblePrograms are what both sides of the comparison run: small entries, as
// Pebble's recovery takes time that grows with the square of a torn record.
func pebblePrograms() []scenarios.NamedProgram {
	config := scenarios.Config{
		StepsMax: 24, EntriesMax: 4, SmallPayloads: true,
		Weights: map[scenarios.Kind]int{
			scenarios.Reopen: 0, scenarios.Kill: 0, raftlog.ReadEntry: 0, raftlog.ReadRange: 0,
			raftlog.ReadLastIndex: 0, raftlog.ReadHardState: 0, raftlog.ReadBoundary: 0,
		},
	}
	var programs []scenarios.NamedProgram
	for seed := uint64(1); len(programs) < 2000; seed++ {
		if p := raftlog.Language.Example(seed, config); !p.Overlaps() {
			programs = append(programs, scenarios.NamedProgram{Name: fmt.Sprint(seed), Program: p})
		}
	}
	return programs
}

func onPebblefs(env engines.Env) (vfs.FS, error) { return pebblefs.Of(env.FS) }

// BenchmarkPebble explores Pebble's crash states, and in the same run does what a
// Go engineer would write without Ackproof: run the program on Pebble's crashable
// file system, clone it at random between the calls, open each clone with
// Pebble's default options, read everything, close. Both have the same time, on
// as many cores as GOMAXPROCS says. states/s counts different directories.
// Ackproof runs with its defaults, second lives included, under strict-posix, the profile
// nearest to what a clone may lose.
func BenchmarkPebble(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	caches := pebblelog.NewCaches()
	defer caches.Close()
	for _, buffered := range []bool{false, true} {
		name, factory := "pebble", pebblelog.Factory
		if buffered {
			name, factory = "pebble-buffered", pebblelog.BufferedFactory
		}
		b.Run(name, func(b *testing.B) {
			const slice = 3 * time.Second
			var ours, theirs covered
			programs := pebblePrograms()
			for b.Loop() {
				theirs.add(cloneLoop(b, programs, buffered, slice))
				ours.add(exploreFor(b, programs, factory(onPebblefs, caches.Small), slice))
			}
			b.ReportMetric(ours.rate(), "states/s")
			b.ReportMetric(theirs.rate(), "baseline-states/s")
			b.ReportMetric(ours.rate()/theirs.rate(), "ratio")
			b.ReportMetric(float64(theirs.visited)/theirs.elapsed.Seconds(), "baseline-clones/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// covered counts what one side of a comparison did.
type covered struct {
	visited, distinct int
	elapsed           time.Duration
}

func (c *covered) add(o covered) {
	c.visited += o.visited
	c.distinct += o.distinct
	c.elapsed += o.elapsed
}

func (c *covered) rate() float64 { return float64(c.distinct) / c.elapsed.Seconds() }

func exploreFor(b *testing.B, programs []scenarios.NamedProgram, f engines.Factory, limit time.Duration) covered {
	start := time.Now()
	o, err := harness.Verify(b.Context(), f, harness.Config{
		Profile: crash.StrictPosix(), Workers: 1, Budget: limit,
		Only: programs,
	})
	if err != nil {
		b.Fatal(err)
	}
	if len(o.Findings) > 0 {
		b.Fatal(o.Findings[0])
	}
	return covered{o.Tally.Visited, o.Tally.Distinct, time.Since(start)}
}

// cloneLoop runs the programs in turn, with clones after each call.
func cloneLoop(b *testing.B, programs []scenarios.NamedProgram, buffered bool, limit time.Duration) covered {
	const clonesPerCall = 8
	ctx, start := context.Background(), time.Now()
	rng := rand.New(rand.NewPCG(1, 2))
	seen := map[uint64]bool{}
	out := covered{}
	for i := 0; time.Since(start) < limit; i++ {
		mem := vfs.NewCrashableMem()
		e, err := pebblelog.Open(pebblelog.Options{FS: mem, Dir: "db", Buffered: buffered})
		if err != nil {
			b.Fatal(err)
		}
		r := raftlog.NewResolver()
		r.Adopt(logmodel.Contract{Replaces: true}, &logmodel.View{})
		for _, step := range programs[i%len(programs)].Program {
			for _, a := range r.Resolve(step) {
				play(b, ctx, e, a)
			}
			for range clonesPerCall {
				clone := mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng})
				seen[hashTree(b, clone, "db")] = true
				openAndRead(b, clone, buffered)
				out.visited++
			}
			if time.Since(start) > limit {
				break
			}
		}
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
	out.distinct, out.elapsed = len(seen), time.Since(start)
	return out
}

func play(b *testing.B, ctx context.Context, e engines.StorageEngine, a scenarios.Action) {
	var err error
	entries, _ := a.Input.([]engines.Entry)
	op := a.Op.(*logmodel.Op)
	switch op.Kind {
	case logmodel.Persist:
		err = e.LogStore().PersistEntries(ctx, entries)
	case logmodel.SaveHardState:
		err = e.MetaStore().SaveHardState(ctx, op.HardState)
	case logmodel.Purge:
		err = e.LogStore().Purge(ctx, op.Cutoff)
	case logmodel.Truncate:
		err = e.LogStore().Truncate(ctx, op.From)
	case logmodel.Replace:
		err = e.LogStore().(engines.RangeReplacer).ReplaceRange(ctx, op.From, entries)
	case logmodel.Reset:
		err = e.LogStore().Reset(ctx)
	case logmodel.Flush:
		err = e.LogStore().Flush(ctx)
	case logmodel.FlushMeta:
		err = e.MetaStore().Flush(ctx)
	default:
		b.Fatalf("unexpected %v", op.Kind)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// openAndRead opens Pebble's log with default options, reads all of it, and
// closes it.
func openAndRead(b *testing.B, fs vfs.FS, buffered bool) {
	e, err := pebblelog.Open(pebblelog.Options{FS: fs, Dir: "db", Buffered: buffered, NamesInOrder: true, Tune: func(*pebble.Options) {}})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := e.LogStore().GetEntries(context.Background(), 1, e.LogStore().LastIndex()); err != nil {
		b.Fatal(err)
	}
	if err := e.Close(); err != nil {
		b.Fatal(err)
	}
}

// hashTree hashes the names and bytes of a directory.
func hashTree(b *testing.B, fs vfs.FS, dir string) uint64 {
	names, err := fs.List(dir)
	if err != nil {
		return 0 // the clone may have lost the directory itself
	}
	sum := uint64(0)
	for _, name := range names {
		f, err := fs.Open(fs.PathJoin(dir, name))
		if err != nil {
			b.Fatal(err)
		}
		data, err := io.ReadAll(f)
		if err != nil {
			b.Fatal(err)
		}
		_ = f.Close()
		sum += xxh3.HashSeed(data, xxh3.HashString(name))
	}
	return sum
}
