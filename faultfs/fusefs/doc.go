// Package fusefs serves disks at a FUSE mount point, so that an engine that
// insists on real files, with mmap and locks, runs on a [faultfs.Disk].
//
// The disks appear side by side as directories of the mount's root. Attaching and
// detaching one costs microseconds, so a long-lived process records many programs
// on one mount.
//
// The process that serves must never use the mount itself: a fault on a mapped
// page blocks its thread until a request is answered, and the garbage collector
// waits for that thread before the answer can be made. Another process uses the
// mount, see package sandbox. Stacks in the journal are the server's, so a disk
// that is served is best made with NoStacks.
//
// What the kernel does before a request arrives, and so what the journal can have
// (measured on Linux 6.18; Documentation/filesystems/fuse):
//
//   - Writes arrive in program order, before the call returns. One that begins or
//     ends within a page that the kernel does not have may arrive as several, split
//     at the page's boundary.
//   - fsync, fdatasync and fsync of a directory arrive as what they are. With
//     O_SYNC or O_DSYNC a sync follows each write.
//   - Stores through a mapping arrive as writes of whole pages: with msync, which
//     sends an fdatasync after them, close, munmap, the end of the process,
//     [Server.Sync], or when the kernel likes: see [Options].
//   - sync, syncfs and sync_file_range never arrive. Package sandbox sees them before
//     they enter the kernel, and the other syncs too: the reply to an fsync cannot be
//     held, as the kernel keeps the inode locked meanwhile, so that writes to that file
//     wait. See [Server.HoldSyncs] and [Server.SyncDisk].
//   - A read of what the kernel has cached never arrives: see [Server.DropCache]. One that
//     is refused arrives again, before the process is told.
//   - Locks are the kernel's own and end with their process.
package fusefs

import "time"

// Options are settings of a server. The zero value is usable.
type Options struct {
	// WritebackEvery is the time after which stores through mappings are forced out
	// as writes, again and again. 0 leaves them to the kernel, which may take half
	// a minute.
	WritebackEvery time.Duration
}
