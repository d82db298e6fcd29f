// Package coverage says which blocks of a program's own code ran while the program did something.
// It reads the counters of a program that was built with -cover -covermode=atomic, and changes
// none: the profile of "go test -coverprofile" stays what it is.
package coverage

import (
	"strings"

	"github.com/ackproof/ackproof/harness/evidence"
)

// function is a function of the program that counts what it runs.
type function struct {
	own    bool // not the standard library's, and not the harness's
	first  int  // block of it; numbers count through all functions
	blocks []evidence.Block
}

// program is all that counts. It is not changed.
type program struct {
	packages [][]function
	blocks   int
}

// isOwn reports whether a package may be an engine's: whether it is of a module, and not of what
// runs engines.
func isOwn(module, pkg string) bool {
	const ours = "github.com/ackproof/ackproof"
	if module != ours || strings.Contains(pkg, "/testdata/") {
		return module != ""
	}
	for _, part := range []string{"harness", "faultfs", "models", "scenarios", "reports", "cmd", "internal", "engines/hosted"} {
		if at := ours + "/" + part; pkg == at || strings.HasPrefix(pkg, at+"/") {
			return false
		}
	}
	return true
}
