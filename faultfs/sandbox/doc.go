// Package sandbox starts a process in a place of its own: in a mount namespace
// that nobody else sees, with a memory-backed directory and a mounted FUSE
// device, and in a process namespace that ends with it. Nothing of it outlives
// the process, however it ends: no mount, no directory, no child.
//
// Root needs no more than the right to mount. Anybody else gets a user namespace
// too, where the kernel allows that (user_namespaces(7)) and /dev/fuse may be
// opened.
//
// The starting process calls [Prepare], starts the command and calls
// [Prepared.Receive]; the started one calls [Enter] before anything else. The
// descriptors of the directory and of the device go to the starting process,
// which so reaches both without ever seeing a mount.
//
// sync makes nothing durable in a sandbox and reaches no file system of the machine. A
// process whose syncs are watched ([Prepared.WatchSyncs]) asks before each: see [Syncs].
package sandbox

import (
	"errors"
	"fmt"
	"os"
)

// ErrUnavailable reports that this machine or user cannot have a sandbox.
var ErrUnavailable = errors.New("no sandbox with FUSE can be had here")

// Sandbox is what the starting process holds of a sandbox. The paths are as the
// process inside sees them.
type Sandbox struct {
	// Device is the FUSE device that is mounted at DiskDir. Whoever serves it takes
	// it over.
	Device *os.File
	// Files is the memory-backed directory, which is FilesDir inside and, read-only
	// for the kernel too, ReadOnlyDir.
	Files       *os.File
	DiskDir     string
	FilesDir    string
	ReadOnlyDir string
	// TempDir is where temporary files go, by TMPDIR.
	TempDir string
	// SyncsUnseen says why the calls that sync cannot be watched, "" if they can or if
	// nobody asked for it.
	SyncsUnseen string

	listener *os.File // of the calls that sync; nil if they are not watched
	mount    deviceNumber
}

type deviceNumber struct{ major, minor uint32 }

// Root returns the memory-backed directory as a root; it is the caller's to
// close.
func (s *Sandbox) Root() (*os.Root, error) {
	return os.OpenRoot(fmt.Sprintf("/proc/self/fd/%d", s.Files.Fd()))
}

// Close gives back the directory's descriptor. The device is for its server to
// close. Calls that sync, if they are watched and nobody serves them, fail from now on.
func (s *Sandbox) Close() error {
	if s.listener != nil {
		s.listener.Close()
	}
	return s.Files.Close()
}
