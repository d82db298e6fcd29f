package workers

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/engines/memmachine"
)

// TestMain is a worker too, when its own pools start it.
func TestMain(m *testing.M) {
	if what := os.Args[len(os.Args)-1]; strings.HasPrefix(what, "worker=") {
		os.Exit(work(strings.TrimPrefix(what, "worker=")))
	}
	os.Exit(m.Run())
}

func work(what string) int {
	s := &hosted.Server{Name: what}
	switch what {
	case "machine":
		s.OpenMachine = func(string, bool) (engines.StateMachine, error) { return memmachine.New(nil), nil }
	case "stuck":
		s.Open = func(dir string, _ bool) (engines.StorageEngine, error) {
			if dir == "slow" {
				time.Sleep(hangAfter / 5)
			}
			return stuck{memlog.New()}, nil
		}
	case "log", "deaf":
		s.Without.Reset = true
		s.Open = func(dir string, _ bool) (engines.StorageEngine, error) {
			if dir == "exit" {
				_, _ = os.Stderr.WriteString("there is no hope")
				os.Exit(3)
			}
			return memlog.New(), nil
		}
	}
	if s.Serve(os.Stdin, os.Stdout) != nil {
		return 1
	}
	if what == "deaf" {
		time.Sleep(time.Hour)
	}
	return 0
}

// hangAfter is the limit of the pools here.
const hangAfter = 3 * time.Second

// stuck is an engine whose flush does not return.
type stuck struct{ engines.StorageEngine }

func (s stuck) LogStore() engines.LogStore { return stuckLog{s.StorageEngine.LogStore()} }

type stuckLog struct{ engines.LogStore }

func (stuckLog) Flush(context.Context) error {
	time.Sleep(time.Hour)
	return nil
}

func newPool(t *testing.T, what string) *Pool {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := New([]string{program, "worker=" + what}, hangAfter)
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// Engines that are open at once have processes of their own, and one that is closed leaves
// its process to the next.
func TestPool(t *testing.T) {
	p := newPool(t, "log")
	f, err := p.Log(engines.Factory{Name: "log"})
	if err != nil || !f.Without.Reset || f.Program != nil {
		t.Fatalf("got %+v, error %v, want a factory without reset", f, err)
	}
	open := func() engines.StorageEngine {
		e, err := f.Open(engines.Env{Dir: "any"})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	first, second := open(), open()
	if err := first.LogStore().PersistEntries(t.Context(), []engines.Entry{{Index: 1, Term: 1}}); err != nil {
		t.Fatal(err)
	}
	if got := second.LogStore().LastIndex(); got != 0 || len(p.all) != 2 {
		t.Errorf("got last index %d in the other engine, %d processes, want 0 and 2", got, len(p.all))
	}
	for i, want := range []error{nil, engines.ErrClosed} {
		if err := first.Close(); !errors.Is(err, want) {
			t.Errorf("close %d: got error %v, want %v", i, err, want)
		}
	}
	third := open()
	if got := third.LogStore().LastIndex(); got != 0 || len(p.all) != 2 || len(p.idle) != 0 {
		t.Errorf("got last index %d in a new engine, %d processes, %d idle, want 0, 2 and 0", got, len(p.all), len(p.idle))
	}
	if err := third.Close(); err != nil {
		t.Error(err)
	}
}

// A process that ends is not used again, and its last words are in the error.
func TestProcessThatEnds(t *testing.T) {
	p := newPool(t, "log")
	for range 2 {
		_, err := p.openLog(engines.Env{Dir: "exit"})
		if failure := (*hosted.Failure)(nil); !errors.As(err, &failure) || !strings.Contains(failure.Log, "there is no hope") {
			t.Errorf("got error %v, want a failure with what the process wrote to stderr", err)
		}
	}
	if len(p.all) != 2 || len(p.idle) != 0 {
		t.Errorf("got %d processes, %d idle, want 2 and none", len(p.all), len(p.idle))
	}
}

func TestMachine(t *testing.T) {
	m, err := newPool(t, "machine").Machine(engines.MachineFactory{}).Open(engines.Env{Dir: "any"})
	if err != nil {
		t.Fatal(err)
	}
	if got := engines.MachineClaimsOf(m); !got.Volatile {
		t.Errorf("got claims %+v, want those of the machine in the process", got)
	}
	for i, want := range []error{nil, engines.ErrClosed} {
		if err := m.Close(); !errors.Is(err, want) {
			t.Errorf("close %d: got error %v, want %v", i, err, want)
		}
	}
}

func TestNoSuchProgram(t *testing.T) {
	if _, err := New([]string{"/no/such/program"}, 0).Log(engines.Factory{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got error %v, want %v", err, os.ErrNotExist)
	}
}

// Processes that ignore the end of stdin hold nobody up, and none is started after the end.
func TestKill(t *testing.T) {
	p := newPool(t, "deaf")
	var open []engines.StorageEngine
	for range 3 {
		e, err := p.openLog(engines.Env{Dir: "any"})
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, e)
	}
	for _, e := range open[1:] { // the first is in use when all end
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	processes, began := p.all, time.Now()
	p.Kill()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v, want no wait for the processes", took)
	}
	for i, process := range processes {
		if process.Alive() {
			t.Errorf("process %d is alive, want it killed", i)
		}
	}
	if _, err := p.openLog(engines.Env{Dir: "any"}); !errors.Is(err, engines.ErrClosed) {
		t.Errorf("got error %v from an open after the end, want %v", err, engines.ErrClosed)
	}
}

// Once an engine hung the calls to the next have a tenth of the time; but to open, as slow as it
// always was, has all of it.
func TestHang(t *testing.T) {
	p := newPool(t, "stuck")
	for _, c := range []struct{ dir, within string }{{"any", "within 3s"}, {"slow", "within 300ms"}} {
		e, err := p.openLog(engines.Env{Dir: c.dir})
		if err != nil {
			t.Fatal(err)
		}
		err = e.LogStore().Flush(t.Context())
		if failure := (*hosted.Failure)(nil); !errors.As(err, &failure) || !failure.Hung() || !strings.Contains(failure.Text, c.within) {
			t.Errorf("got error %v, want a hang %s", err, c.within)
		}
		if err := e.Close(); err == nil {
			t.Error("got no error from the close of an engine whose process was killed")
		}
	}
}
