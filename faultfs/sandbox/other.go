//go:build !linux

package sandbox

import (
	"fmt"
	"os/exec"
	"runtime"
	"time"

	"github.com/ackproof/ackproof/faultfs/fusefs"
)

// Prepared is a command that will start in a sandbox.
type Prepared struct{}

var errSystem = fmt.Errorf("%w: it takes Linux, and this is %s", ErrUnavailable, runtime.GOOS)

// Prepare reports [ErrUnavailable].
func Prepare(*exec.Cmd) (*Prepared, error) { return nil, errSystem }

// WatchSyncs does nothing: there is no command to watch.
func (*Prepared) WatchSyncs() {}

// Abort returns err.
func (*Prepared) Abort(err error) error { return err }

// Receive reports [ErrUnavailable].
func (*Prepared) Receive(time.Duration) (*Sandbox, error) { return nil, errSystem }

// Syncs would be the calls that sync.
type Syncs struct{}

// ServeSyncs reports [ErrUnavailable].
func (*Sandbox) ServeSyncs(*fusefs.Server) (*Syncs, error) { return nil, errSystem }

// Close does nothing.
func (*Syncs) Close() {}

// Entering says that this process was not started to enter a sandbox.
func Entering() bool { return false }

// Enter reports [ErrUnavailable].
func Enter() error { return errSystem }

// Exec reports [ErrUnavailable].
func Exec([]string) error { return errSystem }
