package crash

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/spf13/afero"
	"pgregory.net/rapid"
)

// zeroFilled is a file that was filled with zeros, in writes of 1 MiB, and then had a
// few bytes written to its beginning; nothing was synced but its name.
func zeroFilled(t testing.TB, sizeBytes int64) *journal.Journal {
	t.Helper()
	d := faultfs.NewDisk(faultfs.Config{})
	f, err := d.OpenFile("segment", os.O_CREATE|os.O_RDWR, 0o644)
	noError(t, err)
	syncDir(d, "/")
	const step = 1 << 20
	for off := int64(0); off < sizeBytes; off += step {
		_, err := f.WriteAt(make([]byte, min(step, sizeBytes-off)), off)
		noError(t, err)
	}
	_, err = f.WriteAt([]byte("record"), 0)
	noError(t, err)
	return d.Journal()
}

// TestZeroFilledIsCheap: 64 MiB of zeros are hundreds of effects.
func TestZeroFilledIsCheap(t *testing.T) {
	const mostEffects = 1000
	j := zeroFilled(t, 64<<20)
	for _, p := range Profiles() {
		if n := len(NewSpace(j, p).effects); n > mostEffects {
			t.Errorf("%s: got %d effects, want at most %d", p.Name, n, mostEffects)
		}
	}
}

// TestZeroFilledShowsWhatWasThere: where the profile has it, a size that is durable
// before the zeros under it shows other bytes; records over lost zeros are lost too.
func TestZeroFilledShowsWhatWasThere(t *testing.T) {
	j := zeroFilled(t, 2<<20)
	for _, p := range Profiles() {
		space := NewSpace(j, p)
		garbage := 0
		for c := range space.Walk(smallPlan()) {
			state := c.State()
			noError(t, space.Check(state))
			n := tree.Of(space.build(state)).Inode(2)
			first := make([]byte, len("record"))
			n.Read(first, 0)
			rest := make([]byte, max(n.Size-tree.PageBytes, 0))
			n.ReadAt(rest, tree.PageBytes)
			if beyond := !tree.IsZero(rest); beyond && state.Fill == FillZero {
				t.Fatalf("%s: %v: bytes that nobody wrote", p.Name, state)
			} else if beyond {
				garbage++
			}
			record := space.effects[len(space.effects)-1]
			written := n.Size > 0 && state.Point > int(record.event)
			if written && !slices.Contains(space.Lost(state), EffectID(len(space.effects)-1)) && string(first) != "record" {
				t.Fatalf("%s: %v: the record is kept, and %q is there", p.Name, state, first)
			}
		}
		if want := p.Fill != onlyZero && p.SizeBeforeData == SizeAnywhere; (garbage > 0) != want {
			t.Errorf("%s: %d states show what was there before", p.Name, garbage)
		}
	}
}

// TestZerosStayInOrder: what was written over zeros is not kept without them, zeros
// neither.
func TestZerosStayInOrder(t *testing.T) {
	for _, later := range [][]byte{[]byte("record"), make([]byte, tree.PageBytes)} {
		d := faultfs.NewDisk(faultfs.Config{})
		f, err := d.OpenFile("segment", os.O_CREATE|os.O_RDWR, 0o644)
		noError(t, err)
		first := len(d.Journal().Events)
		for _, data := range [][]byte{make([]byte, 2*tree.PageBytes), later} {
			_, err = f.WriteAt(data, 0)
			noError(t, err)
		}
		space := NewSpace(d.Journal(), StrictPosix())
		for id, e := range space.effects {
			if c := space.changeOf(EffectID(id)); int(e.event) == first && c.kind == sectorCell {
				state := State{Point: len(d.Journal().Events), Except: []EffectID{EffectID(id)}}
				if err := space.Check(state); !errors.Is(err, ErrState) {
					t.Errorf("%d bytes over lost zeros: got %v, want ErrState", len(later), err)
				}
			}
		}
	}
}

// TestZerosOverBytes: zeros that replace bytes may be lost, until they are synced.
func TestZerosOverBytes(t *testing.T) {
	for _, p := range Profiles() {
		d := faultfs.NewDisk(faultfs.Config{})
		f, err := d.OpenFile("segment", os.O_CREATE|os.O_RDWR, 0o644)
		noError(t, err)
		_, err = f.WriteAt(bytes.Repeat([]byte("x"), tree.PageBytes), 0)
		noError(t, err)
		d = faultfs.NewDisk(faultfs.Config{Image: d.Image()})
		f, err = d.OpenFile("segment", os.O_RDWR, 0)
		noError(t, err)
		_, err = f.WriteAt(make([]byte, tree.PageBytes), 0)
		noError(t, err)
		before := len(d.Journal().Events)
		noError(t, f.Sync())
		_, err = f.WriteAt([]byte("y"), tree.PageBytes)
		noError(t, err)
		space := NewSpace(d.Journal(), p)
		bytesStay := map[bool]bool{}
		for c := range space.Walk(smallPlan()) {
			state := c.State()
			first := make([]byte, tree.PageBytes)
			tree.Of(space.build(state)).Inode(2).ReadAt(first, 0)
			stay := !tree.IsZero(first)
			if bytesStay[stay] = true; stay && state.Point > before {
				t.Errorf("%s: %v: the bytes are back", p.Name, state)
			}
		}
		if !bytesStay[true] || !bytesStay[false] {
			t.Errorf("%s: bytes that may stay: got %v, want both", p.Name, bytesStay)
		}
	}
}

// zeroChanges writes zeros and other bytes to one file, cuts it and syncs it.
func zeroChanges(t *rapid.T, f afero.File, steps int) {
	for i := range steps {
		off := rapid.SampledFrom([]int64{0, tree.PageBytes, 2 * tree.PageBytes}).Draw(t, "off")
		switch rapid.IntRange(0, 7).Draw(t, "op") {
		case 0:
			_ = f.Truncate(rapid.SampledFrom([]int64{0, 100, tree.PageBytes, 9000}).Draw(t, "size"))
		case 1:
			_ = f.Sync()
		case 2, 3:
			_, _ = f.WriteAt([]byte{byte('A' + i)}, off+rapid.SampledFrom([]int64{0, 700}).Draw(t, "in"))
		default:
			_, _ = f.WriteAt(make([]byte, rapid.SampledFrom([]int{100, tree.PageBytes, 3 * tree.PageBytes}).Draw(t, "len")), off)
		}
	}
}

// TestZerosAgainstReference: each state with zeros that are one effect is one that the
// reference reaches, which takes each block for itself.
func TestZerosAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := faultfs.NewDisk(faultfs.Config{})
		f, err := d.OpenFile("a", os.O_CREATE|os.O_RDWR, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		zeroChanges(t, f, rapid.IntRange(0, 3).Draw(t, "before"))
		profile := drawKnobs(t)
		profile.TearUnitBytes = tree.PageBytes
		d = faultfs.NewDisk(faultfs.Config{Image: d.Image()})
		if f, err = d.OpenFile("a", os.O_RDWR, 0); err != nil {
			t.Fatal(err)
		}
		zeroChanges(t, f, rapid.IntRange(1, 6).Draw(t, "steps"))
		illegal, ok := illegalState(d.Journal(), profile)
		if !ok {
			t.Skip("too many to try all")
		}
		if illegal != "" {
			t.Fatal(illegal)
		}
	})
}

// TestGrowthWithinASector: a file that grows within the sector that it ends in has no bytes
// cut there, which its new size would wait for.
func TestGrowthWithinASector(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	for _, step := range []string{"create a", "write a 0 1 A", "truncate a 100"} {
		noError(t, litmus.Step(d, step))
	}
	for _, p := range Profiles() {
		if illegal, ok := illegalState(d.Journal(), p); illegal != "" || !ok {
			t.Errorf("%s %v", illegal, ok)
		}
	}
}

// illegalState describes a state that is visited, though the reference does not reach it; ""
// if there is none. It returns false where there are too many states.
func illegalState(j *journal.Journal, profile Profile) (string, bool) {
	const pendingMax = 12
	dumb, legal := newReference(j, profile), map[int]map[string]bool{}
	for time := range len(j.Events) + 1 {
		outcomes, ok := dumb.outcomesAt(time, pendingMax)
		if !ok {
			return "", false
		}
		legal[time] = outcomes
	}
	space := NewSpace(j, profile)
	for c := range space.Walk(everything(pendingMax)) {
		state := c.State()
		if image := litmus.Image(space.build(state)); state.Fill == FillZero && !legal[state.Point][image] {
			return fmt.Sprintf("%s\nvisited, but illegal: %v: %s", trace(j, profile), state, image), true
		}
	}
	return "", true
}
