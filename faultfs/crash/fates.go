package crash

import (
	"fmt"
	"slices"
	"strings"
)

// Lost returns the pending effects that a state loses, in ascending order. The
// slice is the caller's.
func (s *Space) Lost(c State) []EffectID {
	p, _ := s.pointAt(c.Point)
	return slices.Clone(s.lost(p, c))
}

// Losing returns the state at c's point, with c's fill, that loses the given
// effects and no other, and reports whether it is one of the space's. Torn sectors
// stay torn if they are still lost.
func (s *Space) Losing(c State, lost []EffectID) (State, bool) {
	out := State{Point: c.Point, Except: slices.Clone(lost), Fill: c.Fill}
	for _, t := range c.Torn {
		if slices.Contains(lost, t.Effect) {
			out.Torn = append(out.Torn, t)
		}
	}
	return out, s.Check(out) == nil
}

// Needs returns the effects that must be durable before the given one is, as far
// as they were pending when it was made. The slice is the caller's.
func (s *Space) Needs(id EffectID) []EffectID {
	e := s.effects[id]
	return slices.Clone(s.needs[e.needs.from:e.needs.to])
}

// Effect describes an effect of the space. It panics for a number that is none's,
// as Needs does.
func (s *Space) Effect(id EffectID) EffectInfo {
	e := s.effects[id]
	info := EffectInfo{ID: id, Event: int(e.event), Forced: int(e.forced), File: shortPath(s.journal.Events[e.event].Path)}
	if e.forced == never {
		info.Forced = -1
	}
	var words []string
	for changes := s.changesOf(id); len(changes) > 0; {
		n := runOfSectors(changes)
		words = append(words, s.describe(changes[:n], info.File))
		changes = changes[n:]
	}
	info.What = strings.Join(words, ", ")
	return info
}

// LostAt returns how many effects there are of events from a time on, and how many of them some
// crash at the given points, which ascend, loses.
func (s *Space) LostAt(points []int, since int) (lost, all int) {
	for _, e := range s.effects {
		if int(e.event) < since {
			continue
		}
		all++
		i, _ := slices.BinarySearch(points, int(e.event)+1)
		if i < len(points) && points[i] <= int(e.forced) {
			lost++
		}
	}
	return lost, all
}

// runOfSectors returns how many of the first changes one phrase describes: sectors in
// a row that were written, or zeroed.
func runOfSectors(changes []change) int {
	n := 1
	for n < len(changes) && changes[0].kind == sectorCell && changes[n].kind == sectorCell &&
		changes[n].sector == changes[n-1].sector+max(changes[n-1].sectors, 1) && (changes[n].data == nil) == (changes[0].data == nil) {
		n++
	}
	return n
}

func (s *Space) describe(run []change, path string) string {
	c := run[0]
	switch {
	case c.kind == sectorCell:
		text := fmt.Sprintf("%s bytes %d-%d", path, c.sector*s.unit, run[len(run)-1].end(s.unit)-1)
		if c.data == nil {
			text += " zeroed"
		}
		return text
	case c.kind == sizeCell:
		return fmt.Sprintf("%s size %d to %d", path, c.oldSize, c.size)
	case c.target == 0:
		return fmt.Sprintf("name %q gone", c.name)
	}
	return fmt.Sprintf("name %q is inode %d", c.name, c.target)
}

// shortPath returns a path that can be said once for each effect of a large write.
func shortPath(path string) string {
	const pathBytesMax = 4096
	if n := len(path); n > pathBytesMax {
		return path[:pathBytesMax/8] + "…" + path[n-pathBytesMax/8:]
	}
	return path
}

// Tear returns how an effect is torn, and reports whether it is.
func (c State) Tear(id EffectID) (Tear, bool) {
	for _, t := range c.Torn {
		if t.Effect == id {
			return t, true
		}
	}
	return Tear{}, false
}
