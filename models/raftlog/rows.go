package raftlog

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// Rows returns two views side by side, runs of like entries as one row.
func (v *View) Rows(after models.View) []models.Row {
	before, recovered := v, viewOf(after)
	var out []models.Row
	row := func(what, left, right string) {
		out = append(out, models.Row{What: what, Before: left, Recovered: right})
	}
	row("boundary", idCell(before.Boundary, before.HasBoundary), idCell(recovered.Boundary, recovered.HasBoundary))
	for _, r := range entryRows(before.Entries, recovered.Entries) {
		row(r.What, r.Before, r.Recovered)
	}
	row("last index", fmt.Sprint(before.LastIndex), fmt.Sprint(recovered.LastIndex))
	row("hard state", hardCell(before), hardCell(recovered))
	return out
}

func idCell(id engines.LogID, has bool) string {
	if !has {
		return "-"
	}
	return fmt.Sprintf("%d (term %d)", id.Index, id.Term)
}

func hardCell(v *View) string {
	if !v.HasHardState {
		return "-"
	}
	return fmt.Sprintf("term %d, vote %d", v.HardState.Term, v.HardState.Vote)
}

// entryRows returns the entries of two logs by index. What was shown twice or out
// of order is taken as it was shown last; the sentence says what is wrong with it.
func entryRows(before, recovered []Entry) []models.Row {
	left, right := byIndex(before), byIndex(recovered)
	var out []models.Row
	var first, last uint64
	for _, index := range indexes(left, right) {
		l, r := entryCell(left, index), entryCell(right, index)
		if r != "-" && l == r && left[index].Digest != right[index].Digest {
			r += ", other payload"
		}
		n := len(out)
		if n > 0 && index == last+1 && out[n-1].Before == l && out[n-1].Recovered == r {
			out[n-1].What = fmt.Sprintf("entries %d-%d", first, index)
			last = index
			continue
		}
		first, last = index, index
		out = append(out, models.Row{What: fmt.Sprintf("entry %d", index), Before: l, Recovered: r})
	}
	return out
}

func entryCell(entries map[uint64]Entry, index uint64) string {
	e, ok := entries[index]
	if !ok {
		return "-"
	}
	return fmt.Sprintf("term %d", e.Term)
}

func byIndex(entries []Entry) map[uint64]Entry {
	out := map[uint64]Entry{}
	for _, e := range entries {
		out[e.Index] = e
	}
	return out
}

// indexes returns the indexes of both logs in ascending order.
func indexes(left, right map[uint64]Entry) []uint64 {
	all := maps.Clone(left)
	maps.Copy(all, right)
	return slices.Sorted(maps.Keys(all))
}
