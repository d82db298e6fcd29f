package crash

import (
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/internal/digest"
)

// knobLitmus is a program whose outcomes a knob changes. Its values are listed
// from the weakest promise to the strongest.
type knobLitmus struct {
	knob    string
	profile string
	base    string
	program string
	values  []string
	// otherwise says that the values allow different states, not fewer.
	otherwise bool
}

var knobLitmuses = []knobLitmus{
	{
		knob: "tear-unit", profile: "strict-posix", values: []string{"512", "4096"},
		base: "f=4096A", program: "write f 0 1024 B",
	},
	{
		knob: "tear-bytes", profile: "ext4-ordered", values: []string{"yes", "no"},
		base: "f=512A", program: "write f 0 512 B",
	},
	{
		knob: "no-powersafe-overwrite", profile: "ext4-ordered,tear-bytes=yes", values: []string{"yes", "no"},
		base: "f=512A", program: "write f 0 100 B", otherwise: true,
	},
	{
		knob: "physical-sector", profile: "ext4-ordered", values: []string{"4096", "512"},
		base: "f=4096A", program: "write f 0 512 B",
	},
	{
		knob: "unreadable", profile: "ext4-ordered", values: []string{"yes", "no"},
		base: "f=4096A", program: "write f 0 512 B",
	},
	{
		knob: "overwrite-ordered", profile: "ext4-ordered", values: []string{"no", "yes"},
		base: "f=512A", program: "write f 0 512 B; create g",
	},
	{
		knob: "append-ordered", profile: "ext4-ordered", values: []string{"no", "yes"},
		base: "f=0", program: "append f 512 A; create g",
	},
	{
		knob: "size-before-data", profile: "ext4-ordered", values: []string{"anywhere", "new-blocks", "tail-block", "never"},
		base: "f=0", program: "append f 1024 A; append f 512 B",
	},
	{
		knob: "fill", profile: "strict-posix", values: []string{"any", "zero"},
		base: "f=0", program: "append f 512 A",
	},
	{
		knob: "split-rename", profile: "strict-posix", values: []string{"yes", "no"},
		base: "f=512A", program: "rename f g",
	},
	{
		knob: "names-ordered", profile: "btrfs", values: []string{"no", "removals-last", "yes"},
		base: "m=0", program: "create a; unlink m; create b",
	},
	{
		knob: "truncate-ordered", profile: "btrfs,names-ordered=yes", values: []string{"no", "yes"},
		base: "f=1024A", program: "truncate f 512; create g",
	},
	{
		knob: "truncated-tail", profile: "ext4-ordered", values: []string{"unordered", "before-size", "with-size"},
		base: "f=2048A", program: "truncate f 512; write f 1024 512 B",
	},
	{
		knob: "rename-flushes", profile: "ext4-ordered", values: []string{"no", "size", "yes"},
		base: "f=512A", program: "create t; append t 512 B; rename t f",
	},
	{
		knob: "sync-new-name", profile: "strict-posix", values: []string{"no", "yes"},
		program: "create f; append f 512 A; fsync f",
	},
	{
		knob: "sync-older", profile: "btrfs", values: []string{"none", "dependent", "all"},
		base: "f=512A", program: "rename f g; create a; fsync g",
	},
	{
		knob: "sync-failure", profile: "strict-posix", values: []string{"unknown", "keep-clean", "revert", "lose-clean"},
		base: "f=0", program: "append f 512 A; failsync f; fsync f",
		otherwise: true, // what is reverted, the others lack
	},
	{
		knob: "flushes-lie", profile: "strict-posix", values: []string{"yes", "no"},
		base: "f=512A", program: "write f 0 512 B; fsync f",
	},
}

// TestKnobs: each setting of a profile changes what its litmusTest test can leave,
// and a stronger promise never adds a state.
func TestKnobs(t *testing.T) {
	for _, k := range knobs {
		if onlySays(k) {
			continue
		}
		i := slices.IndexFunc(knobLitmuses, func(l knobLitmus) bool { return l.knob == k.name })
		if i < 0 {
			t.Errorf("knob %s has no litmusTest test", k.name)
			continue
		}
		t.Run(k.name, func(t *testing.T) { knobLitmuses[i].check(t, k) })
	}
}

func (l knobLitmus) check(t *testing.T, k knob) {
	if got := slices.Sorted(slices.Values(l.values)); !slices.Equal(got, slices.Sorted(slices.Values(k.values))) {
		t.Fatalf("got the values %q, want all of %q", got, k.values)
	}
	var weaker map[digest.Digest]string
	for i, value := range l.values {
		profile, err := ParseProfile(l.profile + "," + k.name + "=" + value)
		noError(t, err)
		journal := litmusTest{base: l.base, program: l.program}.run(t, profile)
		images := allImages(t, NewSpace(journal, profile))
		if i > 0 {
			for hash, state := range images {
				if _, ok := weaker[hash]; !ok && !l.otherwise {
					t.Errorf("%s=%s allows %s, %s does not", k.name, value, state, l.values[i-1])
				}
			}
			if len(images) >= len(weaker) && !l.otherwise || sameKeys(images, weaker) {
				t.Errorf("%s=%s leaves %d states, %s leaves %d", k.name, value, len(images), l.values[i-1], len(weaker))
			}
		}
		weaker = images
	}
}

func sameKeys(a, b map[digest.Digest]string) bool {
	for k := range a {
		if _, ok := b[k]; !ok {
			return false
		}
	}
	return len(a) == len(b)
}

// allImages returns every image that a crash at the journal's end leaves, by
// hash, with the state that led there.
func allImages(t testing.TB, s *Space) map[digest.Digest]string {
	t.Helper()
	plan := everything(20)
	last := s.points[len(s.points)-1]
	if int(last.pending) > plan.AllMax {
		t.Fatalf("%d effects are pending, too many to try all", last.pending)
	}
	out := map[digest.Digest]string{}
	for c := range s.Walk(plan) {
		if c.Point() != int(last.time) {
			continue
		}
		state := c.State()
		if img := s.build(state); out[img.Hash()] == "" {
			out[img.Hash()] = state.String() + ": " + shorten(litmus.Image(img))
		}
	}
	return out
}

func shorten(text string) string {
	if len(text) > 100 {
		return text[:100] + "..."
	}
	return text
}

// TestPowersafeOverwrite: only without it does a torn sector lose bytes that the
// write did not touch.
func TestPowersafeOverwrite(t *testing.T) {
	journal := litmusTest{base: "f=512A", program: "write f 100 100 B"}.run(t, StrictPosix())
	for text, want := range map[string]bool{
		"ext4-ordered,tear-bytes=yes":                            false,
		"ext4-ordered,tear-bytes=yes,no-powersafe-overwrite=yes": true,
	} {
		profile, err := ParseProfile(text)
		noError(t, err)
		space, lost := NewSpace(journal, profile), false
		for c := range space.Walk(everything(20)) {
			data, err := space.build(c.State()).ReadFile("f")
			noError(t, err)
			untouched := string(data[:100]) + string(data[200:])
			lost = lost || untouched != strings.Repeat("A", 412)
		}
		if lost != want {
			t.Errorf("%s: untouched bytes lost: %v, want %v", text, lost, want)
		}
	}
}

// TestFill: what bytes show that were never written under a size that was kept: those
// of other files only without delayed allocation.
func TestFill(t *testing.T) {
	journal := litmusTest{base: "f=0 g=512Q", program: "unlink g; append f 512 A"}.run(t, StrictPosix())
	anything := map[Fill]string{FillZero: "0 512A 512z", FillGarbage: "garbage", FillStale: "512Q"}
	for text, want := range map[string]map[Fill]string{
		"strict-posix":   anything,
		"ext4-writeback": {FillZero: "0 512A 512z"},
		"ext4-writeback,size-before-data=anywhere,fill=any": anything,
		"ext4-ordered": {FillZero: "0 512A 512z"},
		"xfs":          {FillZero: "0 512A"},
		"btrfs":        {FillZero: "0 512A"},
	} {
		profile, err := ParseProfile(text)
		noError(t, err)
		seen := fillsOf(t, NewSpace(journal, profile))
		for f := FillZero; f <= FillStale; f++ {
			if got := strings.Join(sortedKeys(seen[f]), " "); got != want[f] {
				t.Errorf("%s, fill %s: got %q, want %q", text, f, got, want[f])
			}
		}
	}
}

// fillsOf returns what the states of each fill show in file f.
func fillsOf(t *testing.T, space *Space) map[Fill]map[string]bool {
	t.Helper()
	seen := map[Fill]map[string]bool{}
	for c := range space.Walk(everything(20)) {
		state := c.State()
		if seen[state.Fill] == nil {
			seen[state.Fill] = map[string]bool{}
		}
		data, err := space.build(state).ReadFile("f")
		noError(t, err)
		word := litmus.Runs(data)
		if len(word) > 20 {
			word = "garbage"
		}
		seen[state.Fill][word] = true
	}
	return seen
}

// TestFailedSyncHasNoForce: whatever the profile, a sync that failed
// forces nothing: a crash may leave what it could leave before.
func TestFailedSyncHasNoForce(t *testing.T) {
	for _, profile := range Profiles() {
		program := litmusTest{base: "f=512A", program: "write f 0 512 B; failsync f"}
		got := outcomesOf(t, NewSpace(program.run(t, profile), profile), everything(20))
		compareSets(t, profile.Name, got, []string{"f=512A", "f=512B"})
	}
}
