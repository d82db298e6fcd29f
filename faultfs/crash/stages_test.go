package crash

import (
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/internal/digest"
)

// stageTest is what one stage leaves of a crash at the end of a program, by hand: an
// outcome is an image, with the fill before it if that is not zeros.
type stageTest struct {
	name    string
	stage   Stage
	profile string
	plan    Plan
	base    string
	program string
	want    []string
}

// few leaves nothing to the stages that try every combination.
var few = Plan{AllMax: 1, FewMax: 1}

var stageTests = []stageTest{
	{
		name: "sets of one, lost and kept", stage: StageFew, profile: "ext4-ordered", plan: few,
		base: "f=2048A", program: "write f 0 2048 B",
		want: []string{
			"f=512A1536B", "f=512B512A1024B", "f=1024B512A512B", "f=1536B512A",
			"f=512B1536A", "f=512A512B1024A", "f=1024A512B512A", "f=1536A512B",
		},
	},
	{
		name: "all, thirds and blocks missing, what came after lost or kept", stage: StagePartial, profile: "ext4-ordered",
		base: "f=16384A", program: "write f 0 16384 B; create g",
		want: []string{
			"f=16384A[| g=0]",
			"f=5120A11264B[| g=0]", "f=5120B6144A5120B[| g=0]", "f=11264B5120A[| g=0]",
			"f=4096B12288A[| g=0]", "f=4096B4096A8192B[| g=0]",
			"f=8192B8192A[| g=0]", "f=8192B4096A4096B[| g=0]",
			"f=12288B4096A[| g=0]",
		},
	},
	{
		name: "the end without the beginning", stage: StagePartial, profile: "strict-posix,fill=zero",
		base: "f=0", program: "append f 1536 A; create g",
		want: []string{
			"f=1536z[| g=0]", "f=512z1024A[| g=0]", "f=512A512z512A[| g=0]", "f=1024A512z[| g=0]",
			"f=1024z512A[| g=0]",
		},
	},
	{
		name: "stale bytes of the same place", stage: StagePartial, profile: "strict-posix",
		base: "f=0", program: "append f 512 Q; truncate f 0; fsync f; append f 512 A",
		want: []string{"f=512A", "f=512z", "garbage:noise", "stale:f=512Q"},
	},
	{
		name: "stale bytes that the journal begins with", stage: StagePartial, profile: "strict-posix",
		base: "f=512Q", program: "truncate f 0; append f 512 A",
		// The first of these lose the bytes that the truncation cut, too.
		want: []string{"f=0", "f=512Q", "garbage:f=512Q", "f=512A", "f=512z", "garbage:noise", "stale:f=512Q"},
	},
	{
		name: "unreadable, one sector", stage: StagePartial, profile: "ext4-ordered,unreadable=yes",
		base: "f=4096A", program: "write f 512 1024 B; create g",
		want: []string{
			"f=4096A[| g=0]", "f=512A512B3072A[| g=0]", "f=1024A512B2560A[| g=0]",
			"f=512A512z512B2560A!1[| g=0]", "f=512A512B512z2560A!2[| g=0]",
		},
	},
	{
		name: "a physical sector of 4 KiB", stage: StagePartial, profile: "ext4-ordered,physical-sector=4096,unreadable=yes",
		base: "f=5120A", program: "write f 512 512 B",
		want: []string{"f=5120A", "noise", "f=4096z1024A!0,1,2,3,4,5,6,7"},
	},
	{
		name: "unreadable before, until it is written over", stage: StagePrefix, profile: "ext4-ordered",
		base: "f=1024A512z2560A!2", program: "write f 0 4096 z",
		want: []string{
			"f=1024A512z2560A!2", "f=512z512A512z2560A!2", "f=1024z512z2560A!2",
			"f=1536z2560A", "f=2048z2048A", "f=2560z1536A", "f=3072z1024A", "f=3584z512A", "f=4096z",
		},
	},
	{
		name: "unreadable before, and not written over", stage: StageOmit, profile: "ext4-ordered",
		base: "f=1024A512z2560A!2", program: "write f 0 4096 z",
		want: []string{
			"f=512A3584z", "f=512z512A3072z", "f=4096z!2", "f=1536z512A2048z", "f=2048z512A1536z",
			"f=2560z512A1024z", "f=3072z512A512z", "f=3584z512A", "f=1024A512z2560A!2",
		},
	},
	{
		name: "tears within what changed", stage: StagePartial, profile: "ext4-ordered,tear-bytes=yes",
		base: "f=512A", program: "write f 100 40 B",
		want: []string{
			"f=512A",
			"f=100A1B411A", "f=100A4B408A", "f=100A20B392A", "f=100A36B376A", "f=100A39B373A",
			"f=101A39B372A", "f=104A36B372A", "f=120A20B372A", "f=136A4B372A", "f=139A1B372A",
		},
	},
	{
		name: "tears of the first and the last sector that changed", stage: StagePartial, profile: "btrfs,tear-unit=512,tear-bytes=yes",
		base: "f=612B2A1022B2A922B", program: "write f 0 2560 B",
		want: []string{
			"f=612B2A1022B2A922B", "f=2560B",
			"f=612B1A1947B", "f=613B1A1946B", "f=1636B1A923B", "f=1637B1A922B",
		},
	},
}

func TestStages(t *testing.T) {
	for _, s := range stageTests {
		t.Run(strings.ReplaceAll(s.name, " ", "-"), func(t *testing.T) {
			profile, err := ParseProfile(s.profile)
			noError(t, err)
			space := NewSpace(litmusTest{base: s.base, program: s.program}.run(t, profile), profile)
			compareSets(t, s.stage.String(), s.outcomes(t, space), expandAll(s.want))
		})
	}
}

// outcomes returns what the stage leaves of a crash at the end, sorted, and checks that
// states with equal keys leave equal images.
func (s stageTest) outcomes(t *testing.T, space *Space) []string {
	t.Helper()
	set, images := map[string]bool{}, map[digest.Digest]digest.Digest{}
	for c := range space.Walk(s.plan) {
		state := c.State()
		hash := space.build(state).Hash()
		if seen, ok := images[c.Key()]; ok && seen != hash {
			t.Errorf("%v: equal keys, other image", state)
		}
		images[c.Key()] = hash
		if c.Stage() != s.stage || state.Point != len(space.journal.Events) {
			continue
		}
		text := litmus.Image(space.build(state))
		if len(text) > 100 {
			text = "noise"
		}
		if state.Fill != FillZero {
			text = state.Fill.String() + ":" + text
		}
		set[text] = true
	}
	return sortedKeys(set)
}

// TestSamplesDiffer: samples lose effects one by one and events together, with and
// without what needs them, and fill what they lose.
func TestSamplesDiffer(t *testing.T) {
	plan := few
	plan.Max[StageSample] = 64
	journal := litmusTest{base: "f=0", program: "append f 1024 A; append f 1024 B; append f 1024 C; append f 1024 D"}.run(t, StrictPosix())
	space := NewSpace(journal, StrictPosix())
	states, fills := map[string]bool{}, map[Fill]int{}
	for c := range space.Walk(plan) {
		if c.Stage() == StageSample {
			states[c.State().String()] = true
			fills[c.State().Fill]++
		}
	}
	if len(states) < 32 {
		t.Errorf("64 samples are %d states, want 32 at least", len(states))
	}
	for fill := FillZero; fill <= FillStale; fill++ {
		if fills[fill] == 0 {
			t.Errorf("64 samples: none has the fill %s", fill)
		}
	}
}

// TestAllPointsVisited: a plan without a bound on points visits each, in every stage
// that has a state there, however many there are.
func TestAllPointsVisited(t *testing.T) {
	steps := slices.Repeat([]string{"write f 0 512 A", "write f 512 512 B", "fsync f"}, 50)
	journal := litmusTest{base: "f=1024Z", program: strings.Join(steps, "; ")}.run(t, Ext4Ordered())
	space := NewSpace(journal, Ext4Ordered())
	visited := map[Stage]map[int]bool{}
	for c := range space.Walk(Plan{}) {
		if visited[c.Stage()] == nil {
			visited[c.Stage()] = map[int]bool{}
		}
		visited[c.Stage()][c.Point()] = true
	}
	points := len(space.Points())
	if points != 51 { // before each fsync, and the end
		t.Fatalf("got %d points, want 51", points)
	}
	// Nothing is pending at the end, so only no loss at all can be visited there.
	for stage, want := range map[Stage]int{StagePrefix: points, StagePartial: points - 1, StageOmit: points - 1, StageFew: points} {
		if got := len(visited[stage]); got != want {
			t.Errorf("%s: visited %d of %d points, want %d", stage, got, points, want)
		}
	}
}
