package explain_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/explain"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios/raftlog"
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

// plan is the default one.
var plan = crash.Plan{Seed: uint64(harness.Seed(1).For("crash"))}

// failing is a failure, not shrunk, and what may try it again.
type failing struct {
	*evidence.Failure
	trials *explain.Trials
	host   host.Host
}

func (f failing) shrinker() *explain.Shrinker {
	return explain.NewShrinker(f.Failure, f.trials, f.host)
}

// failureOf returns the first failure of a program.
func failureOf(t *testing.T, f engines.Factory, program string) failing {
	t.Helper()
	return failureUnder(t, f, crash.Ext4Ordered(), program)
}

func failureUnder(t *testing.T, f engines.Factory, p crash.Profile, program string) failing {
	t.Helper()
	recording, err := harness.Record(f, harness.Config{Profile: p}, raftlog.MustParse(program))
	if err != nil {
		t.Fatal(err)
	}
	h, err := host.New(logstore.Of(f), host.Options{HangAfter: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	recoveries := h.Recoveries()
	t.Cleanup(func() {
		recoveries.Close()
		h.Close()
	})
	failure := firstFailure(recording, recoveries)
	if failure == nil {
		t.Fatalf("%s holds in\n%s", f.Name, program)
	}
	return failing{failure, explain.NewTrials(t.Context(), failure.Cause(), plan, recoveries), h}
}

// firstFailure returns the first of a recording's crash states that breaks a promise,
// or what fails without a crash; nil if nothing does.
func firstFailure(r *harness.Recording, recoveries host.Recoveries) *evidence.Failure {
	for _, life := range r.Lives {
		for c := range life.Crashes().Walk(plan) {
			recovered := recoveries.Recover(host.Must(life.Image(c.State())))
			if v := life.Verdict(c.Point(), recovered); v.Outcome == models.Fail {
				return &evidence.Failure{Life: life, State: c.State(), Recovered: recovered, Verdict: v}
			}
		}
	}
	return r.Failed
}

// A life with more syncs has the same calls at the same marks, the same effects,
// and states that it had before.
func TestWithSyncs(t *testing.T) {
	f := failureOf(t, canaryNamed(t, "no-sync-on-persist"), "persist 1\nsave-hard-state\npersist 2 size=900\nreopen\npersist 1")
	old := f.Life
	events := old.Journal.Events
	for i, e := range events {
		for _, target := range explain.Targets(e) {
			for last := i; last < len(events); last += 7 {
				syncs := []explain.Insertion{explain.SyncAfter(target, last), explain.SyncAfter(target, i)}
				checkMoved(t, old, explain.WithSyncs(old, syncs), syncs)
			}
		}
	}
}

func checkMoved(t *testing.T, before, after *evidence.Life, syncs []explain.Insertion) {
	t.Helper()
	events := after.Journal.Events
	if got, want := len(events), len(before.Journal.Events)+len(syncs); got != want {
		t.Fatalf("got %d events, want %d", got, want)
	}
	kept := slices.DeleteFunc(slices.Clone(events), func(e journal.Event) bool { return e.IsSync() && e.Stack == 0 })
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
	if e, was := events[after.OpenedAt], before.Journal.Events[before.OpenedAt]; e.Kind != was.Kind || e.Call != was.Call {
		t.Fatalf("syncs %v: opened at %v, want %v", syncs, e, was)
	}
	end := crash.State{Point: len(events)}
	was := crash.State{Point: len(before.Journal.Events)}
	if host.Must(after.Image(end)).Hash() != host.Must(before.Image(was)).Hash() {
		t.Fatalf("syncs %v changed what is there where nothing is lost", syncs)
	}
	space, spaceBefore := after.Crashes(), before.Crashes()
	end.Lost, was.Lost = true, true
	for _, id := range space.Lost(end) {
		if !slices.Contains(spaceBefore.Lost(was), id) || space.Effect(id).What != spaceBefore.Effect(id).What {
			t.Fatalf("syncs %v: effect %d was not pending before", syncs, id)
		}
	}
}

// A sync that is missing in code that ran more than once is one place, and no
// single sync.
func TestFsyncWhereverTheCodeRuns(t *testing.T) {
	f := failureOf(t, canaryNamed(t, "no-sync-on-persist"), "persist 1\npersist 1\npersist 1")
	e := explain.Explain(f.Failure, f.trials, f.host)
	if e.MissingFsync == nil || !strings.Contains(e.MissingFsync.Sentence, "wherever else this code runs") {
		t.Errorf("got %v, want a sync wherever the code runs", e)
	}
}

// Where two syncs are missing no single one is suggested.
func TestTwoSyncsMissing(t *testing.T) {
	f := failureUnder(t, canaryNamed(t, "hard-state-not-synced"), crash.StrictPosix(), "save-hard-state")
	e := explain.Explain(f.shrinker().ShrinkState(), f.trials, f.host)
	if e.MissingFsync != nil || !strings.Contains(e.NoFsync, "Two are: fsync directory /db after") {
		t.Errorf("got %v, want a sync of the directory and one of the file", e)
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
			f := failureOf(t, canaryNamed(t, name), program)
			s := f.shrinker()
			f.State = worst(s, f.Failure)
			space := f.Life.Crashes()
			small := s.ShrinkState()
			state := small.State
			lost := space.Lost(state)
			if len(lost) == 0 || len(lost) > 2 {
				t.Errorf("got %d lost effects, want one or two", len(lost))
			}
			for _, id := range lost {
				less, ok := small.GiveBack([]crash.EffectID{id})
				if ok && s.Fails(f.Life, less) {
					t.Errorf("%v fails without the loss of effect %d too", state, id)
				}
			}
		})
	}
}

// worst returns the failing state at any point that loses the most.
func worst(s *explain.Shrinker, f *evidence.Failure) crash.State {
	space := f.Life.Crashes()
	out := f.State
	for c := range space.Walk(plan) {
		if state := c.State(); len(space.Lost(state)) > len(space.Lost(out)) && s.Fails(f.Life, state) {
			out = state
		}
	}
	return out
}

// What was not tried to the end is not suggested.
func TestSpentTrialsSuggestNothing(t *testing.T) {
	f := failureOf(t, canaryNamed(t, "no-sync-on-persist"), "persist 1")
	f.trials.Leave(3)
	e := explain.Explain(f.Failure, f.trials, f.host)
	if e.MissingFsync != nil || !strings.Contains(e.NoFsync, "not tried to the end") {
		t.Errorf("got %v after 3 recoveries, want no suggestion", e)
	}
}

func TestLiveFailureHasNoFsync(t *testing.T) {
	f := failureOf(t, canaryNamed(t, "stale-range"), "read-range 1 9\npersist 1\nread-range 1 9")
	live := &evidence.Failure{Life: f.Life, Live: true, Verdict: f.Verdict}
	e := explain.Explain(live, f.trials, f.host)
	if e.MissingFsync != nil || len(e.Culprits) > 0 || e.NoFsync != explain.WithoutCrash || !strings.Contains(e.Sentence, "needs no crash") {
		t.Errorf("got %v, want that it needs no crash", e)
	}
}
