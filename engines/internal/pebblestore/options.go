package pebblestore

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// Options says how to open a database. The zero value is a durable one in the
// current directory of the real file system.
type Options struct {
	// FS is the file system; nil is the real one.
	FS vfs.FS
	// Dir is the database's directory within FS. It is created if it is missing.
	Dir string
	// Buffered leaves writes to the next call that promises to be durable.
	Buffered bool
	// ReadOnly opens what is there without writing to it, and replays the
	// write-ahead log in memory. Every change and every Flush of a buffered
	// database is then refused with pebble.ErrReadOnly.
	ReadOnly bool
	// NamesInOrder trusts the file system to keep changes of names in their order
	// through a crash, as ext4 and xfs do. Otherwise a directory is synced
	// before a name is removed there, as Pebble itself does not.
	NamesInOrder bool
	// OwnBytes trusts the file system to show in a file after a crash only zeros and what was
	// written to that file, as ext4 with delayed allocation, xfs and btrfs do. Otherwise a
	// record of another file ends the write-ahead log, as for Pebble itself it does not.
	OwnBytes bool
	// Panics leaves it to Pebble to panic at errors of its log and of its markers, which
	// nobody can catch. Otherwise these are fatal to the one database; see [ErrFatal].
	Panics bool
	// Tune changes Pebble's options, nil for Pebble's own defaults; see [Small].
	// FS, ReadOnly and the handling of fatal errors stay as they are here.
	Tune func(*pebble.Options)
}

func (o Options) pebble(guard *guard) *pebble.Options {
	options := &pebble.Options{
		// Pinned, so that a newer Pebble does not rewrite a store in passing.
		// From this format on a damaged record of the write-ahead log is told
		// apart from its torn end.
		FormatMajorVersion: pebble.FormatWALSyncChunks,
		Logger:             silent{},
	}
	if o.Tune != nil {
		o.Tune(options)
	}
	options.FS, options.ReadOnly = o.FS, o.ReadOnly
	if options.FS == nil {
		options.FS = vfs.Default
	}
	if !o.NamesInOrder && !o.ReadOnly {
		options.FS = newInOrder(options.FS)
	}
	if !o.OwnBytes {
		options.FS = ownRecords{options.FS}
	}
	if !o.Panics {
		options.FS = panicStops{options.FS, guard}
	}
	guard.watch(options)
	return options
}

// Compacts reports whether the database compacts by itself. One that does not keeps a table
// for each flush, and for each open after a crash.
func (o Options) Compacts() bool {
	options := &pebble.Options{}
	if o.Tune != nil {
		o.Tune(options)
	}
	return !options.DisableAutomaticCompactions
}

// FileSystem returns env's file system in Pebble's form. Every call for one
// Env.FS must return the same files.
type FileSystem func(env engines.Env) (vfs.FS, error)

// RealFileSystem is the FileSystem of environments that are real directories, to
// compare with.
func RealFileSystem(env engines.Env) (vfs.FS, error) {
	switch env.FS.(type) {
	case nil, *afero.OsFs:
		return vfs.Default, nil
	}
	return nil, fmt.Errorf("pebblestore: got file system %T, want the real one", env.FS)
}

// In returns o for what is in env.
func In(env engines.Env, fs FileSystem, o Options) (Options, error) {
	files, err := fs(env)
	o.FS, o.Dir = files, env.Dir
	return o, err
}
