package raftlog_test

import (
	"fmt"

	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// A program says what to do to the log as it is; the resolver knows how it is.
func ExampleNewResolver() {
	program := raftlog.MustParse(`
		save-hard-state term=+1 vote=2
		persist 3 size=100
		save-hard-state term=+1
		persist 2 back=1 size=100   # a conflict
	`)
	resolver := raftlog.NewResolver()
	for _, step := range program {
		for _, action := range resolver.Resolve(step) {
			fmt.Print(action.Op.Word())
			for _, e := range action.Op.(*logmodel.Op).Entries {
				fmt.Printf(" %d/%d", e.Index, e.Term)
			}
			fmt.Println()
		}
	}
	// Output:
	// save-hard-state
	// persist 1/1 2/1 3/1
	// save-hard-state
	// persist 3/2 4/2
}
