package faultfs

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/afero"
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
type litmus struct {
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
	for _, l := range litmuses {
		t.Run(strings.ReplaceAll(l.name, " ", "-"), func(t *testing.T) {
			seen := ""
			for _, group := range l.want {
				want := expandAll(group.states)
				for _, initial := range group.profiles {
					profile := profileInitials[initial]
					got := outcomesOf(t, l.run(t, profile).Space(profile), Everything(20))
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
	images := map[Digest]bool{}
	for c := range s.States(plan) {
		state := c.State()
		if state.Point != last || state.Fill != FillZero {
			continue
		}
		img := s.Image(state)
		if !images[img.Hash()] {
			images[img.Hash()] = true
			set[render(img)] = true
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

// render writes an image in the words of the table.
func render(img *Image) string {
	var words []string
	first := map[Ino]string{}
	img.tree.walk(func(p string, ino Ino, n *node) {
		name := strings.TrimPrefix(p, "/")
		switch {
		case ino == RootIno:
		case n.isDir:
			words = append(words, name+"/")
		case first[ino] != "":
			words = append(words, name+"~"+first[ino])
		default:
			first[ino] = name
			if n.target != "" {
				words = append(words, name+"->"+n.target)
				return
			}
			data := make([]byte, n.size)
			n.readAt(data, 0)
			words = append(words, name+"="+contents(data))
		}
	})
	return phrase(words)
}

func contents(data []byte) string {
	if len(data) == 0 {
		return "0"
	}
	return Runs(data)
}

func phrase(words []string) string {
	if len(words) == 0 {
		return "-"
	}
	slices.Sort(words)
	return strings.Join(words, " ")
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
			word = name + "=" + contents(parseRuns(runs))
		}
		if word != "-" {
			words = append(words, word)
		}
	}
	return phrase(words)
}

func parseRuns(text string) []byte {
	var data []byte
	for text != "" && text != "0" {
		text = strings.TrimPrefix(text, "+")
		digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
		n, err := strconv.Atoi(text[:digits])
		if err != nil || digits == len(text) {
			panic(fmt.Sprintf("bad runs %q", text))
		}
		b := text[digits]
		if b == 'z' {
			b = 0
		}
		for range n {
			data = append(data, b)
		}
		text = text[digits+1:]
	}
	return data
}

// run makes the base durable, runs the program, and returns its journal. A step
// failsync comes before those that do not fail.
func (l litmus) run(t testing.TB, profile Profile) *Journal {
	t.Helper()
	d := NewDisk(Config{})
	for _, word := range strings.Fields(l.base) {
		name, runs, isFile := strings.Cut(word, "=")
		link, target, isLink := strings.Cut(word, "->")
		switch {
		case isLink:
			must(t, d.SymlinkIfPossible(target, link))
		case isFile:
			must(t, afero.WriteFile(d, name, parseRuns(runs), 0o644))
		default:
			must(t, d.MkdirAll(name, 0o755))
		}
	}
	c := Config{Image: d.Image(), SyncFailure: profile.SyncFailure}
	if n := strings.Count(l.program, "failsync"); n > 0 {
		c.Faults = []Fault{{Kind: FaultSync, Path: "*", Times: n}}
	}
	d = NewDisk(c)
	for step := range strings.SplitSeq(l.program, "; ") {
		runStep(t, d, strings.Fields(step))
	}
	return d.Journal()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// runStep runs for instance "append f 100 A", "write f 512 100 B" or "fsync f".
func runStep(t testing.TB, d *Disk, words []string) {
	t.Helper()
	name := words[1]
	switch words[0] {
	case "rename":
		must(t, d.Rename(name, words[2]))
		return
	case "link":
		must(t, d.Link(name, words[2]))
		return
	case "replace":
		must(t, numbered(d).rename(name, words[2], RenameOver))
		return
	case "exchange":
		must(t, numbered(d).rename(name, words[2], RenameExchange))
		return
	case "symlink":
		must(t, d.SymlinkIfPossible(words[2], name))
		return
	case "unlink":
		must(t, d.Remove(name))
		return
	case "mkdir":
		must(t, d.Mkdir(name, 0o755))
		return
	}
	flag := map[string]int{
		"create": os.O_RDWR | os.O_CREATE | os.O_EXCL, "append": os.O_RDWR | os.O_APPEND, "dirsync": os.O_RDONLY,
		"osync": os.O_RDWR | os.O_SYNC, "odsync": os.O_RDWR | syscall.O_DSYNC,
	}
	mode, ok := flag[words[0]]
	if !ok {
		mode = os.O_RDWR
	}
	f, err := d.OpenFile(name, mode, 0o644)
	must(t, err)
	defer func() { must(t, f.Close()) }()
	runFileStep(t, f.(*File), words)
}

func runFileStep(t testing.TB, f *File, words []string) {
	t.Helper()
	switch words[0] {
	case "create":
	case "append":
		_, err := f.Write(parseRuns(words[2] + words[3]))
		must(t, err)
	case "write", "osync", "odsync":
		off, err := strconv.ParseInt(words[2], 10, 64)
		must(t, err)
		_, err = f.WriteAt(parseRuns(words[3]+words[4]), off)
		must(t, err)
	case "truncate":
		size, err := strconv.ParseInt(words[2], 10, 64)
		must(t, err)
		must(t, f.Truncate(size))
	case "fsync", "dirsync":
		must(t, f.Sync())
	case "failsync":
		if err := f.Sync(); !errors.Is(err, ErrInjected) || !errors.Is(err, syscall.EIO) {
			t.Fatalf("%q: got %v, want EIO", words, err)
		}
	case "fdatasync":
		must(t, f.SyncData())
	case "range":
		must(t, f.SyncRange(0, 1<<20))
	default:
		t.Fatalf("unknown step %q", words)
	}
}
