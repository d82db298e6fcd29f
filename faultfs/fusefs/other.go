//go:build !linux

package fusefs

import (
	"fmt"
	"os"
	"runtime"

	"github.com/ackproof/ackproof/faultfs"
)

var errSystem = fmt.Errorf("FUSE is Linux only here, and this is %s: run the engine on Linux", runtime.GOOS)

// Server would serve disks.
type Server struct{}

// Mount reports that FUSE is Linux only.
func Mount(string) (*os.File, error) { return nil, errSystem }

// Serve reports that FUSE is Linux only. It closes the device.
func Serve(device *os.File, _ Options) (*Server, error) {
	device.Close()
	return nil, errSystem
}

// Attach is never reached: there is no server.
func (*Server) Attach(*faultfs.Disk) string { panic(errSystem) }

// Detach is never reached: there is no server.
func (*Server) Detach(string) { panic(errSystem) }

// Sync reports that FUSE is Linux only.
func (*Server) Sync(string) error { return errSystem }

// Close reports that FUSE is Linux only.
func (*Server) Close() error { return errSystem }
