package crash

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/spf13/afero"
	"pgregory.net/rapid"
)

// smallPlan visits some of each stage.
func smallPlan() Plan {
	return Plan{Max: [stageCount]int{20, 20, 20, 20, 8}, AllMax: 4}
}

// drawSmall is a journal that Everything can try.
func drawSmall(t *rapid.T) *journal.Journal {
	d := faultfs.NewDisk(faultfs.Config{})
	fewChanges(t, d, 3)
	d = faultfs.NewDisk(faultfs.Config{Image: d.Image()})
	fewChanges(t, d, rapid.IntRange(1, 5).Draw(t, "steps"))
	return d.Journal()
}

// wholeImages returns what crashes at any point leave with nothing filled in, or
// skips.
func wholeImages(t *rapid.T, s *Space) map[digest.Digest]string {
	const pendingMax = 12
	for _, p := range s.points {
		if p.pending > pendingMax {
			t.Skip("too many to try all")
		}
	}
	out := map[digest.Digest]string{}
	for c := range s.Walk(everything(pendingMax)) {
		if state := c.State(); state.Fill == FillZero {
			out[s.build(state).Hash()] = state.String()
		}
	}
	return out
}

// TestWeakerProfilesAllowMore: what a profile allows, each that promises less
// allows too.
func TestWeakerProfilesAllowMore(t *testing.T) {
	chains := [][]Profile{
		{StrictPosix(), Ext4Writeback(), Ext4Ordered()},
		{StrictPosix(), XFS()},
		{StrictPosix(), Btrfs()},
	}
	rapid.Check(t, func(t *rapid.T) {
		journal := drawSmall(t)
		for _, chain := range chains {
			for i := range chain[1:] {
				checkWeaker(t, journal, chain[i], chain[i+1])
			}
		}
	})
}

// TestStrongerKnobsAllowLess: on any program and profile, a knob that promises
// more adds no state.
func TestStrongerKnobsAllowLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		journal, profile := drawSmall(t), drawKnobs(t)
		for _, l := range knobLitmuses {
			i := slices.IndexFunc(knobs, func(k knob) bool { return k.name == l.knob })
			for v := range l.values[1:] {
				weak, strong := profile, profile
				knobs[i].set(&weak, slices.Index(knobs[i].values, l.values[v]))
				knobs[i].set(&strong, slices.Index(knobs[i].values, l.values[v+1]))
				checkWeaker(t, journal, weak, strong)
			}
		}
	})
}

func checkWeaker(t *rapid.T, j *journal.Journal, weak, strong Profile) {
	allowed := wholeImages(t, NewSpace(j, weak))
	space := NewSpace(j, strong)
	for hash, state := range wholeImages(t, space) {
		if _, ok := allowed[hash]; !ok {
			parsed, _ := ParseState(state)
			t.Fatalf("%s\n%s allows %s, %s does not: %s", trace(j, strong),
				strong, litmus.Image(space.build(parsed)), weak, state)
		}
	}
}

// TestSyncedSurvives: a file that was synced, with the directories above it, and
// left alone since is there in every state.
func TestSyncedSurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := faultfs.NewDisk(faultfs.Config{})
		scribble(t, d, rapid.IntRange(0, 5).Draw(t, "before"))
		content := bytes.Repeat([]byte("kept"), rapid.IntRange(1, 3000).Draw(t, "words"))
		_ = d.Mkdir("safe", 0o755)
		f, err := d.Create("safe/file")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = f.Write(content)
		_ = f.Sync()
		syncDir(d, "safe")
		syncDir(d, "/")
		since := d.Invoke(1)
		scribble(t, d, rapid.IntRange(0, 8).Draw(t, "after"))
		space := NewSpace(d.Journal(), drawProfile(t))
		for c := range space.Walk(smallPlan()) {
			if c.Point() < since {
				continue
			}
			got, err := space.build(c.State()).ReadFile("safe/file")
			if err != nil || !bytes.Equal(got, content) {
				t.Fatalf("%s: %v: %d bytes, want %d", trace(space.journal, space.profile), c.State(), len(got), len(content))
			}
		}
	})
}

// TestNothingPending: once all is synced, a crash leaves one image.
func TestNothingPending(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := faultfs.NewDisk(faultfs.Config{})
		scribble(t, d, rapid.IntRange(0, 8).Draw(t, "steps"))
		// Unlinked names and their directories first, then all that is there.
		for _, f := range d.Image().Files() {
			syncDir(d, f.Path)
		}
		syncDir(d, "/")
		end := d.Invoke(1) + 1
		for _, profile := range Profiles() {
			space := NewSpace(d.Journal(), profile)
			for c := range space.Walk(smallPlan()) {
				if c.Point() < end {
					continue
				}
				if img := space.build(c.State()); img.Hash() != d.Image().Hash() {
					t.Fatalf("%s: %v leaves\n%v, the disk holds\n%v", profile, c.State(), img, d.Image())
				}
			}
		}
	})
}

// TestNoBytesFromNowhere: without a fill, a file holds at each place zero or what
// some write put at that place.
func TestNoBytesFromNowhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := faultfs.NewDisk(faultfs.Config{})
		scribble(t, d, rapid.IntRange(1, 8).Draw(t, "steps"))
		journal := d.Journal()
		written := map[int64]map[byte]bool{}
		for _, e := range journal.Events {
			for i, b := range e.Data {
				at := e.Off + int64(i)
				if written[at] == nil {
					written[at] = map[byte]bool{0: true}
				}
				written[at][b] = true
			}
		}
		space := NewSpace(journal, drawProfile(t))
		for c := range space.Walk(Plan{Max: [stageCount]int{5, 30, 5, 5, 5}, AllMax: 3}) {
			state := c.State()
			if state.Fill != FillZero {
				continue
			}
			img := space.build(state)
			for _, f := range img.Files() {
				data, _ := img.ReadFile(f.Path)
				for at, b := range data {
					if b != 0 && !written[int64(at)][b] {
						t.Fatalf("%v: %s has %d at %d, which nobody wrote", state, f.Path, b, at)
					}
				}
			}
		}
	})
}

// TestWalkIsDeterministic: the same journal, plan and seed give the same walk; a
// walk that is broken off has the same beginning; and states' short names lead
// back to them, in the order of the names.
func TestWalkIsDeterministic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := faultfs.NewDisk(faultfs.Config{})
		scribble(t, d, rapid.IntRange(1, 8).Draw(t, "steps"))
		profile, plan := drawProfile(t), smallPlan()
		plan.Seed = rapid.Uint64().Draw(t, "seed")
		first, second := NewSpace(d.Journal(), profile), NewSpace(d.Journal(), profile)
		var walk, backwards []string
		var refs []Ref
		for c := range first.Walk(plan) {
			walk, refs = append(walk, fmt.Sprint(c.Stage(), c.State(), c.Key())), append(refs, c.Ref())
			if got := second.StateOf(plan, c.Ref()); got.String() != c.State().String() {
				t.Fatalf("%v: its name leads to %v", c.State(), got)
			}
		}
		slices.Reverse(refs)
		for c := range second.Named(plan, refs) {
			backwards = append(backwards, fmt.Sprint(c.Stage(), c.State(), c.Key()))
		}
		slices.Reverse(backwards)
		if !slices.Equal(backwards, walk) {
			t.Fatalf("by their names the states are\n%v, want\n%v", backwards, walk)
		}
		stop, i := rapid.IntRange(0, len(walk)).Draw(t, "stop"), 0
		for c := range second.Walk(plan) {
			if i == stop {
				break
			}
			if got := fmt.Sprint(c.Stage(), c.State(), c.Key()); got != walk[i] {
				t.Fatalf("state %d: got %s, want %s", i, got, walk[i])
			}
			i++
		}
		if i != stop {
			t.Fatalf("the second walk ended after %d states, want %d", i, stop)
		}
	})
}

// TestCoverageCounts: Coverage tells how many choices of each stage a walk looks
// at; it yields those that are states.
func TestCoverageCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := faultfs.NewDisk(faultfs.Config{})
		scribble(t, d, rapid.IntRange(0, 8).Draw(t, "steps"))
		space := NewSpace(d.Journal(), drawProfile(t))
		plan := Plan{FewMax: rapid.IntRange(1, 3).Draw(t, "few"), AllMax: rapid.IntRange(0, 6).Draw(t, "all")}
		for i := range plan.Max {
			plan.Max[i] = rapid.SampledFrom([]int{-1, 1, 7, 32, 33, 100}).Draw(t, "max")
		}
		plan.PointsMax = rapid.SampledFrom([]int{0, 0, 1, 3}).Draw(t, "points")
		yielded := map[Stage]int{}
		for c := range space.Walk(plan) {
			yielded[c.Stage()]++
		}
		for _, c := range space.Coverage(plan) {
			some := c.Stage == StagePartial || c.Stage == StageFew // may choose what is no state
			if got := yielded[c.Stage]; got > c.Planned || got < c.Planned && !some || c.Planned > c.Total {
				t.Errorf("%s: yielded %d, planned %d, total %d", c.Stage, got, c.Planned, c.Total)
			}
		}
	})
}

// TestPrefixEndsFirst: at each point that a plan visits, nothing lost and everything lost
// come before all other states, however few there may be; the last point is among few.
func TestPrefixEndsFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := faultfs.NewDisk(faultfs.Config{})
		scribble(t, d, rapid.IntRange(1, 8).Draw(t, "steps"))
		space := NewSpace(d.Journal(), drawProfile(t))
		plan := Plan{PointsMax: rapid.IntRange(0, 3).Draw(t, "points")}
		plan.Max[StagePrefix] = rapid.IntRange(2, 5).Draw(t, "max")
		lost := map[int][]int{}
		for c := range space.Walk(plan) {
			if c.Stage() == StagePrefix {
				lost[c.Point()] = append(lost[c.Point()], len(space.Lost(c.State())))
			}
		}
		points := space.Points()
		if _, ok := lost[points[len(points)-1]]; !ok || plan.PointsMax > 0 && len(lost) > plan.PointsMax {
			t.Fatalf("visited points %v of %v, want at most %d and the last", lost, points, plan.PointsMax)
		}
		for point, counts := range lost {
			all := len(space.Lost(State{Point: point, Lost: true}))
			if counts[0] != 0 || all > 0 && counts[1] != all {
				t.Errorf("point %d, of %d pending: lost %v, want none and all first", point, all, counts)
			}
		}
	})
}

// TestCoverageByHand counts one small case: a write of three sectors in one
// block, with all that may become of it.
func TestCoverageByHand(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	noError(t, afero.WriteFile(d, "f", make([]byte, 4096), 0o644))
	d = faultfs.NewDisk(faultfs.Config{Image: d.Image()})
	f, err := d.OpenFile("f", 2, 0)
	noError(t, err)
	_, err = f.WriteAt(bytes.Repeat([]byte{1}, 1536), 0)
	noError(t, err)
	space := NewSpace(d.Journal(), Ext4Ordered())
	want := map[Stage]int{
		StagePrefix:  4, // none to three sectors
		StagePartial: 4, // all, and each third, missing
		StageOmit:    4, // each, and the event
		StageFew:     8, // every combination
		StageSample:  0, // nothing is left to sample
	}
	yielded := map[Stage]int{}
	for c := range space.Walk(Plan{}) {
		yielded[c.Stage()]++
	}
	for _, c := range space.Coverage(Plan{}) {
		if c.Planned != want[c.Stage] || c.Total != want[c.Stage] || yielded[c.Stage] != want[c.Stage] {
			t.Errorf("%s: planned %d of %d, visited %d, want %d", c.Stage, c.Planned, c.Total, yielded[c.Stage], want[c.Stage])
		}
	}
}

// TestResume: a disk resumed anywhere in a journal holds what the first one held
// there, and its journal goes on with a kill.
func TestResume(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := faultfs.NewDisk(faultfs.Config{})
		images := map[int]*faultfs.Image{}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			fewChanges(t, d, 1)
			images[len(d.Journal().Events)] = d.Image()
		}
		for events, want := range images {
			next := faultfs.Resume(faultfs.Config{}, d.Journal().Until(events))
			if next.Image().Hash() != want.Hash() {
				t.Fatalf("after %d events: got\n%vwant\n%v", events, next.Image(), want)
			}
			if got := next.Journal().Events; len(got) != events+1 || got[events].Kind != journal.EventKill {
				t.Fatalf("after %d events: the journal does not go on with a kill: %v", events, got)
			}
		}
	})
}

// everything is a plan that visits every state of journals with at most
// pendingMax pending effects, and no other.
func everything(pendingMax int) Plan {
	return Plan{
		Max:    [stageCount]int{-1, 1 << 30, -1, 1 << 30, -1},
		AllMax: pendingMax,
	}
}
