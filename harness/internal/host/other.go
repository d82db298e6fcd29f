//go:build !linux

package host

import (
	"os"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/sandbox"
)

// newWorkers fails: workers need Linux.
func newWorkers(f engines.Factory, _ Options) (Host, error) { return nil, notRun(f, sandbox.Enter()) }

func takeStdout() (*os.File, error) { return os.Stdout, nil }

func answerStacks() {}

func mountDisks(_, _ string) {}
