package harness

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/scenarios"
)

func canaryNamed(t *testing.T, name string) engines.Factory {
	t.Helper()
	for _, c := range canary.All() {
		if c.Name == name {
			return c.Factory()
		}
	}
	t.Fatalf("no canary %s", name)
	return engines.Factory{}
}

// failureOf returns the first failure of a program, not shrunk, and what may try
// it again.
func failureOf(t *testing.T, f engines.Factory, program string) (*Failure, *attempts) {
	t.Helper()
	return failureUnder(t, f, crash.Ext4Ordered(), program)
}

func failureUnder(t *testing.T, f engines.Factory, p crash.Profile, program string) (*Failure, *attempts) {
	t.Helper()
	c := Config{Profile: p}.resolved()
	c.stacks, c.Depth = true, 1
	x := newExploration(t.Context(), f, c, newCache(), time.Time{})
	if _, err := x.program(scenarios.MustParse(program), 1); err != nil {
		t.Fatal(err)
	}
	if len(x.failures) == 0 {
		t.Fatalf("%s holds in\n%s", f.Name, program)
	}
	r := newRecoverer(f, c)
	t.Cleanup(r.stop)
	failure := x.failures[0]
	return failure, newAttempts(failure.Property(), c, r)
}

// A life with more syncs has the same calls at the same marks, the same effects,
// and states that it had before.
func TestWithSyncs(t *testing.T) {
	f, a := failureOf(t, canaryNamed(t, "no-sync-on-persist"), "persist 1\nsave-hard-state\npersist 2 size=900\nreopen\npersist 1")
	old := f.Life
	events := old.Journal.Events
	for i, e := range events {
		for _, target := range targets(e) {
			for last := i; last < len(events); last += 7 {
				syncs := []insertion{{target, last}, {target, i}}
				checkMoved(t, old, old.withSyncs(syncs), a.config.Profile, syncs)
			}
		}
	}
}

func checkMoved(t *testing.T, before, after *Life, profile crash.Profile, syncs []insertion) {
	t.Helper()
	events := after.Journal.Events
	if got, want := len(events), len(before.Journal.Events)+len(syncs); got != want {
		t.Fatalf("got %d events, want %d", got, want)
	}
	kept := slices.DeleteFunc(slices.Clone(events), func(e journal.Event) bool { return isSync(e) && e.Stack == 0 })
	if !reflect.DeepEqual(kept, before.Journal.Events) {
		t.Fatalf("syncs %v changed other events", syncs)
	}
	for i, c := range after.Calls {
		invoke, end := events[c.Invoked], events[c.Returned]
		if invoke.Kind != journal.EventInvoke || end.Kind != journal.EventReturn || invoke.Call != c.ID || end.Call != c.ID {
			t.Fatalf("syncs %v: call %d is at %v and %v, want its own marks", syncs, c.ID, invoke, end)
		}
		if c.Result.Err != before.Calls[i].Result.Err {
			t.Fatalf("syncs %v changed a result", syncs)
		}
	}
	if e, was := events[after.Opened], before.Journal.Events[before.Opened]; e.Kind != was.Kind || e.Call != was.Call {
		t.Fatalf("syncs %v: opened at %v, want %v", syncs, e, was)
	}
	end := crash.State{Point: len(events)}
	was := crash.State{Point: len(before.Journal.Events)}
	space, spaceBefore := after.spaceUnder(profile), before.spaceUnder(profile)
	if after.image(profile, end).Hash() != before.image(profile, was).Hash() {
		t.Fatalf("syncs %v changed what is there where nothing is lost", syncs)
	}
	end.Lost, was.Lost = true, true
	for _, id := range space.Lost(end) {
		if !slices.Contains(spaceBefore.Lost(was), id) || space.Effect(id).What != spaceBefore.Effect(id).What {
			t.Fatalf("syncs %v: effect %d was not pending before", syncs, id)
		}
	}
}

// A sync that is missing in code that ran more than once is one place, and no
// single sync.
func TestBarrierWhereverTheCodeRuns(t *testing.T) {
	f, a := failureOf(t, canaryNamed(t, "no-sync-on-persist"), "persist 1\npersist 1\npersist 1")
	e := explain(f, a)
	if e.Barrier == nil || !strings.Contains(e.Barrier.Sentence, "wherever else this code runs") {
		t.Errorf("got %v, want a sync wherever the code runs", e)
	}
}

// Where two syncs are missing no single one is suggested.
func TestTwoSyncsMissing(t *testing.T) {
	f, a := failureUnder(t, canaryNamed(t, "hard-state-not-synced"), crash.StrictPosix(), "save-hard-state")
	s := &shrinker{property: f.Property(), failure: f, config: a.config, recoverer: a.recoverer, attempts: a}
	s.shrinkState()
	e := explain(s.failure, a)
	if e.Barrier != nil || !strings.Contains(e.NoBarrier, "Two are: fsync directory /db after") {
		t.Errorf("got %v, want a sync of the directory and one of the file", e)
	}
}

func TestFrameText(t *testing.T) {
	for function, want := range map[string]string{
		"example.com/a/wal.(*Log).append": "wal.(*Log).append log.go:8",
		"example.com/pebble/v2.(*DB).Set": "pebble/v2.(*DB).Set log.go:8",
		"main.main":                       "main.main log.go:8",
	} {
		if got := frameText(journal.Frame{Function: function, File: "/src/log.go", Line: 8}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// With every single culprit kept whole the finding is gone.
func TestCulpritsAreMinimal(t *testing.T) {
	for name, program := range map[string]string{
		"no-sync-on-persist":       "persist 4 size=1500\npersist 3 size=700",
		"disk-lies-about-sync":     "persist 3 size=600\nsave-hard-state\npersist 2 size=600",
		"hard-state-in-place":      "persist 1\nsave-hard-state\nsave-hard-state term=+1",
		"flush-does-nothing":       "persist 2 size=1200\npersist 1\nflush",
		"rename-without-file-sync": "persist 3\npurge 1\npersist 1",
	} {
		t.Run(name, func(t *testing.T) {
			f, a := failureOf(t, canaryNamed(t, name), program)
			s := &shrinker{property: f.Property(), failure: f, config: a.config, recoverer: a.recoverer, attempts: a}
			f.State = worst(t, s, f)
			s.shrinkState()
			space := f.Life.spaceUnder(a.config.Profile)
			lost := space.Lost(s.failure.State)
			if len(lost) == 0 || len(lost) > 2 {
				t.Errorf("got %d lost effects, want one or two", len(lost))
			}
			for _, id := range lost {
				state, ok := space.Losing(s.failure.State, withoutNeeds(space, lost, []EffectID{id}))
				if ok && s.fails(f.Life, state) != nil {
					t.Errorf("%v fails without the loss of effect %d too", s.failure.State, id)
				}
			}
		})
	}
}

// worst returns the failing state at any point that loses the most.
func worst(t *testing.T, s *shrinker, f *Failure) crash.State {
	t.Helper()
	space := f.Life.spaceUnder(s.config.Profile)
	out := f.State
	for c := range space.Walk(s.config.Plan) {
		if state := c.State(); len(space.Lost(state)) > len(space.Lost(out)) && s.fails(f.Life, state) != nil {
			out = state
		}
	}
	return out
}

// What was not tried to the end is not suggested.
func TestSpentAttemptsSuggestNothing(t *testing.T) {
	f, a := failureOf(t, canaryNamed(t, "no-sync-on-persist"), "persist 1")
	a.left = 3
	e := explain(f, a)
	if e.Barrier != nil || !strings.Contains(e.NoBarrier, "not tried to the end") {
		t.Errorf("got %v after 3 recoveries, want no suggestion", e)
	}
}

// A bundle keeps the explanation; one without, as of old, reads as before.
func TestBundleKeepsExplanation(t *testing.T) {
	for _, noShrink := range []bool{false, true} {
		o, err := Verify(t.Context(), canaryNamed(t, "no-sync-on-persist"), Config{NoShrink: noShrink, Programs: -1})
		if err != nil {
			t.Fatal(err)
		}
		f := o.Findings[0]
		if (f.Explanation == nil) != noShrink || strings.Contains(f.String(), "missing sync: fsync /db/") == noShrink {
			t.Fatalf("NoShrink %v: got %v", noShrink, f)
		}
		text, err := json.Marshal(f.Bundle())
		if err != nil || strings.Contains(string(text), `"explanation"`) == noShrink {
			t.Errorf("NoShrink %v: the bundle is wrong, %v", noShrink, err)
		}
		path := filepath.Join(t.TempDir(), "bundle")
		if err := WriteBundle(path, f); err != nil {
			t.Fatal(err)
		}
		b, err := ReadBundle(path)
		if err != nil || !reflect.DeepEqual(b.Explanation, f.Explanation) {
			t.Errorf("got %v, %v; want %v", b.Explanation, err, f.Explanation)
		}
		if r, err := b.Replay(canaryNamed(t, "no-sync-on-persist")); err != nil || !r.Same() {
			t.Errorf("replay: %v, %v; want the same finding", r, err)
		}
	}
}

func TestLiveFailureHasNoBarrier(t *testing.T) {
	f, a := failureOf(t, canaryNamed(t, "stale-range"), "read-range 1 9\npersist 1\nread-range 1 9")
	live := &Failure{Life: f.Life, Live: true, Verdict: f.Verdict}
	e := explain(live, a)
	if e.Barrier != nil || len(e.Culprits) > 0 || e.NoBarrier != withoutCrash || !strings.Contains(e.Sentence, "takes no crash") {
		t.Errorf("got %v, want that it takes no crash", e)
	}
}

func TestFramesOfStack(t *testing.T) {
	stack := "runtime.goexit({})\n\t/usr/lib/go/src/runtime/asm.s:1 +0x1\n" +
		"example.com/wal.(*Log).replay(0xc0, {0x1, 0x2})\n\t/src/wal/log.go:88 +0x5\n" +
		"github.com/ackproof/ackproof/harness.(*probing).run(0xc0)\n\t/src/harness/recover.go:90 +0x5\ncreated by x"
	want := []journal.Frame{{Function: "example.com/wal.(*Log).replay", File: "/src/wal/log.go", Line: 88}}
	if got := framesOf(stack); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
