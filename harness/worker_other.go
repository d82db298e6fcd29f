//go:build !linux

package harness

import (
	"fmt"
	"os"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/sandbox"
)

// workers are to be had on Linux only.
type workers struct{}

func (c *Config) host(f engines.Factory) (stop func(), err error) {
	if f.Needs == engines.NeedsDir {
		return nil, fmt.Errorf("engine %s %w: %w", f.Name, ErrNotRun, sandbox.Enter())
	}
	return func() {}, nil
}

func (c Config) onDisks(f engines.Factory) engines.Factory { return f }

func newWorkerRecoveries(*workers) recoveries { return nil }

// workerEngine is never made.
type workerEngine struct{ engines.StorageEngine }

func (*workerEngine) kill()             {}
func (*workerEngine) concurrently(bool) {}
func (*workerEngine) log() string       { return "" }

func takeStdout() (*os.File, error) { return os.Stdout, nil }

func answerStacks() {}
