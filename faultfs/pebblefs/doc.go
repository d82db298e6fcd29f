// Package pebblefs is a [faultfs.Disk] in the form that Pebble wants its file
// system in, [vfs.FS].
//
// It behaves as Pebble's own [vfs.Default] does on Linux, with one deliberate
// difference. A file has no descriptor ([vfs.InvalidFd]), as there is none that
// a system call could use. Pebble takes this for a file system without
// sync_file_range: after each further 512 KiB of a file, from its second MiB on,
// it calls SyncData where on ext4 it would call SyncTo, and it never calls
// Preallocate. Files below 1 MiB are written just as on a real disk.
package pebblefs
