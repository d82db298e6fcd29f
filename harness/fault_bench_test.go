package harness

import (
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// BenchmarkFaults explores one program of file with all faults, on one processor. states/s
// is what was judged, nearly all of it in programs with a fault; recordings are included.
func BenchmarkFaults(b *testing.B) {
	var states, tried int
	for b.Loop() {
		c := Config{Faults: FaultsAll, Only: []scenarios.NamedProgram{raftlog.Language.EveryCall()}, Workers: 1}
		o, err := Verify(b.Context(), filelog.Factory(filelog.Options{}), c)
		if err != nil || len(o.Findings) > 0 {
			b.Fatal(err, o)
		}
		states, tried = states+o.Tally.Visited, tried+o.Tally.Faults.Tried
	}
	b.ReportMetric(float64(states)/b.Elapsed().Seconds(), "states/s")
	b.ReportMetric(float64(tried)/b.Elapsed().Seconds(), "faults/s")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkArmed records a program with and without a fault that waits for a call that does
// not come, in turn, and reports the ratio of the rates.
func BenchmarkArmed(b *testing.B) {
	h, err := host.New(logstore.Of(filelog.Factory(filelog.Options{})), Config{}.resolved().options(""))
	if err != nil {
		b.Fatal(err)
	}
	defer h.Close()
	persists := strings.Repeat("persist 1 size=100\n", 2000)
	programs := [2]scenarios.Program{raftlog.MustParse(persists), raftlog.MustParse("fail fsync 1000000\n" + persists)}
	if n := programs[1][0].Fault.Nth; n != 1000000 || programs[1][0].Fault.Call != fault.Fsync {
		b.Fatal(n)
	}
	var took [2]time.Duration
	for b.Loop() {
		for i, p := range programs {
			start := time.Now()
			r, err := record(h, false, firstOpen(h.Kind(), Config{}.resolved().Profile, p), p)
			if err != nil || r.Failed != nil {
				b.Fatal(err, r)
			}
			took[i] += time.Since(start)
		}
	}
	b.ReportMetric(took[0].Seconds()/took[1].Seconds(), "armed/unarmed")
	b.ReportMetric(0, "ns/op")
}
