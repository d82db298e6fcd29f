package machine

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// Rows returns two views side by side: positions, metadata, each key, and the snapshots.
func (v *View) Rows(after models.View) []models.Row {
	before, recovered := v, viewOf(after)
	rows := []models.Row{
		{What: "last applied", Before: appliedCell(before), Recovered: appliedCell(recovered)},
		{What: "last snapshot", Before: metadataCell(before), Recovered: metadataCell(recovered)},
	}
	rows = append(rows, cells("key", valuesOf(before), valuesOf(recovered))...)
	return append(rows, cells("file", filesOf(before), filesOf(recovered))...)
}

func appliedCell(v *View) string {
	if v.LastApplied == (engines.LogID{}) {
		return "-"
	}
	return idText(v.LastApplied)
}

func metadataCell(v *View) string {
	if !v.HasMetadata {
		return "-"
	}
	return fmt.Sprintf("at %s, %.4x", idText(v.Metadata.LastIncluded), v.Metadata.Checksum)
}

// cells returns a row for each name of either side, in order.
func cells(what string, before, recovered map[string]string) (out []models.Row) {
	all := maps.Clone(before)
	maps.Copy(all, recovered)
	cell := func(side map[string]string, name string) string {
		if text, ok := side[name]; ok {
			return text
		}
		return "-"
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, models.Row{What: what + " " + name, Before: cell(before, name), Recovered: cell(recovered, name)})
	}
	return out
}

func valuesOf(v *View) map[string]string {
	out := map[string]string{}
	for i := range v.Pairs {
		out[v.Pairs[i].Key] = v.Pairs[i].Value.String()
	}
	return out
}

func filesOf(v *View) map[string]string {
	out := map[string]string{}
	for _, f := range v.Files {
		out[f.Name] = fmt.Sprintf("%.4x", f.Checksum)
	}
	return out
}
