package scenarios_test

import (
	"fmt"

	"github.com/ackproof/ackproof/scenarios"
)

// A program says what to do to the log as it is; the resolver knows how it is.
func ExampleResolver() {
	program := scenarios.MustParse(`
		save-hard-state term=+1 vote=2
		persist 3 size=100
		save-hard-state term=+1
		persist 2 back=1 size=100   # a conflict
	`)
	resolver := scenarios.NewResolver()
	for _, step := range program {
		op := resolver.Resolve(step).Op
		fmt.Print(op.Kind)
		for _, e := range op.Entries {
			fmt.Printf(" %d/%d", e.Index, e.Term)
		}
		fmt.Println()
	}
	// Output:
	// save-hard-state
	// persist 1/1 2/1 3/1
	// save-hard-state
	// persist 3/2 4/2
}

// An error says where, and what was expected there.
func ExampleParse() {
	_, err := scenarios.Parse("persist 3\ntruncate all")
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
			if purged && step.Kind == scenarios.Persist {
				return true
			}
			purged = purged || step.Kind == scenarios.Purge
		}
		return false
	}
	program := scenarios.MustParse("persist 8 size=100\npurge all+5\nflush\nreplace 2 7 size=4096\nreopen")
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
