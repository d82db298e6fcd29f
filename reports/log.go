package reports

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// compare returns two views side by side, runs of like entries as one row.
func compare(before, recovered models.View) []Row {
	var out []Row
	row := func(what, left, right string) { out = append(out, Row{what, left, right}) }
	row("boundary", idText(before.Boundary, before.HasBoundary), idText(recovered.Boundary, recovered.HasBoundary))
	for _, r := range entryRows(before.Entries, recovered.Entries) {
		row(r.What, r.Before, r.Recovered)
	}
	row("last index", fmt.Sprint(before.LastIndex), fmt.Sprint(recovered.LastIndex))
	row("hard state", hardText(before), hardText(recovered))
	return out
}

func idText(id engines.LogID, has bool) string {
	if !has {
		return "-"
	}
	return fmt.Sprintf("%d (term %d)", id.Index, id.Term)
}

func hardText(v models.View) string {
	if !v.HasHardState {
		return "-"
	}
	return fmt.Sprintf("term %d, vote %d", v.HardState.Term, v.HardState.Vote)
}

// entryRows returns the entries of two logs by index. What was shown twice or out
// of order is taken as it was shown last; the sentence says what is wrong with it.
func entryRows(before, recovered []models.Entry) []Row {
	left, right := byIndex(before), byIndex(recovered)
	var out []Row
	var first, last uint64
	for _, index := range indexes(left, right) {
		l, r := entryText(left, index), entryText(right, index)
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
		out = append(out, Row{fmt.Sprintf("entry %d", index), l, r})
	}
	return out
}

func entryText(entries map[uint64]models.Entry, index uint64) string {
	e, ok := entries[index]
	if !ok {
		return "-"
	}
	return fmt.Sprintf("term %d", e.Term)
}

func byIndex(entries []models.Entry) map[uint64]models.Entry {
	out := map[uint64]models.Entry{}
	for _, e := range entries {
		out[e.Index] = e
	}
	return out
}

// indexes returns the indexes of both logs in ascending order.
func indexes(left, right map[uint64]models.Entry) []uint64 {
	all := maps.Clone(left)
	maps.Copy(all, right)
	return slices.Sorted(maps.Keys(all))
}
