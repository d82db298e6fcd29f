package machine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// worldsMax bounds the worlds that there may be. Beyond it the answer is Unknown.
const worldsMax = 64

// specState is all that matters of a history. It is immutable.
type specState struct {
	// worlds are those that there may be: first the one in which the fewest calls
	// happened that were refused and may have.
	worlds  []*world
	crowded bool
	// eras is the newest era of any world, of those too that are no more: worlds are told
	// apart by their eras when one takes over what another may have left.
	eras int
	// recoveries counts the reopens and crashes that the state has been through.
	recoveries int
	// tested are properties that a call put to the test, whatever world it is.
	tested models.PropertySet
}

// Fresh returns the state of a machine that was just created, and started.
func (m spec) Fresh() models.SpecState { return &specState{worlds: []*world{newWorld()}} }

// IsCrowded reports whether there are more worlds that there may be than are kept.
func (s *specState) IsCrowded() bool { return s.crowded }

// Held returns the most that the machine may hold.
func (s *specState) Held() (most models.Size) {
	for _, w := range s.worlds {
		most = most.Max(w.now.held())
	}
	return most
}

// Same reports whether no call can tell s from other.
func (s *specState) Same(other models.SpecState) bool {
	o := other.(*specState)
	return s == o || s.crowded == o.crowded && slices.EqualFunc(s.worlds, o.worlds, (*world).isSame)
}

// Hash agrees with Same.
func (s *specState) Hash() uint64 {
	h := uint64(len(s.worlds))
	for _, w := range s.worlds {
		h = digest.Fold(h, w.now.id.Lo+uint64(w.now.seq-w.data.seq)<<32+uint64(w.now.seq-w.meta.seq))
	}
	return h
}

// String returns the newest states of s and what is durable.
func (s *specState) String() string {
	var out []string
	for _, w := range s.worlds {
		text := fmt.Sprintf("%s, durable %s and %s", w.now.state, w.data.state.data, w.meta.meta)
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, " or ")
}

// among returns s with these worlds, each once.
func (s *specState) among(worlds []*world) *specState {
	next := *s
	next.worlds = nil
	for _, w := range worlds {
		if !slices.ContainsFunc(next.worlds, w.isSame) {
			next.worlds = append(next.worlds, w)
		}
		next.eras = max(next.eras, w.now.era)
	}
	next.crowded = len(next.worlds) > worldsMax
	isEqual := func(a, b *world) bool { return a.isSame(b) && a.tested == b.tested }
	if slices.EqualFunc(next.worlds, s.worlds, isEqual) {
		return s
	}
	return &next
}
