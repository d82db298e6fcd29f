//go:build !linux

package sandbox

import (
	"fmt"
	"os/exec"
	"runtime"
	"time"
)

// Prepared is a command that will start in a sandbox.
type Prepared struct{}

var errSystem = fmt.Errorf("%w: it takes Linux, and this is %s", ErrUnavailable, runtime.GOOS)

// Prepare reports [ErrUnavailable].
func Prepare(*exec.Cmd) (*Prepared, error) { return nil, errSystem }

// Abort returns err.
func (*Prepared) Abort(err error) error { return err }

// Receive reports [ErrUnavailable].
func (*Prepared) Receive(time.Duration) (*Sandbox, error) { return nil, errSystem }

// Entering says that this process was not started to enter a sandbox.
func Entering() bool { return false }

// Enter reports [ErrUnavailable].
func Enter() error { return errSystem }

// Exec reports [ErrUnavailable].
func Exec([]string) error { return errSystem }
