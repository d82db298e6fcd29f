// Package near finds the names that somebody may have meant.
package near

import (
	"slices"
	"strings"
)

// What counts as near: at most distanceMax bytes put in, taken out or replaced, and at most half of
// what was typed; or what was typed is a part of the name, and no short one.
const (
	distanceMax = 3
	partMin     = 3
	namesMax    = 4
)

// Names returns the names of all that are near to one, the nearest first, at most four.
func Names(name string, all []string) []string {
	var out []string
	for _, other := range all {
		if distance(name, other) <= min(distanceMax, len(name)/2) || len(name) >= partMin && strings.Contains(other, name) {
			out = append(out, other)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return distance(name, a) - distance(name, b) })
	return out[:min(len(out), namesMax)]
}

// Question returns ": did you mean a, b?" for names that are near, "" if none is.
func Question(name string, all []string) string {
	names := Names(name, all)
	if len(names) == 0 {
		return ""
	}
	return ": did you mean " + strings.Join(names, ", ") + "?"
}

// distance returns how many bytes must be put in, taken out or replaced to make
// b of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
