package host

import (
	"fmt"
	"os"
	"syscall"
)

// takeStdout keeps standard output for the protocol: what an engine prints goes
// to the log.
func takeStdout() (*os.File, error) {
	out, err := syscall.Dup(1)
	if err != nil {
		return nil, fmt.Errorf("standard output: %w", err)
	}
	syscall.CloseOnExec(out)
	if err := syscall.Dup3(2, 1, 0); err != nil {
		return nil, fmt.Errorf("standard output: %w", err)
	}
	return os.NewFile(uintptr(out), "protocol"), nil
}
