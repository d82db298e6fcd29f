// Ackproof reports whether a Raft log store keeps what it acknowledges.
//
// "ackproof help" says what it does, "ackproof run" does it.
package main

import (
	"os"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/harness"
)

func main() {
	all := builtin.All()
	harness.WorkerOfSubjects(all.Factories()...)
	os.Exit(execute(all, os.Args[1:], os.Stdout, os.Stderr))
}
