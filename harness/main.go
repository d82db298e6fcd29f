package harness

import (
	"os"
	"runtime/debug"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/internal/coverage"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/logstore"
)

// Main runs the tests of a package that has engines on real directories:
//
//	func TestMain(m *testing.M) { harness.Main(m) }
//
// Such engines run in worker processes, which are this test binary started again;
// Main tells these what to do. A worker runs the test that called [Run], up to
// that call. Factories that are given here need no such test.
//
// Unless GOGC is set, garbage is collected at five times the live heap instead of twice: a
// recovery leaves much of it and keeps nothing.
//
// In a test that was built with -cover -covermode=atomic outcomes say which blocks of the
// engine's code ran in recoveries: see [CountsRecoveries].
func Main(m *testing.M, factories ...engines.Factory) {
	coverage.Begin(m)
	Worker(factories...)
	if os.Getenv("GOGC") == "" {
		const percent = 400
		debug.SetGCPercent(percent)
	}
	code := m.Run()
	if host.Serving() {
		host.NoTest()
	}
	os.Exit(code)
}

// Worker does not return in a process that was started as a worker for one of the
// factories. In one that was started for the factory of a test it returns, for
// the test to be run; in any other it does nothing. A program that explores
// engines on real directories calls it first of all.
func Worker(factories ...engines.Factory) {
	subjects := make([]subject.Factory, len(factories))
	for i, f := range factories {
		subjects[i] = logstore.Of(f)
	}
	WorkerOfSubjects(subjects...)
}

// WorkerOfSubjects is [Worker] for subjects of any kind.
func WorkerOfSubjects(factories ...subject.Factory) { host.Worker(factories...) }

// ErrNotRun reports an engine that needs a real directory, on a machine that cannot
// make one that loses power. Nothing was explored, so nothing is known of the engine.
var ErrNotRun = host.ErrNotRun
