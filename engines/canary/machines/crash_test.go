package machines_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary/machines"
	"github.com/ackproof/ackproof/engines/memmachine"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/internal/digest"
)

// never is a time that does not come.
const never = math.MaxInt

// recovered is what a machine makes of a crash state.
type recovered struct {
	// unopened, lost and dead say why it does not open, why the snapshot at ownPath is
	// none, and why the machine cannot go on.
	unopened, lost, dead error
	first, second        view
}

// String returns r in a few words.
func (r recovered) String() string {
	return fmt.Sprintf("open: %v, snapshot: %v, going on: %v, shows %.20q at %s", r.unopened, r.lost, r.dead, r.first.pairs, r.first.applied)
}

// recover opens the machine on an image, twice, and goes on with it.
func (l *life) recover(image *faultfs.Image) (r recovered) {
	env := engines.Env{FS: faultfs.NewDisk(faultfs.Config{Image: image, Unjournaled: true}), Dir: dir}
	other := memmachine.New(env.FS)
	_ = other.Start(background)
	r.lost = other.ApplySnapshotFromFile(background, l.own, ownPath)
	for _, v := range []*view{&r.first, &r.second} {
		m, err := l.factory.Open(env)
		if err == nil {
			err = m.Start(background)
		}
		if err == nil {
			*v, err = viewOf(m)
		}
		if r.unopened = err; err != nil {
			return r
		}
		if v == &r.second {
			r.dead = goOn(m)
		}
	}
	return r
}

// goOn applies an entry and writes a snapshot.
func goOn(m engines.StateMachine) error {
	_, err := m.ApplyChunk(background, chunk(m.LastApplied().Index+1, put("next", "1")))
	if err == nil {
		_, err = m.GenerateSnapshotData(background, ownPath, m.LastApplied())
	}
	return err
}

// broken returns the promise that r breaks, if the crash came at a time; "" for none.
func (l *life) broken(r recovered, time int) string {
	kept, done := l.until(time)
	switch {
	case r.unopened != nil:
		return "opens-after-crash"
	case !slices.Contains(l.versions[kept:min(done+2, len(l.versions))], r.first):
		return l.wrong(r.first, kept, done)
	case r.second != r.first:
		return "recovery-idempotent"
	case r.dead != nil:
		return "live-after-recovery"
	}
	for i, s := range l.steps {
		if s.generates && l.returned[i] <= time && r.lost != nil {
			return "snapshot-durable"
		}
	}
	return ""
}

// until returns how many steps were durable at a time, and how many had returned.
func (l *life) until(time int) (kept, done int) {
	for i, returned := range l.returned {
		if returned > time {
			continue
		}
		done = i + 1
		if l.steps[i].keeps != "" {
			kept = i + 1
		}
	}
	return kept, done
}

// wrong returns the promise that v breaks, which is none of the versions that may be seen
// after kept steps were durable and done had returned.
func (l *life) wrong(v view, kept, done int) string {
	during := step{whole: "prefix"}
	if done < len(l.steps) {
		during = l.steps[done]
	}
	state := func(w view) bool { return w.pairs == v.pairs && w.applied == v.applied }
	pairs := func(w view) bool { return w.pairs == v.pairs }
	switch {
	case during.whole == "snapshot-atomic":
		return during.whole
	case slices.Contains(l.versions[:kept], v):
		return l.steps[kept-1].keeps
	case slices.ContainsFunc(l.versions, pairs) && !slices.ContainsFunc(l.versions, state):
		return "applied-agrees"
	}
	return during.whole
}

// explore recovers from the crash states of the life, and returns the promises that were
// broken, each with a state, and how many states there were. It ends at the promise until.
func (l *life) explore(t *testing.T, profile crash.Profile, plan crash.Plan, until string) (found map[string]string, states int) {
	t.Helper()
	space := crash.NewSpace(l.disk.Journal(), profile)
	known := map[digest.Digest]recovered{}
	found = map[string]string{}
	for c := range space.Walk(plan) {
		if c.Point() < l.since {
			continue
		}
		states++
		r, ok := known[c.Key()]
		if !ok {
			image, err := space.Image(c.State())
			must(t, err)
			r = l.recover(image)
			known[c.Key()] = r
		}
		property := l.broken(r, c.Point())
		if property != "" && l.silent {
			property = "error-surfaced"
		}
		if property != "" && found[property] == "" {
			found[property] = fmt.Sprintf("%s, %s: %s", profile.Name, c.State(), r)
		}
		if found[until] != "" {
			break
		}
	}
	return found, states
}

// After a crash each canary that has its bug there breaks the promise that it names.
func TestPlantsBreakAtCrashes(t *testing.T) {
	for _, profile := range []crash.Profile{crash.StrictPosix(), crash.Ext4Ordered()} {
		for _, c := range machines.All() {
			if live[c.Name] != nil || c.Faults || c.Property == "space-reclaimed" || isOfDamage(c) {
				continue // shown elsewhere
			}
			found, states := newLife(t, c.Factory(), profile, allSteps).explore(t, profile, crash.Plan{}, c.Property)
			if found[c.Property] == "" {
				t.Errorf("%s: got %v, want %s broken", c.Name, found, c.Property)
			}
			t.Logf("%s: %d states, %s", c.Name, states, found[c.Property])
		}
	}
}

// twins returns the machines without a plant.
func twins() map[string]engines.MachineFactory {
	out := map[string]engines.MachineFactory{}
	for _, c := range machines.All() {
		out[c.Twin().Name] = c.Twin()
	}
	return out
}

func TestTwinsHoldAtCrashes(t *testing.T) {
	for _, f := range twins() {
		for _, profile := range crash.Profiles() {
			found, states := newLife(t, f, profile, allSteps).explore(t, profile, crash.Plan{}, "")
			if len(found) > 0 || states < 200 {
				t.Errorf("%s: got %v in %d states, want nothing broken in 200 at least", f.Name, found, states)
			}
			t.Logf("%s, %s: %d states", f.Name, profile.Name, states)
		}
	}
}

// smallPlan is for many lives.
var smallPlan = crash.Plan{Max: [5]int{2, 2, 2, 2, 1}}

// What a process shows is durable, whenever the one before was killed.
func TestTwinsHoldAtKills(t *testing.T) {
	for _, f := range twins() {
		for _, profile := range []crash.Profile{crash.StrictPosix(), crash.Ext4Ordered()} {
			for after := range len(steps(engines.MachineClaims{}, engines.SnapshotMetadata{})) {
				found, _ := newLife(t, f, profile, after).explore(t, profile, smallPlan, "")
				if len(found) > 0 {
					t.Errorf("%s, killed after %d steps: got %v, want nothing broken", f.Name, after, found)
				}
			}
		}
	}
}

// eachFault has what fails do so in one call after the other in lives of machines of f, and
// returns what that breaks, and how many calls failed.
func eachFault(t *testing.T, f engines.MachineFactory, profile crash.Profile, fails fault.Fault) (found map[string]string, fired int) {
	t.Helper()
	for ; ; fired++ {
		fails.Nth, fails.Times = fired+1, 1
		l := newLife(t, f, profile, allSteps, fails)
		if !l.fired() {
			return found, fired
		}
		if found, _ = l.explore(t, profile, smallPlan, ""); len(found) > 0 {
			return found, fired
		}
	}
}

// faults returns the ways in which a call fails that are tried on a file system.
func faults(profile crash.Profile) (out []fault.Fault) {
	for _, call := range fault.Calls() {
		out = append(out, fault.Fault{Call: call})
		if profile.SyncFailure != crash.StrictPosix().SyncFailure {
			continue // it differs where an fsync fails
		}
		out = append(out, fault.Fault{Call: call, Lands: true})
		for _, e := range []fault.Error{fault.ENOSPC, fault.ShortWrite} {
			if call.Can(e) {
				out = append(out, fault.Fault{Call: call, Error: e})
			}
		}
	}
	return out
}

// Whatever call fails, a twin says so, or has done what it says; and what the next process
// shows is durable.
func TestTwinsHoldAtFaults(t *testing.T) {
	profiles := crash.StrictPosix().Aftermaths()
	if testing.Short() {
		profiles = profiles[:1]
	}
	for name, f := range twins() {
		if testing.Short() && name == "checked-machine" {
			continue // left to the tests in full: only damage shows its plants
		}
		fired := 0
		for _, profile := range profiles {
			for _, fails := range faults(profile) {
				found, n := eachFault(t, f, profile, fails)
				if fired += n; len(found) > 0 {
					t.Errorf("%s, %+v: got %v, want nothing broken", f.Name, fails, found)
				}
			}
		}
		t.Logf("%s: %d faults in %d profiles", f.Name, fired, len(profiles))
		if fired < 50 {
			t.Errorf("%s: %d faults are too few", f.Name, fired)
		}
	}
}

func TestPlantsBreakAtFaults(t *testing.T) {
	for _, c := range machines.All() {
		if !c.Faults {
			continue
		}
		found, _ := eachFault(t, c.Factory(), crash.StrictPosix(), fault.Fault{Call: fault.Fsync})
		if found[c.Property] == "" {
			t.Errorf("%s: got %v, want %s broken", c.Name, found, c.Property)
		}
		t.Logf("%s: %s", c.Name, found[c.Property])
	}
}
