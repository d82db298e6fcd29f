package harness_test

import (
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// weighed plans little, with faults.
var weighed = harness.Config{Profile: crash.StrictPosix(), Quick: true, Programs: -1, SecondLives: -1, Faults: harness.FaultsShare, NoShrink: true}

// TestSabotagesAreSeen: of each kind some sabotage is refuted in a run in which the engine holds.
func TestSabotagesAreSeen(t *testing.T) {
	for _, f := range []engines.Factory{filelog.Factory(small), filelog.BufferedFactory(small)} {
		o := verify(t, f, weighed)
		seen := map[evidence.SabotageKind]int{}
		for _, s := range o.Sensitivity.Seen() {
			seen[s.Kind]++
		}
		for _, kind := range evidence.SabotageKinds {
			if seen[kind] == 0 {
				t.Errorf("%s: no %s was refuted: %s", f.Name, kind, o.Sensitivity)
			}
		}
		if o.Verdict != evidence.Held || len(o.Sensitivity.Cut()) > 0 {
			t.Errorf("got %s", o.Summary())
		}
	}
}

// TestNeedlessSyncIsNotSeen: no promise falls without a sync that another one follows.
func TestNeedlessSyncIsNotSeen(t *testing.T) {
	o := verify(t, syncsTwice(filelog.Factory(small)), weighed)
	elided := 0
	for _, s := range o.Sensitivity {
		if s.Kind != evidence.SyncElided {
			continue
		}
		if elided++; s.Broken != "" {
			t.Errorf("%s breaks %s", s, s.Broken)
		}
	}
	if o.Verdict != evidence.Held || elided < 10 {
		t.Errorf("got %s, want that it holds, with 10 or more places that sync", o.Summary())
	}
}

// syncsTwice returns the engine with each fsync done twice.
func syncsTwice(f engines.Factory) engines.Factory {
	return engines.Factory{Name: f.Name + "-twice", Open: func(env engines.Env) (engines.StorageEngine, error) {
		env.FS = wrapping{env.FS, func(_ string, f afero.File) afero.File { return twiceFile{f} }}
		return f.Open(env)
	}}
}

// TestNothingSeenIsNotHeld: a run that refutes none of its sabotages says nothing of the engine.
func TestNothingSeenIsNotHeld(t *testing.T) {
	only := []scenarios.NamedProgram{{Name: "flush", Program: raftlog.MustParse("flush")}}
	o := verify(t, filelog.Factory(small), harness.Config{Profile: crash.Ext4Ordered(), Only: only, Depth: -1})
	if o.Verdict != evidence.Unknown || len(o.Sensitivity.Unseen()) == 0 || len(o.Sensitivity.Seen()) > 0 {
		t.Errorf("got %s, want unknown", o.Summary())
	}
	if !strings.Contains(o.Basis(), "0 of 1 sabotage refuted; not refuted: fsync left out at ") {
		t.Errorf("got %s", o.Summary())
	}
}

// TestNothingToSabotage: where nothing is to stay, nothing is sabotaged.
func TestNothingToSabotage(t *testing.T) {
	o := verify(t, memlog.Factory(), harness.Config{Quick: true, Programs: -1})
	if o.Verdict != evidence.Held || o.Sensitivity != nil {
		t.Errorf("got %s, want that it holds without any sabotage", o.Summary())
	}
}
