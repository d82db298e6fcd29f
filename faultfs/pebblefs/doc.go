// Package pebblefs is a [faultfs.Disk] in the form that Pebble wants its file
// system in, [vfs.FS].
//
// It behaves as Pebble's own [vfs.Default] does on Linux, with one deliberate
// difference. A file has no descriptor ([vfs.InvalidFd]), as there is none that
// a system call could use. Pebble takes this for a file system without fallocate
// and sync_file_range: it never calls Preallocate, and while it writes a table of
// more than 1.5 MiB it calls SyncData from time to time (Options.BytesPerSync),
// where on ext4 it would call SyncTo. So large tables are durable earlier than
// they may be on a real disk; all that is smaller is not.
package pebblefs
