package pebblelog

import (
	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/pebblestore"
)

// Options says how to open an engine. The zero value is a durable engine in the
// current directory of the real file system. A buffered one leaves log writes to the
// next Flush or SaveHardState.
type Options = pebblestore.Options

// ErrFatal is wrapped by every error of an engine after Pebble has given up, until its
// directory is opened in another process.
var ErrFatal = pebblestore.ErrFatal

// FileSystem returns an environment's file system in Pebble's form.
type FileSystem = pebblestore.FileSystem

// RealFileSystem is the FileSystem of environments that are real directories, to
// compare with.
func RealFileSystem(env engines.Env) (vfs.FS, error) { return pebblestore.RealFileSystem(env) }

// Small tunes Pebble for short lives, as when crash states are explored. It changes
// costs, not what is promised.
func Small(o *pebble.Options) { pebblestore.Small(o) }

// Caches are what engines opened in turn or side by side can share, so that an open need
// not allocate its own.
type Caches = pebblestore.Caches

// NewCaches returns caches of a size for engines tuned with [Small]. The caller closes
// them after the last of the engines.
func NewCaches() *Caches { return pebblestore.NewCaches() }
