package crash

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/internal/digest"
)

// candidate is the state of a space that a walker has come to.
type candidate struct {
	w      *walker
	stage  Stage
	choice int
}

func (c *candidate) Stage() Stage { return c.stage }

func (c *candidate) Point() int { return int(c.w.point.time) }

// Key is a digest of the state's cells; it costs a few additions.
func (c *candidate) Key() digest.Digest { return c.w.key() }

func (c *candidate) State() State { return c.w.state() }

// walker visits states. It holds one point's pending effects at a time, and the
// choice among them that it looks at.
type walker struct {
	space *Space
	plan  Plan

	index          int // number of the point
	point          point
	pending        []EffectID
	groups         []span // runs of pending effects of one event
	partials       []partial
	partialsListed bool   // partials are those of the point
	drop           []bool // by place in pending
	torn           []Tear
	fill           Fill
	entered        bool

	candidate candidate // the one that was yielded last
}

// enter makes a point the walker's.
func (w *walker) enter(index int) {
	if w.entered && w.index == index {
		return
	}
	w.entered, w.index, w.point = true, index, w.space.points[index]
	w.pending = w.space.pending(w.point, w.pending[:0])
	w.groups = w.groups[:0]
	for i, id := range w.pending {
		event := w.space.effects[id].event
		if k := len(w.groups) - 1; k >= 0 && w.space.effects[w.pending[w.groups[k].from]].event == event {
			w.groups[k].to++
		} else {
			w.groups = append(w.groups, span{int32(i), int32(i) + 1})
		}
	}
	w.partials, w.partialsListed = w.partials[:0], false
	if cap(w.drop) < len(w.pending) {
		w.drop = make([]bool, len(w.pending))
	}
	w.drop = w.drop[:len(w.pending)]
}

// placeOf returns the place of an effect among the pending ones, -1 for none.
func (w *walker) placeOf(id EffectID) int {
	// Mostly all effects from the oldest pending one on are pending.
	guess := int(id) - int(w.point.oldest)
	if guess >= 0 && guess < len(w.pending) && w.pending[guess] == id {
		return guess
	}
	if i, ok := slices.BinarySearch(w.pending, id); ok {
		return i
	}
	return -1
}

// isDropped reports whether the choice loses an effect; one that is not pending it does not.
func (w *walker) isDropped(id EffectID) bool {
	i := w.placeOf(id)
	return i >= 0 && w.drop[i]
}

func (w *walker) dropDependents() {
	s := w.space
	for i, id := range w.pending {
		e := &s.effects[id]
		for _, need := range s.needs[e.needs.from:e.needs.to] {
			if w.drop[i] {
				break
			}
			if w.isDropped(need) {
				w.drop[i] = true
			}
		}
	}
}

func (w *walker) keepNeeds() {
	s := w.space
	for i, id := range slices.Backward(w.pending) {
		if w.drop[i] {
			continue
		}
		e := &s.effects[id]
		for _, need := range s.needs[e.needs.from:e.needs.to] {
			if k := w.placeOf(need); k >= 0 {
				w.drop[k] = false
			}
		}
	}
}

func (w *walker) key() digest.Digest {
	key := w.point.allKey
	for i, dropped := range w.drop {
		if dropped {
			key = key.Sub(w.space.effects[w.pending[i]].delta)
		}
	}
	for _, t := range w.torn {
		key = key.Add(digest.HashWords(uint64(t.Effect), uint64(t.Bytes), uint64(t.Damage), 1))
	}
	if w.fill != FillZero {
		key = key.Add(w.gapsKey())
		key = key.Add(digest.HashWords(key.Lo, uint64(w.point.time), uint64(w.fill), 2))
	}
	return key
}

// gapsKey is what tells the choice's gaps from those of another that keeps the same
// content: zeros, or bytes that were cut off again, leave a gap where they were lost.
func (w *walker) gapsKey() (key digest.Digest) {
	for i, dropped := range w.drop {
		if !dropped {
			continue
		}
		changes := w.space.effects[w.pending[i]].changes
		for ci := changes.from; ci < changes.to; ci++ {
			if w.space.mayLeaveGap(&w.space.changes[ci], w.isDropped) {
				key = key.Add(digest.HashWords(uint64(ci), 3))
			}
		}
	}
	return key
}

// state returns the state that is looked at, named by its rarer fate.
func (w *walker) state() State {
	dropped := 0
	for _, d := range w.drop {
		if d {
			dropped++
		}
	}
	c := State{Point: int(w.point.time), Fill: w.fill, Torn: slices.Clone(w.torn)}
	c.Lost = dropped > len(w.drop)-dropped
	for i, d := range w.drop {
		if d != c.Lost {
			c.Except = append(c.Except, w.pending[i])
		}
	}
	return c
}

func (w *walker) setDropped(g span, dropped bool) {
	for i := g.from; i < g.to; i++ {
		w.drop[i] = dropped
	}
}

// hasGap reports whether bytes were dropped from under a size that is kept.
func (w *walker) hasGap() bool {
	s := w.space
	for i, dropped := range w.drop {
		if !dropped {
			continue
		}
		for _, c := range s.changesOf(w.pending[i]) {
			if c.kind == sectorCell && max(c.oldSize, c.sector*s.unit) < w.sizeOf(c.ino) {
				return true
			}
		}
	}
	return false
}

// sizeOf returns the size that the choice leaves a file.
func (w *walker) sizeOf(ino tree.Ino) int64 {
	size := w.point.forced.Inode(ino).Size
	for i, dropped := range w.drop {
		if dropped {
			continue
		}
		for _, c := range w.space.changesOf(w.pending[i]) {
			if c.kind == sizeCell && c.ino == ino {
				size = c.size
			}
		}
	}
	return size
}

// partial is one way in which a crash keeps a part of one event.
type partial struct {
	group int
	// from and to are the effects of the group that are lost, or kept if only.
	from, to int32
	only     bool
	// alone loses whatever came after the event; otherwise that is kept.
	alone bool
	fill  Fill
	tear  Tear // of the sector from, whose effect it does not name; zero for none
}
