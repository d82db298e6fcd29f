package harness

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/faultfs/sandbox"
	"github.com/ackproof/ackproof/models"
)

// Main runs the tests of a package that has engines on real directories:
//
//	func TestMain(m *testing.M) { harness.Main(m) }
//
// Such engines run in worker processes, which are this test binary started again;
// Main tells these what to do. A worker runs the test that called [Run], up to
// that call. Factories that are given here need no such test.
func Main(m *testing.M, factories ...engines.Factory) {
	Worker(factories...)
	code := m.Run()
	if serving != nil {
		exit(fmt.Errorf("a worker for engine %q was started, and the test %s did not come to harness.Run with it",
			os.Getenv(workerVariable), os.Getenv(testVariable)))
	}
	os.Exit(code)
}

var (
	mainCalled bool
	// serving is the worker's end of the protocol, nil in any other process.
	serving *os.File
)

// ErrNotRun reports an engine that needs a real directory where none can be had
// that loses power: nothing was explored, and nothing can be said of the engine.
var ErrNotRun = errors.New("not run")

// The variables by which a process that this one starts knows what to do.
const (
	workerVariable  = "ACKPROOF_WORKER"  // name of the factory to serve
	testVariable    = "ACKPROOF_TEST"    // test that has the factory, if it was not given to Worker
	programVariable = "ACKPROOF_PROGRAM" // arguments of the program to become, as JSON
)

// Worker does not return in a process that was started as a worker for one of the
// factories. In one that was started for the factory of a test it returns, for
// the test to be run; in any other it does nothing. A program that explores
// engines on real directories calls it first of all.
func Worker(factories ...engines.Factory) {
	mainCalled = true
	if !sandbox.Entering() {
		return
	}
	if err := sandbox.Enter(); err != nil {
		exit(err)
	}
	becomeProgram()
	var err error
	if serving, err = takeStdout(); err != nil {
		exit(err)
	}
	go answerStacks()
	for _, f := range factories {
		if isServed(f) {
			serve(f)
		}
	}
	if os.Getenv(testVariable) == "" {
		exit(fmt.Errorf("a worker for engine %q was started, and no such factory was given to harness.Main or harness.Worker",
			os.Getenv(workerVariable)))
	}
}

// exit ends a worker that cannot work; whoever started it shows its log.
func exit(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// becomeProgram replaces this process by the program of another language that it
// was started for, if any.
func becomeProgram() {
	text, ok := os.LookupEnv(programVariable)
	if !ok {
		return
	}
	var argv []string
	err := json.Unmarshal([]byte(text), &argv)
	if err == nil {
		err = os.Unsetenv(programVariable)
	}
	if err == nil {
		err = sandbox.Exec(argv)
	}
	exit(err)
}

func isServed(f engines.Factory) bool { return os.Getenv(workerVariable) == f.Name }

// serve answers requests until there are no more, and ends the process.
func serve(f engines.Factory) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(800) // as the command does: a recovery leaves much garbage and keeps nothing
	}
	s := &hosted.Server{
		Name:     f.Name,
		ReadOnly: f.OpenReadOnly != nil,
		Open: func(dir string, readOnly bool) (engines.StorageEngine, error) {
			if readOnly {
				return f.OpenReadOnly(engines.Env{Dir: dir})
			}
			return f.Open(engines.Env{Dir: dir})
		},
		Extra: map[string]func(json.RawMessage) (any, error){
			opRecover: inDir(func(dir string) any {
				return briefly(recoverIn(attempt, f, engines.Env{Dir: dir}))
			}),
			opPeek: inDir(func(dir string) any {
				v, ok := peekIn(attempt, f, engines.Env{Dir: dir})
				return peeked{OK: ok, View: viewKey(v)}
			}),
		},
	}
	if err := s.Serve(os.Stdin, serving); err != nil {
		exit(err)
	}
	os.Exit(0)
}

// The operations that a worker of the harness answers beyond the protocol's: a
// whole recovery in one, since a trip to another process costs as much as an open.
const (
	opRecover = "recover"
	opPeek    = "peek"
)

// dirRequest asks for something to be done in a directory.
type dirRequest struct {
	Dir string `json:"dir"`
}

// recovered answers opRecover. A second open that showed what it had to is said in
// a word.
type recovered struct {
	*models.Recovered
	Same bool `json:"same,omitempty"`
}

func briefly(r *models.Recovered) recovered {
	if r.Again == nil || !showsAgain(r) {
		return recovered{r, false}
	}
	brief := *r
	brief.Again = nil
	return recovered{&brief, true}
}

// whole returns what was recovered.
func (r recovered) whole() *models.Recovered {
	if r.Same {
		again := r.View
		again.Entries = append(slices.Clip(again.Entries), *r.Probe)
		again.LastIndex = r.Probe.Index
		r.Again = &again
	}
	return r.Recovered
}

// peeked answers opPeek.
type peeked struct {
	OK   bool          `json:"ok"`
	View models.Digest `json:"view"`
}

// inDir returns an operation on a directory.
func inDir(do func(dir string) any) func(json.RawMessage) (any, error) {
	return func(text json.RawMessage) (any, error) {
		var request dirRequest
		if err := json.Unmarshal(text, &request); err != nil {
			return nil, err
		}
		debug.SetPanicOnFault(true) // a cut file that is mapped
		return do(request.Dir), nil
	}
}
