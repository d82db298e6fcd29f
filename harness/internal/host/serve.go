package host

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/faultfs/sandbox"
	"github.com/ackproof/ackproof/harness/internal/coverage"
	"github.com/ackproof/ackproof/harness/internal/selfcheck"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/internal/watch"
	"github.com/ackproof/ackproof/models"
)

var (
	mainCalled bool
	// serving is the worker's end of the protocol, nil in any other process.
	serving *os.File
	// serves is what serves the engine, and what that starts.
	serves = watch.NewFamily()
)

// The variables by which a process that this one starts knows what to do.
const (
	workerVariable  = "ACKPROOF_WORKER"         // name of the factory to serve
	testVariable    = "ACKPROOF_TEST"           // test that has the factory, if it was not given to Worker
	programVariable = "ACKPROOF_WORKER_PROGRAM" // arguments of the program to become, as JSON
	disksVariable   = "ACKPROOF_WORKER_DISKS"   // directories that are disks of their own, with colons between
)

// Worker does not return in a process that was started as a worker for one of the
// factories. In one that was started for the factory of a test it returns, for
// the test to be run; in any other it does nothing. A program that explores
// engines on real directories calls it first of all.
func Worker(factories ...subject.Factory) {
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
	go answerStacks(serves)
	for _, f := range append(selfcheck.Factories(), factories...) {
		if isServed(f) {
			serve(f)
		}
	}
	if os.Getenv(testVariable) == "" {
		exit(fmt.Errorf("a worker for engine %q was started, and no such factory was given to harness.Main or harness.Worker",
			os.Getenv(workerVariable)))
	}
}

// Serving reports whether this process is a worker that wants the factory of a test.
func Serving() bool { return serving != nil }

// ServeTest serves the factory, or one of the two that it is made of, and does not return, if this worker was started for
// it.
func ServeTest(f subject.Factory) {
	if f.Reader != nil {
		ServeTest(*f.Writer)
		f = *f.Reader
	}
	if isServed(f) {
		serve(f)
	}
}

// NoTest ends a worker whose test did not come to its factory.
func NoTest() {
	exit(fmt.Errorf("a worker for engine %q was started, and the test %s did not come to harness.Run with it",
		os.Getenv(workerVariable), os.Getenv(testVariable)))
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

func isServed(f subject.Factory) bool { return os.Getenv(workerVariable) == f.Name }

// serve answers requests until there are no more, and ends the process.
func serve(f subject.Factory) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(800) // as the command does: a recovery leaves much garbage and keeps nothing
	}
	s := f.Server(func(dir string) { mountDisks(dir, os.Getenv(disksVariable)) })
	recorder := coverage.NewRecorder()
	s.Extra = map[string]func(json.RawMessage) (any, error){
		opRecover: inDir(func(dir string) any {
			run := &recoveryRun{factory: f, env: engines.Env{Dir: dir}, coverage: recorder}
			out := briefly(run.within(attempt))
			out.Ran = recorder.Add(run.ranOpening()) // it runs one engine at a time
			return out
		}),
		opView: inDir(func(dir string) any {
			return shown(viewReadOnly(attempt, f, engines.Env{Dir: dir}))
		}),
	}
	ended := make(chan error)
	go func() { // what the engine starts is told from what this process needs
		serves.Do(func() { ended <- s.Serve(os.Stdin, serving) })
	}()
	if err := <-ended; err != nil {
		exit(err)
	}
	os.Exit(0)
}

// The operations that a worker of the harness answers beyond the protocol's: a
// whole recovery in one, since a trip to another process costs as much as an open.
const (
	opRecover = "recover"
	opView    = "view"
)

// recoverAnswer answers opRecover. A second open that showed what it had to is said in
// a word.
type recoverAnswer struct {
	*models.Recovered
	Same bool `json:"same,omitempty"`
	// Ran are the blocks that no recovery of this process ran before: the numbers are the
	// same in all processes of one program.
	Ran []int `json:"ran,omitempty"`

	stored   models.Stored
	coverage *coverage.Recorder // of whoever reads it
}

func briefly(r *models.Recovered) recoverAnswer {
	if r.Again == nil || !r.ShowsAgain() {
		return recoverAnswer{Recovered: r}
	}
	brief := *r
	brief.Again = nil
	return recoverAnswer{Recovered: &brief, Same: true}
}

// UnmarshalJSON reads an answer of a worker.
func (r *recoverAnswer) UnmarshalJSON(text []byte) (err error) {
	var beside struct {
		Same bool  `json:"same"`
		Ran  []int `json:"ran"`
	}
	if err := json.Unmarshal(text, &beside); err != nil {
		return err
	}
	r.Same, r.Ran = beside.Same, beside.Ran
	r.Recovered, err = r.stored.Recovered(text)
	return err
}

// whole returns what was recovered, and counts what ran.
func (r recoverAnswer) whole() *models.Recovered {
	r.coverage.Add(r.Ran)
	if r.Same {
		r.Again = r.Probe.After(r.View)
	}
	return r.Recovered
}

// shown answers opView: the key of what a read-only open showed, or nothing if it failed.
func shown(v models.View, ok bool) hosted.Text {
	if !ok {
		return ""
	}
	return hosted.Text(v.Key().String())
}

// keyShown reads an answer to opView.
func keyShown(answer hosted.Text) (key models.Digest, ok bool) {
	key, err := digest.Parse(string(answer))
	return key, err == nil
}

// inDir returns an operation on a directory, which the request names.
func inDir(do func(dir string) any) func(json.RawMessage) (any, error) {
	return func(request json.RawMessage) (any, error) {
		dir, err := hosted.TextOf(request)
		if err != nil {
			return nil, err
		}
		debug.SetPanicOnFault(true) // a cut file that is mapped
		mountDisks(string(dir), os.Getenv(disksVariable))
		return do(string(dir)), nil
	}
}
