package enginetest

import (
	"errors"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/internal/machines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
	"github.com/ackproof/ackproof/engines/memmachine"
)

// A disk that is full for the places of opens-apart is no failure of the engine, none of
// whose engines then runs on behind the case.
func TestNoPlaceIsNoFailure(t *testing.T) {
	var opened atomic.Int32
	f := plant{name: "sound"}.factory()
	open := f.Open
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		opened.Add(1)
		return open(env)
	}
	made := 0
	newEnv := func() (engines.Env, error) {
		if made++; made == 3 {
			return engines.Env{}, syscall.ENOSPC
		}
		return InMemory()
	}
	s := suite(f, newEnv, 0)
	s.Cases = []logCase{logCase(caseNamed(t, "opens-apart"))}
	report, err := s.Run(t.Context(), trial.NewGuard(0), func(Result) {})
	if !errors.Is(err, trial.ErrPlace) || !errors.Is(err, syscall.ENOSPC) || len(report.Results) != 0 {
		t.Errorf("got %+v, error %v, want no result and %v", report, err, syscall.ENOSPC)
	}
	if opened.Load() != 1 {
		t.Errorf("got %d engines opened, want that of the case", opened.Load())
	}
}

// fullFor is a file system without room for the files and directories of some name.
type fullFor struct {
	afero.Fs
	suffix string
}

func (f fullFor) MkdirAll(path string, mode os.FileMode) error {
	if strings.HasSuffix(path, f.suffix) {
		return syscall.ENOSPC
	}
	return f.Fs.MkdirAll(path, mode)
}

func (f fullFor) OpenFile(path string, flag int, mode os.FileMode) (afero.File, error) {
	if strings.HasSuffix(path, f.suffix) {
		return nil, syscall.ENOSPC
	}
	return f.Fs.OpenFile(path, flag, mode)
}

// Nor is one that is full for what the cases of state machines write themselves.
func TestNoPlaceIsNoFailureOfMachine(t *testing.T) {
	for name, suffix := range map[string]string{"opens-apart": "-2", "snapshot-of-another-machine": "-other", "refused-snapshots": "bad"} {
		newEnv := func() (engines.Env, error) { return In(fullFor{afero.NewMemMapFs(), suffix}) }
		s := machineSuite(memmachine.Factory(), newEnv, false, 0)
		for _, c := range s.Cases {
			if c.Name == name {
				s.Cases = []trial.Case[*machines.Place]{c}
			}
		}
		report, err := s.Run(t.Context(), trial.NewGuard(0), func(Result) {})
		if !errors.Is(err, trial.ErrPlace) || !errors.Is(err, syscall.ENOSPC) || len(report.Results) != 0 {
			t.Errorf("%s: got %+v, error %v, want no result and %v", name, report, err, syscall.ENOSPC)
		}
	}
}
