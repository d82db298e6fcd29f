package filemachine

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// each runs a test for each program, machine and profile.
func each(t *testing.T, test func(t *testing.T, steps []step, opts Options, profile crash.Profile)) {
	for _, name := range slices.Sorted(maps.Keys(programs)) {
		for _, opts := range both {
			for _, profile := range crash.Profiles() {
				t.Run(fmt.Sprintf("%s/buffered=%v/%s", name, opts.Buffered, profile.Name), func(t *testing.T) {
					t.Parallel()
					test(t, programs[name], opts, profile)
				})
			}
		}
	}
}

// legal returns what a crash at a time may leave: what the newest durable step showed and
// those after it, as far as they were begun. Before the first open there is nothing.
func legal(outcomes []outcome, time int) []string {
	out := []string{"at 0/0"}
	for _, o := range outcomes {
		if o.durable && o.returned <= time {
			out = nil
		}
		if o.invoked <= time {
			out = append(out, o.shows)
		}
	}
	return out
}

// TestCrashes has a machine recover from the states that crashes of programs leave, and from
// those that crashes of these recoveries do.
func TestCrashes(t *testing.T) {
	each(t, func(t *testing.T, steps []step, opts Options, profile crash.Profile) {
		l := run(t, opts, faultfs.NewDisk(faultfs.Config{NoStacks: true}), steps)
		must(t, l.failed)
		plan := crash.DefaultPlan()
		if testing.Short() {
			plan.Max = [...]int{16, 64, 32, 32, 8}
		}
		space, images := crash.NewSpace(l.disk.Journal(), profile), map[string]bool{}
		states := 0
		for c := range space.Walk(plan) {
			states++
			image, err := space.Image(c.State())
			must(t, err)
			want := legal(l.outcomes, c.Point())
			key := fmt.Sprint(image.Hash(), want)
			if images[key] {
				continue
			}
			images[key] = true
			got := checkRecovery(t, image, want, c.State())
			if len(images)%10 == 0 {
				checkAgain(t, profile, image, want, got)
			}
			if t.Failed() {
				return
			}
		}
		t.Logf("%d states, %d distinct", states, len(images))
		if len(images) < 20 {
			t.Errorf("%d distinct states, want at least 20", len(images))
		}
	})
}

// checkRecovery wants a machine to recover one of some versions from an image, the same
// whichever way it is opened, and to go on from there. It returns which.
func checkRecovery(t *testing.T, image *faultfs.Image, want []string, state crash.State) string {
	t.Helper()
	d := faultfs.NewDisk(faultfs.Config{Image: image, Unjournaled: true})
	seen, err := OpenReadOnly(Options{FS: d, Dir: testDir})
	if err != nil {
		t.Errorf("%s: read only: %v", state, err)
		return ""
	}
	got := show(t, seen)
	if !slices.Contains(want, got) {
		t.Errorf("%s: recovered %q, want one of %q", state, got, want)
	}
	for range 2 {
		if again, err := recovered(d); again != got || err != nil {
			t.Errorf("%s: opened %q, %v, and %q to be read only", state, again, err, got)
		}
	}
	l := run(t, Options{}, d, []step{{"add", func(l *life) error {
		_, err := l.ApplyChunk(ctx, puts(l.LastApplied().Index+1, 40, "added"))
		return err
	}, true, true}, kill})
	if l.failed != nil || l.outcomes[2].shows != l.outcomes[1].shows || l.outcomes[1].shows == got {
		t.Errorf("%s: %v, with an entry more it shows %v", state, l.failed, l.outcomes)
	}
	return got
}

// checkAgain has the power fail during and after a recovery that showed got: before it
// returned there may be any of some versions, and then got alone.
func checkAgain(t *testing.T, profile crash.Profile, image *faultfs.Image, want []string, got string) {
	t.Helper()
	l := run(t, Options{}, faultfs.NewDisk(faultfs.Config{Image: image, NoStacks: true}), []step{reopen})
	must(t, l.failed)
	checkJournal(t, profile, l.disk.Journal(), func(time int) []string {
		if time >= l.outcomes[0].returned {
			return []string{got}
		}
		return want
	})
}

// checkJournal wants crashes of a journal to leave what is wanted at their time.
func checkJournal(t *testing.T, profile crash.Profile, j *journal.Journal, want func(time int) []string) {
	t.Helper()
	space, keys := crash.NewSpace(j, profile), map[string]bool{}
	for c := range space.Walk(crash.Plan{Max: [...]int{16, 16, 16, 16, 4}}) {
		want := want(c.Point())
		key := fmt.Sprint(c.Key(), want)
		if want == nil || keys[key] {
			continue
		}
		keys[key] = true
		image, err := space.Image(c.State())
		must(t, err)
		m, err := OpenReadOnly(Options{FS: faultfs.NewDisk(faultfs.Config{Image: image, Unjournaled: true}), Dir: testDir})
		if err != nil {
			t.Errorf("%s: %v", c.State(), err)
			return
		}
		if got := show(t, m); !slices.Contains(want, got) {
			t.Errorf("%s: recovered %q, want one of %q", c.State(), got, want)
			return
		}
	}
}
