package harness

import (
	"errors"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines/boltlog"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// BenchmarkRecordBbolt records a program of small commits over FUSE, in a worker
// that has started. commits/s counts calls, each of which is a request to the
// worker and some six system calls of its that are requests back.
func BenchmarkRecordBbolt(b *testing.B) {
	const commits = 2000
	program := raftlog.MustParse("save-hard-state term=+1\n" + strings.Repeat("persist 1 size=100\n", commits))
	f := boltlog.Factory(boltlog.Options{})
	c := Config{}.resolved()
	h, err := host.New(logstore.Of(f), c.options(""))
	if errors.Is(err, ErrNotRun) {
		b.Skip(err)
	}
	if err != nil {
		b.Fatal(err)
	}
	defer h.Close()
	for b.Loop() {
		recording, err := record(h, false, firstOpen(h.Kind(), c.Profile, program), program)
		if err != nil || recording.Failed != nil {
			b.Fatal(err, recording)
		}
	}
	b.ReportMetric(float64(commits*b.N)/b.Elapsed().Seconds(), "commits/s")
	b.ReportMetric(0, "ns/op")
}
