package crash

import (
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// TestUnreadableHoldsNothing: a sector that could not be read before the write that was lost
// stays so, and what a crash fills or tears within it is nowhere.
func TestUnreadableHoldsNothing(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	noError(t, litmus.Step(d, "create f"))
	noError(t, litmus.Step(d, "append f 1 A"))
	spoiled := tree.Of(d.Image()).Thaw()
	spoiled.Edit(spoiled.Lookup(tree.RootIno, "f")).Spoil(0, tree.SectorBytes)
	d = faultfs.NewDisk(faultfs.Config{Image: tree.NewImage(spoiled)})
	noError(t, litmus.Step(d, "write f 0 4096 B"))
	profile := StrictPosix()
	profile.TearBytes = true
	space := NewSpace(d.Journal(), profile)
	filled, torn := 0, 0
	for c := range space.Walk(Plan{}) {
		state := c.State()
		img := space.build(state)
		if got, want := img.Hash(), freshHash(img); got != want {
			t.Errorf("%v: hash %v, computed afresh %v", state, got, want)
		}
		if state.Fill != FillZero {
			filled++
		}
		torn += len(state.Torn)
	}
	if filled == 0 || torn == 0 {
		t.Errorf("got %d states that fill and %d tears, want some", filled, torn)
	}
}
