package crash

import (
	"github.com/ackproof/ackproof/faultfs/journal"
)

func (w *walker) parts() []partial {
	if !w.partialsListed {
		w.partials, w.partialsListed = w.listPartials(w.partials), true
	}
	return w.partials
}

// listPartials appends the ways to keep a part of each pending event.
func (w *walker) listPartials(out []partial) []partial {
	for i := range w.groups {
		event := w.space.journal.Events[w.space.effects[w.pending[w.groups[i].from]].event]
		if event.Kind != journal.EventWrite && event.Kind != journal.EventResize {
			continue
		}
		for _, alone := range []bool{true, false} {
			if !alone && i == len(w.groups)-1 {
				continue // nothing came after
			}
			out = w.partialsOf(out, i, alone)
		}
	}
	return out
}

func (w *walker) partialsOf(out []partial, group int, alone bool) []partial {
	sectors := w.sectorsOf(group)
	for _, cut := range w.cuts(sectors) {
		for f := FillZero; f <= FillStale; f++ {
			if w.space.profile.Fill.Has(f) {
				out = append(out, partial{group: group, from: cut.from, to: cut.to, alone: alone, fill: f})
			}
		}
	}
	if g := w.groups[group]; sectors.len() > 0 && g.len() > sectors.len() {
		// The last sector alone: the end landed before the beginning.
		out = append(out, partial{group: group, from: sectors.to - 1, to: sectors.to, only: true, alone: alone})
	}
	for at, tear := range w.tears(sectors) {
		out = append(out, partial{group: group, from: at, to: at + 1, alone: alone, tear: tear})
	}
	return out
}

// sectorsOf returns the effects of a group that are bytes: they come first.
func (w *walker) sectorsOf(group int) span {
	g := w.groups[group]
	end := g.from
	for end < g.to && w.space.changeOf(w.pending[end]).kind == sectorCell {
		end++
	}
	return span{g.from, end}
}

// choosePartial makes the choice p; it returns false where p's fill has nothing
// to fill.
func (w *walker) choosePartial(p partial) bool {
	g := w.groups[p.group]
	if p.alone {
		for i := int(g.to); i < len(w.drop); i++ {
			w.drop[i] = true
		}
	}
	if p.only {
		for i := g.from; i < g.to; i++ {
			w.drop[i] = i < p.from
		}
	} else {
		w.setDropped(span{p.from, p.to}, true)
	}
	w.dropDependents()
	if tear := p.tear; tear != (Tear{}) {
		tear.Effect = w.pending[p.from]
		if w.needsDropped(tear.Effect) {
			return false
		}
		w.torn = append(w.torn, tear)
	}
	w.fill = p.fill
	return p.fill == FillZero || w.hasGap()
}

func (w *walker) needsDropped(id EffectID) bool {
	e := &w.space.effects[id]
	for _, need := range w.space.needs[e.needs.from:e.needs.to] {
		if w.isDropped(need) {
			return true
		}
	}
	return false
}
