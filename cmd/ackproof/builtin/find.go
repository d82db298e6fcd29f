package builtin

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/internal/near"
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
	var names []string
	for _, e := range l {
		names = append(names, e.Name)
	}
	return cmp.Or(near.Question(name, names), `: "ackproof engines" lists all`)
}
