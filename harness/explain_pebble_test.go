package harness_test

import (
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/pebblelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
)

// An engine that we did not write: Pebble v2.1.7 moves the marker of its manifest
// by making the new one and removing the old, with one sync of the directory at
// the end. Where names have no order that sync comes too late.
func TestPebbleAloneIsExplained(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: shrinking a finding of Pebble's takes seconds")
	}
	alone := engines.Factory{Name: "pebble-alone", Open: func(env engines.Env) (engines.StorageEngine, error) {
		fs, err := onPebblefs(env)
		if err != nil {
			return nil, err
		}
		return pebblelog.Open(pebblelog.Options{FS: fs, Dir: env.Dir, NamesInOrder: true, Tune: pebblelog.Small})
	}}
	c := reopened
	c.Profile = crash.StrictPosix()
	var finding *harness.Finding
	for _, f := range verify(t, alone, c).Findings {
		if f.Property() == models.AckedDurable {
			finding = f
		}
	}
	if finding == nil || finding.Explanation == nil || finding.Explanation.Barrier == nil {
		t.Fatalf("got %v, want an acknowledged write lost, and the sync that is missing", finding)
	}
	b, events := finding.Explanation.Barrier, finding.Life.Journal.Events
	after, before := events[b.After], events[b.Before]
	if !b.Dir || after.Kind != journal.EventCreate || before.Kind != journal.EventRemove ||
		!strings.Contains(after.Path, "/marker.manifest.") || !strings.Contains(before.Path, "/marker.manifest.") {
		t.Errorf("got a sync of %s between %v and %v, want one of the directory between the two markers", b.Path, after, before)
	}
	if len(b.Frames) == 0 || !strings.HasSuffix(b.Frames[0].Function, "atomicfs.(*Marker).Move") {
		t.Errorf("got it at %v, want where Pebble moves its marker", b.Frames)
	}
}
