package raftlog

import "github.com/ackproof/ackproof/models"

// shown is a view's log boiled down to what is compared with versions.
type shown struct {
	view *View
	// first and last are those of the entries; both are 0 if there are none.
	first, last uint64
	sum         models.Digest
	// inOrder is set if no index is doubled or out of order, nor missing where
	// there must be no gaps.
	inOrder bool
}

func (c Contract) summarize(v *View) shown {
	s := shown{view: v, inOrder: consecutive(v.Entries) || c.AcceptsGaps && rising(v.Entries)}
	for i := range v.Entries {
		s.sum = s.sum.Add(v.Entries[i].weight())
	}
	if n := len(v.Entries); n > 0 {
		s.first, s.last = v.Entries[0].Index, v.Entries[n-1].Index
	}
	return s
}

func (s *shown) empty() bool { return len(s.view.Entries) == 0 }

func (s *shown) endsRight() bool { return s.empty() || s.view.LastIndex == s.last }

// match is a way in which a log is what calls left: version up to last, begun
// at mark.
type match struct {
	version *version
	mark    *mark
	last    uint64
}

// top returns the newest entry's node; nil if the log is empty.
func (m match) top() *node {
	if m.last < m.mark.first {
		return nil
	}
	return m.version.log.top.ancestor(m.last)
}

// after returns the node of the first entry of the version behind the match; nil if
// there is none.
func (m match) after() *node {
	if next := m.version.log.top.ancestor(m.last + 1); next != nil {
		return next
	}
	if behind := m.version.log.behind(m.last); len(behind) > 0 {
		return behind[0]
	}
	return nil
}

// matches reports whether got shows the entries of v, begun at k, from its first
// to one not before lowest.
func (c Contract) matches(v *version, k *mark, lowest uint64, got *shown) (match, bool) {
	found := match{version: v, mark: k, last: got.last}
	if got.empty() {
		found.last = k.first - 1
	} else if got.first != k.first && (!c.AcceptsGaps || got.first < k.first) {
		return found, false
	}
	if c.KeepsBoundary && !k.showsBoundary(got.view) {
		return found, false
	}
	if c.AcceptsGaps { // before the boundary, where there is no entry
		lowest = min(lowest, logValue{mark: k, top: v.log.top.upTo(lowest)}.last())
	}
	if found.last < lowest || found.last > v.log.last() {
		return found, false
	}
	if got.empty() {
		return found, c.emptyEndsAt(got.view.LastIndex, k)
	}
	return found, v.log.sumTo(found.last).Sub(k.base) == got.sum
}

// emptyEndsAt reports whether an empty log that begins at k may say last.
func (c Contract) emptyEndsAt(last uint64, k *mark) bool {
	return last == k.first-1 || last == 0 && !c.KeepsBoundary
}

func (k *mark) showsBoundary(v *View) bool {
	return k.has == v.HasBoundary && (!k.has || k.boundary == v.Boundary)
}
