package page_test

import (
	"fmt"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/reports/page"
)

// large is a finding whose journal has at least that many events: calls of four clients that
// write to eight files on a disk, and sync one time in ten.
func large(t testing.TB, events int) page.Finding {
	t.Helper()
	const files, clients, writesPerCall, written = 8, 4, 8, 120
	d := faultfs.NewDisk(faultfs.Config{})
	var handles []*faultfs.File
	for i := range files {
		f, err := d.Create(fmt.Sprintf("/segment-%d", i))
		if err != nil {
			t.Fatal(err)
		}
		handles = append(handles, f.(*faultfs.File))
	}
	var calls models.History
	data := make([]byte, written)
	for id := 1; len(d.Journal().Events) < events; id++ {
		entries := []raftlog.Entry{{Index: uint64(id), Term: 1, SizeBytes: writesPerCall * written}}
		c := models.Call{ID: id, Client: id % clients, Op: &raftlog.Op{Kind: raftlog.Persist, Entries: entries}}
		c.Invoked = d.Invoke(id)
		for k := range writesPerCall {
			data[0] = byte(k)
			if _, err := handles[id%files].WriteAt(data, int64(id/files*writesPerCall+k)*written); err != nil {
				t.Fatal(err)
			}
		}
		if id%10 == 0 {
			if err := handles[id%files].Sync(); err != nil {
				t.Fatal(err)
			}
		}
		c.Returned = d.Return(id)
		calls = append(calls, c)
	}
	return largeFinding(t, d.Journal(), calls)
}

// largeFinding is a crash near the end of the journal that loses the last writes.
func largeFinding(t testing.TB, journal *journal.Journal, calls models.History) page.Finding {
	t.Helper()
	space := crash.NewSpace(journal, crash.StrictPosix())
	points := space.Points()
	point := points[len(points)-5]
	pending := space.Lost(crash.State{Point: point, Lost: true})
	state, ok := space.Losing(crash.State{Point: point}, pending[len(pending)-3:])
	if !ok {
		t.Fatal("the last effects cannot be lost alone")
	}
	x := &evidence.Explanation{Sentence: "The last call was acknowledged, and the crash took its writes."}
	for i, p := range points {
		x.ByPoint = append(x.ByPoint, evidence.PointVerdict{Point: p, Visited: i % 3, Failing: i % 3 / 2})
	}
	for _, id := range space.Lost(state) {
		info := space.Effect(id)
		e := journal.Events[info.Event]
		x.Culprits = append(x.Culprits, evidence.Culprit{Effect: id, What: info.What, Event: info.Event, Call: e.Call, Frames: journal.Frames(e.Stack)})
	}
	last := x.Culprits[len(x.Culprits)-1]
	x.MissingFsync = &evidence.MissingFsync{Path: journal.Events[last.Event].Path, After: last.Event, Before: last.Event + 1, Call: last.Call, Frames: last.Frames, Sentence: "Nobody synced it."}
	const program = "# ackproof program v1\npersist 1\n"
	return page.Finding{Path: "large.ackproof", Case: caseOf(t, &evidence.Record{
		Engine: "large", Profile: "strict-posix", Seed: 1, Property: models.AckedDurable, Sentence: x.Sentence, Found: "large",
		Confirmed: true, Explanation: x, Program: program, State: state, Recovered: &models.Recovered{},
		Violations: []models.Violation{{Property: models.AckedDurable, Rule: "R1", Sentence: x.Sentence}},
		Lives:      []evidence.LifeRecord{{Journal: journal.Record(), Steps: program, Calls: calls}},
	})}
}

func BenchmarkWriteLarge(b *testing.B) {
	in := page.Input{Findings: []page.Finding{large(b, 100_000)}}
	for b.Loop() {
		written(b, in)
	}
}
