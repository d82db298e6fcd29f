package raftlog

import (
	"slices"

	"github.com/ackproof/ackproof/models"
)

// View returns what state shows.
func (m spec) View(state models.SpecState, like models.View) models.View {
	s, shown := state.(*specState), viewOf(like)
	log := s.log.log
	v := View{
		Boundary: log.mark.boundary, HasBoundary: log.mark.has, LastIndex: log.last(),
		HardState: s.hard.value, HasHardState: s.hard.has,
	}
	for n := log.entry(log.last()); n != nil && n.entry.Index >= log.mark.first; n = n.parent {
		v.Entries = append(v.Entries, n.entry)
	}
	slices.Reverse(v.Entries)
	if !m.KeepsBoundary {
		v.Boundary, v.HasBoundary = shown.Boundary, shown.HasBoundary
	}
	if log.empty() && len(shown.Entries) == 0 && m.emptyEndsAt(shown.LastIndex, log.mark) {
		v.LastIndex = shown.LastIndex
	}
	return &v
}
