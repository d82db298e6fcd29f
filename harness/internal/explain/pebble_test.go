package explain_test

import (
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/pebblelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/faultfs/pebblefs"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// An engine that we did not write: Pebble v2.1.7 moves the marker of its manifest
// by making the new one and removing the old, with one sync of the directory at
// the end. Where names have no order that sync comes too late.
func TestPebbleAloneIsExplained(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: shrinking a finding of Pebble's takes seconds")
	}
	finding := pebbleFinding(t)
	if finding == nil || finding.Explanation == nil || finding.Explanation.MissingFsync == nil {
		t.Fatalf("got %v, want an acknowledged write lost, and the sync that is missing", finding)
	}
	m, events := finding.Explanation.MissingFsync, finding.Life.Journal.Events
	after, before := events[m.After], events[m.Before]
	if !m.Dir || after.Kind != journal.EventCreate || before.Kind != journal.EventRemove ||
		!strings.Contains(after.Path, "/marker.manifest.") || !strings.Contains(before.Path, "/marker.manifest.") {
		t.Errorf("got a sync of %s between %v and %v, want one of the directory between the two markers", m.Path, after, before)
	}
	if len(m.Frames) == 0 || !strings.HasSuffix(m.Frames[0].Function, "atomicfs.(*Marker).Move") {
		t.Errorf("got it at %v, want where Pebble moves its marker", m.Frames)
	}
}

// pebbleFinding returns what Pebble alone loses under strict-posix, nil for nothing.
func pebbleFinding(t *testing.T) *evidence.Case {
	t.Helper()
	alone := engines.Factory{Name: "pebble-alone", Open: func(env engines.Env) (engines.StorageEngine, error) {
		fs, err := pebblefs.Of(env.FS)
		if err != nil {
			return nil, err
		}
		return pebblelog.Open(pebblelog.Options{FS: fs, Dir: env.Dir, NamesInOrder: true, Panics: true, Tune: pebblelog.Small})
	}}
	o, err := harness.Verify(t.Context(), alone, harness.Config{
		Profile: crash.StrictPosix(), Depth: -1,
		Only: []scenarios.NamedProgram{{Name: "reopened", Program: raftlog.MustParse("persist 1\nreopen\nreopen")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range o.Findings {
		if c.Property() == models.AckedDurable {
			return c
		}
	}
	return nil
}
