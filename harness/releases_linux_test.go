package harness_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// untidy returns the engine on a directory that keeps a file open and mapped, a goroutine and
// a temporary file, whenever it opens.
func untidy() engines.Factory {
	f := onDir()
	open := f.Open
	f.Name = "untidy"
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		lock, err := os.Create(filepath.Join(env.Dir, "LOCK"))
		if err == nil {
			_, err = lock.WriteString("locked")
		}
		if err == nil {
			_, err = syscall.Mmap(int(lock.Fd()), 0, 6, syscall.PROT_READ, syscall.MAP_SHARED)
		}
		if err == nil {
			_, err = os.CreateTemp("", "scratch")
		}
		if err != nil {
			return nil, err
		}
		go idle(make(chan struct{}))
		return open(env)
	}
	return f
}

func idle(work <-chan struct{}) {
	for range work {
	}
}

// TestLeftInWorker wants each kind of thing told that an engine leaves in a process of its own,
// and nothing of the one that leaves nothing.
func TestLeftInWorker(t *testing.T) {
	program := raftlog.MustParse("persist 1\nreopen")
	recording, err := harness.Record(untidy(), harness.Config{}, program)
	orNotRun(t, err)
	if recording.Failed == nil || recording.Failed.Property() != models.CloseReleases {
		t.Fatalf("got %v, want it refuted by %s", recording.Failed, models.CloseReleases)
	}
	left := recording.Failed.Left()
	for _, want := range []string{
		"/db/LOCK is open", "/db/LOCK is mapped", "goroutine of harness_test.idle", "temporary files are there: 1", "temporary files are open: 1",
	} {
		if !slices.ContainsFunc(left, func(word string) bool { return strings.HasPrefix(word, want) }) {
			t.Errorf("got left %q, want %s", left, want)
		}
	}
	if len(left) != 5 {
		t.Errorf("got left %q, want five", left)
	}
	tidy, err := harness.Record(onDir(), harness.Config{}, program)
	orNotRun(t, err)
	if tidy.Failed != nil {
		t.Errorf("got %s of an engine that leaves nothing", tidy.Failed.Sentence())
	}
}

// cleansUpBehindClose is an engine whose close has a goroutine remove files one after the
// other, with pauses, for longer than what is left after a close has in an idle process.
type cleansUpBehindClose struct {
	engines.StorageEngine
	dir string
}

func (e cleansUpBehindClose) Claims() engines.Claims { return engines.Claims{CloseReleases: true} }

func (e cleansUpBehindClose) Close() error {
	err := e.StorageEngine.Close()
	go func() {
		for range 100 {
			scratch := filepath.Join(e.dir, "scratch")
			_ = os.WriteFile(scratch, nil, 0o600)
			_ = os.Remove(scratch)
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return err
}

func cleaningUp() engines.Factory {
	f := onDir()
	open := f.Open
	f.Name = "cleans-up-behind-close"
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		e, err := open(env)
		return cleansUpBehindClose{e, env.Dir}, err
	}
	return f
}

// What goes on with its work behind a close is not left while its calls are answered.
func TestLeftWhileCallsGoOn(t *testing.T) {
	recording, err := harness.Record(cleaningUp(), harness.Config{}, raftlog.MustParse("persist 1\nreopen"))
	orNotRun(t, err)
	if recording.Failed != nil {
		t.Errorf("got %s, want no failure", recording.Failed.Sentence())
	}
}
