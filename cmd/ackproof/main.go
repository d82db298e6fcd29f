// Ackproof tells whether a Raft log store keeps what it acknowledges.
//
// "ackproof help" says what it does, "ackproof run" does it.
package main

import "os"

func main() { os.Exit(execute(os.Args[1:], os.Stdout, os.Stderr)) }
