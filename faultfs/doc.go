// Package faultfs is a disk that can lose power at any moment.
//
// A [Disk] is an in-memory file system that journals everything that happens to
// it. From the [Journal] alone, and the [Profile] of a file system, every state
// that a crash may have left can be computed: [Journal.Space] lists them, and
// turns any of them into an [Image] that boots a new Disk.
package faultfs
