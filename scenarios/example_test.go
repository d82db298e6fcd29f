package scenarios_test

import (
	"fmt"

	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// An error says where, and what was expected there.
func ExampleLanguage_Parse() {
	_, err := raftlog.Language.Parse("persist 3\ntruncate all")
	fmt.Println(err)
	// Output:
	// line 2, column 10: got "all", want the number of entries to cut, 0 to 1048576
}

// A failing program is made smaller for as long as it goes on failing; here, as
// long as it purges and then persists.
func ExampleProgram_Simplifications() {
	fails := func(p scenarios.Program) bool {
		purged := false
		for _, step := range p {
			if purged && step.Kind == raftlog.Persist {
				return true
			}
			purged = purged || step.Kind == raftlog.Purge
		}
		return false
	}
	program := raftlog.MustParse("persist 8 size=100\npurge all+5\nflush\nreplace 2 7 size=4096\nreopen")
	for smaller := true; smaller; {
		smaller = false
		for i := range program {
			for _, candidate := range append([]scenarios.Program{program.Without(i)}, program.Simplifications(i)...) {
				if fails(candidate) {
					program, smaller = candidate, true
					break
				}
			}
			if smaller {
				break
			}
		}
	}
	fmt.Print(program)
	// Output:
	// # ackproof program v1
	// purge 1
	// persist 1
}
