package harness_test

import (
	"path/filepath"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/pebblelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// reopened is a program in which Pebble moves the marker of its manifest.
var reopened = harness.Config{
	Depth: -1, Only: []scenarios.NamedProgram{{Name: "reopened", Program: raftlog.MustParse("persist 1\nreopen\nreopen")}},
}

func TestPebbleHolds(t *testing.T) {
	for _, f := range []engines.Factory{
		pebblelog.Factory(onPebblefs, pebblelog.Small), pebblelog.BufferedFactory(onPebblefs, pebblelog.Small),
	} {
		for _, p := range someProfiles() {
			c := reopened
			c.Profile = p
			if o := verify(t, f, c); o.Verdict != evidence.Held {
				t.Errorf("%s\n%v", o.Summary(), o.Findings)
			}
		}
	}
}

// TestPebbleAlone shows what Pebble v2.1.7 relies on: the order of changes of
// names, which strict-posix does not keep, nor btrfs as ALICE saw it (OSDI'14); on
// Linux 6.18 btrfs keeps as much of it as Pebble needs. If a newer Pebble holds
// everywhere, pebblelog can do without its own order.
func TestPebbleAlone(t *testing.T) {
	alone := engines.Factory{Name: "pebble-alone", Open: func(env engines.Env) (engines.StorageEngine, error) {
		fs, err := onPebblefs(env)
		if err != nil {
			return nil, err
		}
		return pebblelog.Open(pebblelog.Options{FS: fs, Dir: env.Dir, NamesInOrder: true, Panics: true, Tune: pebblelog.Small})
	}}
	refuted := map[string]bool{"strict-posix": true, "btrfs,names-ordered=no": true}
	profiles := someProfiles()
	for _, text := range []string{"strict-posix,names-ordered=yes", "btrfs,names-ordered=no"} {
		p, err := crash.ParseProfile(text)
		if err != nil {
			t.Fatal(err)
		}
		profiles = append(profiles, p)
	}
	for _, p := range profiles {
		c := reopened
		c.Profile, c.NoShrink = p, true
		o := verify(t, alone, c)
		if got := o.Verdict == evidence.Refuted; got != refuted[p.Name] {
			t.Errorf("%s; want refuted %v\n%v", o.Summary(), refuted[p.Name], o.Findings)
		}
		for _, f := range o.Findings {
			replayBundle(t, f, alone)
		}
	}
}

// TestPebbleTakesOldManifest shows that Pebble v2.1.7 takes what an old manifest left in the
// blocks of its log for a record, where a file system shows such bytes: a process is killed as it
// makes the store, and the next one removes its manifest. Our engine recovers from that image.
func TestPebbleTakesOldManifest(t *testing.T) {
	factory := func(ownBytes bool) engines.Factory {
		return engines.Factory{Name: "pebble", Open: func(env engines.Env) (engines.StorageEngine, error) {
			fs, err := onPebblefs(env)
			if err != nil {
				return nil, err
			}
			return pebblelog.Open(pebblelog.Options{FS: fs, Dir: env.Dir, OwnBytes: ownBytes, Tune: pebblelog.Small})
		}}
	}
	p, err := crash.ParseProfile("ext4-writeback,size-before-data=anywhere,fill=any")
	if err != nil {
		t.Fatal(err)
	}
	partial := crash.DefaultPlan()
	for stage := range partial.Max {
		if crash.Stage(stage) != crash.StagePartial {
			partial.Max[stage] = -1
		}
	}
	o := verify(t, factory(true), harness.Config{
		Profile: p, Plan: partial, SecondLives: 2, NoShrink: true, Until: harness.UntilRefuted,
		Only: []scenarios.NamedProgram{{Name: "first-open", Program: raftlog.MustParse("first-open\npersist 1")}},
	})
	if len(o.Findings) == 0 || o.Findings[0].Property() != models.OpensAfterCrash {
		t.Fatalf("got %s, want it refuted by %s: %v", o.Summary(), models.OpensAfterCrash, o.Findings)
	}
	comesAgain(t, factory(true), o.Findings[0])
	now, err := harness.Replay(factory(false), o.Findings[0])
	if err != nil || now.Verdict.Outcome != models.Pass {
		t.Errorf("our engine: got %v and error %v, want it to recover", now.Verdict, err)
	}
}

// replayBundle stores a finding and checks it again: an engine with threads
// replays from its journal as exactly as any other.
func replayBundle(t *testing.T, f *evidence.Case, factory engines.Factory) {
	t.Helper()
	path := filepath.Join(t.TempDir(), f.FileName(1))
	if err := evidence.WriteCase(path, f); err != nil {
		t.Fatal(err)
	}
	was, err := evidence.ReadCase(path, logstore.Kind)
	if err != nil {
		t.Fatal(err)
	}
	comesAgain(t, factory, was)
}

// comesAgain wants the finding to come again.
func comesAgain(t *testing.T, f engines.Factory, was *evidence.Case) {
	t.Helper()
	now, err := harness.Replay(f, was)
	if err != nil {
		t.Fatal(err)
	}
	if !evidence.IsFirst(now.Verdict, was.Property()) {
		t.Errorf("replay of %s on %s: got %v, want the same finding", was.Property(), f.Name, now.Verdict)
	}
}
