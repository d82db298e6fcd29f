package raftlog

import (
	"slices"

	"github.com/ackproof/ackproof/models"
)

// entryIndex has every entry that any call wrote, and every two that were neighbours.
type entryIndex struct {
	entries map[Entry]*version
	pairs   map[[2]Entry]bool
	places  map[uint64][]Entry
}

func (x *diagnosis) entryIndex() entryIndex {
	k := entryIndex{map[Entry]*version{}, map[[2]Entry]bool{}, map[uint64][]Entry{}}
	for v := x.state.log; v != nil; v = v.prev {
		k.addRefused(v.on)
		for n := v.log.top; n != nil && n.entry.Index > v.kept; n = n.parent {
			if n.maker.seq == v.seq {
				k.entries[n.entry] = v
				k.places[n.entry.Index] = append(k.places[n.entry.Index], n.entry)
			}
			if n.parent != nil {
				k.pairs[[2]Entry{n.parent.entry, n.entry}] = true
			}
		}
	}
	for _, v := range slices.Concat(x.state.doubt.left(false), x.state.refused) {
		k.addRefused(v)
	}
	return k
}

// addRefused adds what only refused calls wrote, whose versions v is and is made on.
func (k *entryIndex) addRefused(v *version) {
	for ; v != nil; v = v.on {
		for n := v.log.top; n != nil && n.entry.Index > v.kept; n = n.parent {
			if k.entries[n.entry] == nil {
				k.entries[n.entry] = n.maker
				k.places[n.entry.Index] = append(k.places[n.entry.Index], n.entry)
			}
			if n.parent != nil {
				k.pairs[[2]Entry{n.parent.entry, n.entry}] = true
			}
		}
	}
}

// spliced finds a log of which every entry was written, and that never was one.
func (x *diagnosis) spliced() []models.Violation {
	if x.got.empty() {
		return nil
	}
	k, entries := x.entryIndex(), x.got.view.Entries
	for _, e := range entries {
		if k.entries[e] == nil {
			return nil
		}
	}
	if found := x.wrongStart(); found != nil {
		return found
	}
	for i := 1; i < len(entries); i++ {
		a, b := entries[i-1], entries[i]
		if k.pairs[[2]Entry{a, b}] {
			continue
		}
		old, new := k.entries[b], k.entries[a]
		return models.Broken(models.NoSplice, append(new.cite(), old.cite()...),
			"entry %s of %s is followed after %s by entry %s of %s, and no log ever held both",
			idText(a.id()), new, x.restart, idText(b.id()), old)
	}
	first, last := entries[0], entries[len(entries)-1]
	return models.Broken(models.NoSplice, append(k.entries[first].cite(), k.entries[last].cite()...),
		"entry %s of %s and entry %s of %s are in one log after %s, and no log ever held both",
		idText(first.id()), k.entries[first], idText(last.id()), k.entries[last], x.restart)
}

// wrongStart finds a log that is part of a version and begins where none did.
func (x *diagnosis) wrongStart() []models.Violation {
	for v := x.state.log; v != nil; v = v.prev {
		top := v.log.top.ancestor(x.got.last)
		if top == nil {
			continue
		}
		var before models.Digest
		if n := top.ancestor(x.got.first - 1); n != nil {
			before = n.sum
		} else if top.ancestor(x.got.first) == nil {
			continue
		}
		if top.sum.Sub(before) != x.got.sum {
			continue
		}
		if x.KeepsBoundary {
			return models.Broken(models.PurgeBoundary, nil, "the purge boundary is %s after %s, yet no call purged this log to it",
				boundaryText(x.got.view), x.restart)
		}
		return models.Broken(models.NoHole, nil, "the log begins at %d after %s, yet no call purged it to there", x.got.first, x.restart)
	}
	return nil
}

// invented is the answer when entries came back that nobody wrote.
func (x *diagnosis) invented() []models.Violation {
	k := x.entryIndex()
	for _, e := range x.got.view.Entries {
		if k.entries[e] != nil {
			continue
		}
		for _, o := range k.places[e.Index] {
			if o.Term == e.Term {
				v := k.entries[o]
				return models.Broken(models.Prefix, v.cite(), "entry %s came back after %s with %d bytes that are not the %d bytes of %s",
					idText(e.id()), x.restart, e.SizeBytes, o.SizeBytes, v)
			}
		}
		return models.Broken(models.Prefix, nil, "entry %s came back after %s, and no call ever wrote it", idText(e.id()), x.restart)
	}
	return models.Broken(models.Prefix, nil, "no call ever left the log that came back after %s: %s", x.restart, x.came())
}
