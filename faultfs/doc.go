// Package faultfs is a disk that can lose power at any moment.
//
// A [Disk] is an in-memory file system that journals everything that happens to
// it and makes calls fail where a fault says so. From its journal alone, and the
// profile of a file system, every state that a power failure may have left can be
// computed: package crash lists them, and turns any of them into an [Image] that
// boots a new Disk.
//
// The rooms, from the ground up:
//
//   - internal/tree: files, directories and bytes, shared copy-on-write; images.
//   - fault: what makes a call fail, as text and as values.
//   - journal: events, calls and stacks in order, and their stored form.
//   - internal/volume: a tree, its journal and its faults under one lock.
//   - faultfs: a volume by path. internal/inodes: a volume by inode number.
//   - crash: profiles, and the crash states of a journal.
//   - pebblefs, fusefs, sandbox: a disk for Pebble, for a kernel, for a process.
package faultfs
