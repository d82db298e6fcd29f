package builtin

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrUnknown is what errors about a name that is not on a list wrap.
var ErrUnknown = errors.New("unknown engine")

// AllEngines is the name of the group of all engines that must hold. Those whose names
// begin alike, as "canary/", are a group of the name "canary/all".
const AllEngines = "all"

// All returns every engine that comes with Ackproof.
func All() List { return slices.Concat(Engines(), Documented(), Canaries()) }

// Find returns the engines of the given names, in their order and each once. A
// name may be that of a group. No names are all engines that must hold.
func (l List) Find(names ...string) (List, error) {
	if len(names) == 0 {
		names = []string{AllEngines}
	}
	var out List
	for _, name := range names {
		found := l.named(name)
		if len(found) == 0 {
			return nil, fmt.Errorf("%w %q%s", ErrUnknown, name, l.suggestion(name))
		}
		for _, e := range found {
			if len(out.named(e.Name)) == 0 {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

// named returns the engines of one name.
func (l List) named(name string) List {
	var out List
	for _, e := range l {
		group, _, grouped := strings.Cut(e.Name, "/")
		if e.Name == name || grouped && name == group+"/all" || name == AllEngines && e.Expect.Holds() {
			out = append(out, e)
		}
	}
	return out
}

// suggestion names engines whose names are close to name, or else where to look.
func (l List) suggestion(name string) string {
	const distanceMax, namesMax = 3, 4
	var near List
	for _, e := range l {
		if distance(name, e.Name) <= min(distanceMax, len(name)/2) || len(name) > 2 && strings.Contains(e.Name, name) {
			near = append(near, e)
		}
	}
	if len(near) == 0 {
		return `: "ackproof engines" lists all`
	}
	slices.SortStableFunc(near, func(a, b Engine) int { return distance(name, a.Name) - distance(name, b.Name) })
	var names []string
	for _, e := range near[:min(len(near), namesMax)] {
		names = append(names, e.Name)
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
