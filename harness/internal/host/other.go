//go:build !linux

package host

import (
	"os"

	"github.com/ackproof/ackproof/faultfs/sandbox"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/internal/watch"
)

// newWorkers fails: workers need Linux.
func newWorkers(f subject.Factory, _ Options) (Host, error) { return nil, notRun(f, sandbox.Enter()) }

func takeStdout() (*os.File, error) { return os.Stdout, nil }

func answerStacks(*watch.Family) {}

func mountDisks(_, _ string) {}
