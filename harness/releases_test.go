package harness_test

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// silent returns engines that state no claims.
func silent(f engines.Factory) engines.Factory {
	open := f.Open
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		e, err := open(env)
		return struct{ engines.StorageEngine }{e}, err
	}
	return f
}

// What a close left is one finding, which comes again from its bundle.
func TestLeftIsOneFinding(t *testing.T) {
	f := planted("lock-file-kept")
	o := verify(t, f, harness.Config{Only: raftlog.Language.Named()[:1], Faults: harness.FaultsNone})
	if len(o.Findings) != 1 || o.Findings[0].Property() != models.CloseReleases || !o.Findings[0].Confirmed {
		for _, f := range o.Findings {
			t.Log(f.Sentence(), f.Signature)
		}
		t.Fatalf("got %s, want one finding of %s, confirmed", o.Summary(), models.CloseReleases)
	}
	path := filepath.Join(t.TempDir(), "bundle")
	if err := evidence.WriteCase(path, o.Findings[0]); err != nil {
		t.Fatal(err)
	}
	c, err := evidence.ReadCase(path, logstore.Kind)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Left(); !slices.Equal(got, []string{"/db/LOCK is open"}) {
		t.Errorf("got left %q in the bundle, want the lock file", got)
	}
	if now, err := harness.Replay(f, c); err != nil || now.Sentence() != c.Sentence() {
		t.Errorf("got %v, %v, want the same finding", now, err)
	}
}

// Who does not claim to leave nothing is not judged for it.
func TestLeftUnclaimed(t *testing.T) {
	for _, name := range []string{"lock-file-kept", "scratch-file-left"} {
		recording, err := harness.Record(silent(planted(name)), harness.Config{}, raftlog.MustParse("persist 1\nreopen\nreopen"))
		if err != nil || recording.Failed != nil {
			t.Errorf("%s: got %v, %v, want no failure", name, recording.Failed, err)
		}
	}
}

// syncsBehindClose is an engine whose close has a goroutine sync a file, which ends then.
type syncsBehindClose struct {
	engines.StorageEngine
	env engines.Env
}

func (e syncsBehindClose) Claims() engines.Claims { return engines.Claims{CloseReleases: true} }

func (e syncsBehindClose) Close() error {
	f, err := e.env.FS.Create(filepath.Join(e.env.Dir, "NOTE"))
	if err != nil {
		return err
	}
	err = e.StorageEngine.Close()
	go func() {
		_ = f.Sync()
		_ = f.Close()
	}()
	return err
}

// A sync that takes long, behind a close, is not left when it may end.
func TestLeftBehindHeldSync(t *testing.T) {
	file := filelog.Factory(small)
	f := engines.Factory{Name: "syncs-behind-close", Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := file.Open(env)
		return syncsBehindClose{e, env}, err
	}}
	program := raftlog.MustParse("persist 1\nhold fsync 1 until 3 calls returned\nreopen")
	recording, err := harness.Record(f, harness.Config{}, program)
	if err != nil || recording.Failed != nil {
		t.Errorf("got %v, %v, want no failure", recording.Failed, err)
	}
}

// A goroutine that a wait group started is the engine's. One that has ended is not left.
func TestLeftByWaitGroup(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	for name, c := range map[string]struct {
		run  func()
		left int
	}{"stays": {func() { <-release }, 1}, "ends": {func() {}, 0}} {
		file := filelog.Factory(small)
		recording, err := harness.Record(engines.Factory{Name: "starts-one-that-" + name, Open: func(env engines.Env) (engines.StorageEngine, error) {
			var started sync.WaitGroup
			started.Go(c.run)
			return file.Open(env)
		}}, harness.Config{}, raftlog.MustParse("persist 1\nreopen"))
		if err != nil {
			t.Fatal(err)
		}
		var left []string
		if f := recording.Failed; f != nil && f.Property() == models.CloseReleases {
			left = f.Left()
		} else if f != nil {
			t.Errorf("%s: got %s", name, f.Sentence())
		}
		if len(left) != c.left || c.left == 1 && !strings.HasPrefix(left[0], "goroutine of harness_test.TestLeftByWaitGroup") {
			t.Errorf("%s: got left %q, want %d goroutines of this test", name, left, c.left)
		}
	}
}
