// Package models says what a Raft log store promises, as a pure specification,
// and judges by it what a store recovered after a crash.
//
// It knows calls and results only: no file system, no engine that runs.
package models
