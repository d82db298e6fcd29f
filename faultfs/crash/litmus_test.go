package crash

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/internal/digest"
)

// A litmus test is a program of a few steps, from a durable base, and every
// outcome that each profile lets a crash at its end leave, written by hand from
// the sources that [Profile] names. Bytes that were never written show as zeros
// here; TestFill is about the others.
//
// Outcomes are names with contents: "f=512A512z d/ d/x=0 g~f" is a file of 512
// letters A and as many zeros, a directory with an empty file in it, and a
// further name of the first. "-" is nothing. "[x|y]" is either, "[x|y]*2" two
// such choices in a row, "*0-3" none to three; "+" parts runs.
type litmusTest struct {
	name    string
	base    string
	program string
	want    []outcomes
}

// outcomes are those of the profiles with the given initials: Strict-posix,
// ext4-Ordered, ext4-Writeback, Xfs, Btrfs.
type outcomes struct {
	profiles string
	states   []string
}

func states(profiles string, states ...string) outcomes { return outcomes{profiles, states} }

var profileInitials = map[rune]Profile{
	'S': StrictPosix(), 'O': Ext4Ordered(), 'W': Ext4Writeback(), 'X': XFS(), 'B': Btrfs(),
}

func TestLitmus(t *testing.T) {
	for _, l := range slices.Concat(litmuses, syncLitmuses, faultLitmuses) {
		t.Run(strings.ReplaceAll(l.name, " ", "-"), func(t *testing.T) {
			seen := ""
			for _, group := range l.want {
				want := expandAll(group.states)
				for _, initial := range group.profiles {
					profile := profileInitials[initial]
					got := outcomesOf(t, NewSpace(l.run(t, profile), profile), everything(20))
					compareSets(t, profile.Name, got, want)
				}
				seen += group.profiles
			}
			if len(seen) != len(profileInitials) {
				t.Errorf("profiles %s: want each of %d once", seen, len(profileInitials))
			}
		})
	}
}

func compareSets(t *testing.T, label string, got, want []string) {
	t.Helper()
	for _, state := range got {
		if !slices.Contains(want, state) {
			t.Errorf("%s: reaches %s, which its rules forbid", label, state)
		}
	}
	for _, state := range want {
		if !slices.Contains(got, state) {
			t.Errorf("%s: never reaches %s, which its rules allow", label, state)
		}
	}
}

// outcomesOf returns what crashes at the journal's end leave, sorted.
func outcomesOf(t *testing.T, s *Space, plan Plan) []string {
	t.Helper()
	last := s.Points()[len(s.points)-1]
	set := map[string]bool{}
	images := map[digest.Digest]bool{}
	for c := range s.Walk(plan) {
		state := c.State()
		if state.Point != last || state.Fill != FillZero {
			continue
		}
		img := s.build(state)
		if !images[img.Hash()] {
			images[img.Hash()] = true
			set[litmus.Image(img)] = true
		}
	}
	if p, _ := s.pointAt(last); int(p.pending) > plan.AllMax {
		t.Fatalf("%d effects are pending, too many to try all", p.pending)
	}
	return sortedKeys(set)
}

func sortedKeys(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for s := range set {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// expandAll returns every outcome that the table's notation stands for.
func expandAll(patterns []string) []string {
	set := map[string]bool{}
	for _, p := range patterns {
		for _, text := range expand(p) {
			set[normal(text)] = true
		}
	}
	return sortedKeys(set)
}

// expand replaces the last choice first, until none is left.
func expand(text string) []string {
	open := strings.LastIndexByte(text, '[')
	if open < 0 {
		return []string{text}
	}
	inner, rest, _ := strings.Cut(text[open+1:], "]")
	low, high := 1, 1
	if count, ok := strings.CutPrefix(rest, "*"); ok {
		digits := len(count) - len(strings.TrimLeft(count, "0123456789-"))
		from, to, isRange := strings.Cut(count[:digits], "-")
		low, _ = strconv.Atoi(from)
		high = low
		if isRange {
			high, _ = strconv.Atoi(to)
		}
		rest = count[digits:]
	}
	var out []string
	for n := low; n <= high; n++ {
		heads := []string{""}
		for range n {
			var longer []string
			for _, head := range heads {
				for choice := range strings.SplitSeq(inner, "|") {
					longer = append(longer, head+choice)
				}
			}
			heads = longer
		}
		for _, head := range heads {
			out = append(out, expand(text[:open]+head+rest)...)
		}
	}
	return out
}

// normal brings runs of bytes and the order of names into the form of render.
func normal(text string) string {
	var words []string
	for _, word := range strings.Fields(text) {
		if name, runs, ok := strings.Cut(word, "="); ok {
			runs, sectors, bad := strings.Cut(runs, "!")
			word = name + "=" + litmus.Runs(bytesOf(runs))
			if bad {
				word += "!" + sectors
			}
		}
		if word != "-" {
			words = append(words, word)
		}
	}
	return litmus.Phrase(words)
}

// run makes the base durable, runs the program, and returns its journal. A step
// failsync comes before those that do not fail.
func (l litmusTest) run(t testing.TB, profile Profile) *journal.Journal {
	t.Helper()
	base, err := litmus.ParseImage(l.base)
	noError(t, err)
	c := faultfs.Config{Image: base, SyncFailure: profile.SyncFailure, SyncReport: profile.SyncReport, Disks: profile.DiskDirs()}
	if n := strings.Count(l.program, "failsync"); n > 0 {
		c.Faults = []fault.Fault{{Call: fault.Fsync, Nth: 1, Times: n}}
	}
	d := faultfs.NewDisk(c)
	for text := range strings.SplitSeq(l.program, "; ") {
		noError(t, litmus.Step(d, text))
	}
	return d.Journal()
}

// bytesOf returns the bytes that runs stand for.
func bytesOf(runs string) []byte {
	data, err := litmus.ParseRuns(runs)
	if err != nil {
		panic(err)
	}
	return data
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestLitmusHoldsKnobs: no knob of a profile can have another value without a row that
// notices.
func TestLitmusHoldsKnobs(t *testing.T) {
	for initial, profile := range profileInitials {
		for _, k := range knobs {
			implied := k.name == "sync-new-name" && profile.SyncOlder == OlderDependent
			if implied || onlyDamages(k) || onlySays(k) {
				continue
			}
			for v := range k.values {
				other := profile
				if k.set(&other, v); other != profile && !noticed(t, initial, other) {
					t.Errorf("%s: no row notices %s=%s", profile.Name, k.name, k.values[v])
				}
			}
		}
	}
}

// noticed reports whether some row is wrong of the profile, which is another one than
// the row means.
func noticed(t *testing.T, initial rune, profile Profile) bool {
	t.Helper()
	for _, l := range litmuses {
		for _, group := range l.want {
			if !strings.ContainsRune(group.profiles, initial) {
				continue
			}
			got := outcomesOf(t, NewSpace(l.run(t, profile), profile), everything(20))
			if !slices.Equal(got, expandAll(group.states)) {
				return true
			}
		}
	}
	return false
}
