package filelog

import (
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest"
)

func TestConformance(t *testing.T) {
	small := Options{SegmentBytes: 16 << 10}
	for _, f := range []engines.Factory{Factory(small), BufferedFactory(small), Factory(Options{SegmentBytes: 200})} {
		t.Run(f.Name, func(t *testing.T) { enginetest.TestEngine(t, f) })
	}
}

func TestClaims(t *testing.T) {
	for _, f := range []engines.Factory{Factory(Options{}), BufferedFactory(Options{})} {
		e, err := f.Open(engines.Env{FS: afero.NewMemMapFs(), Dir: testDir})
		must(t, err)
		durable := f.Name == "file"
		want := engines.Claims{
			WriteDurable: durable, MutationsDurable: durable, AtomicBatch: true, AtomicReplace: true,
			HardStateDurable: true, OrderedHardState: true, CorruptionDetected: durable, CloseDurable: durable, ReadsDurable: durable, ReadersNotBlocked: true,
			SpaceReclaimed: true,
			CloseReleases:  true,
		}
		if got := engines.ClaimsOf(e); got != want || !engines.KeepsBoundary(e) {
			t.Errorf("%s claims %+v, want %+v and a boundary", f.Name, got, want)
		}
		must(t, e.Close())
	}
}

// Logs that are too big for the read cache, and entries too big for a segment.
func TestBigLog(t *testing.T) {
	fs := afero.NewMemMapFs()
	e := openOn(t, Options{FS: fs, SegmentBytes: 1 << 20})
	for i := uint64(1); i <= 5; i++ {
		must(t, e.log.PersistEntries(ctx, batch(i*2-1, i*2, 1, 300<<10)))
	}
	must(t, e.log.PersistEntries(ctx, batch(11, 11, 1, 3<<20)))
	must(t, e.log.PersistEntries(ctx, batch(12, 12, 1, 10)))
	want := show(t, e)
	must(t, e.Close())
	for range 2 {
		e = openOn(t, Options{FS: fs})
		if got := show(t, e); got != want {
			t.Errorf("log of %d bytes came back as %d bytes", len(want), len(got))
		}
		must(t, e.Close())
	}
}
