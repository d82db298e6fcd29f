package raftlog

import "github.com/ackproof/ackproof/models"

// malformed judges what can be said of a log without its history.
func (x *diagnosis) malformed() []models.Violation {
	v := x.got.view
	for i := 1; i < len(v.Entries); i++ {
		got, want := v.Entries[i].Index, v.Entries[i-1].Index+1
		switch {
		case got > want && !x.leftGap(want-1, v.Entries[i]):
			return models.Broken(models.NoHole, nil, "entry %d is missing between %d and %d after %s", want, want-1, got, x.restart)
		case got < want:
			return models.Broken(models.ReadsLinearizable, nil, "entry %d was read after entry %d, after %s", got, want-1, x.restart)
		}
	}
	if found := x.wrongFirst(); found != nil {
		return found
	}
	last := x.got.last
	if x.got.empty() {
		last = v.Boundary.Index
		if !x.KeepsBoundary {
			last = x.knownEnd(v.LastIndex)
		}
	}
	switch {
	case v.LastIndex > last:
		return models.Broken(models.NoHole, nil, "the last index is %d after %s, yet no entry beyond %d can be read", v.LastIndex, x.restart, last)
	case v.LastIndex < last:
		return models.Broken(models.ReadsLinearizable, nil, "the last index is %d after %s, yet %s", v.LastIndex, x.restart, v)
	}
	return nil
}

// wrongFirst judges where the log begins against the boundary that it shows.
func (x *diagnosis) wrongFirst() []models.Violation {
	v, want := x.got.view, uint64(1)
	if x.got.empty() {
		return nil
	}
	if x.KeepsBoundary && v.HasBoundary {
		want = v.Boundary.Index + 1
	}
	switch got := x.got.first; {
	case got > want && !x.leftGap(want-1, v.Entries[0]):
		purge := x.someMark(func(k *mark) bool { return k.first >= got })
		switch {
		case purge == nil:
			return models.Broken(models.NoHole, nil, "the log begins at %d after %s, yet no call purged %d-%d", got, x.restart, want, got-1)
		case x.KeepsBoundary:
			return models.Broken(models.PurgeBoundary, nil, "the log begins at %d after %s, yet the purge boundary is %s", got, x.restart, boundaryText(v))
		}
	case got < want && x.KeepsBoundary:
		return models.Broken(models.PurgeBoundary, nil, "the log begins at %d after %s, though its purge boundary is %s", got, x.restart, boundaryText(v))
	}
	return nil
}

// leftGap reports whether a call left a log that held e, and nothing between it and
// the index before.
func (x *diagnosis) leftGap(before uint64, e Entry) bool {
	for v := x.state.log; v != nil && x.AcceptsGaps; v = v.prev {
		for n := v.log.top; n != nil && n.entry.Index > v.kept; n = n.parent {
			if n.entry == e && (n.parent == nil || n.parent.entry.Index <= before) {
				return true
			}
		}
	}
	return false
}

// knownEnd returns last if an empty log without a boundary may say it.
func (x *diagnosis) knownEnd(last uint64) uint64 {
	if last == 0 || x.someMark(func(k *mark) bool { return k.first-1 == last }) != nil {
		return last
	}
	return 0
}
