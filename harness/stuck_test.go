package harness

import (
	"context"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// oneLock is a log whose every call takes one lock, as a reader does behind a sync.
type oneLock struct {
	engines.LogStore
	mu sync.Mutex
}

func (l *oneLock) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.LogStore.PersistEntries(ctx, entries)
}

func (l *oneLock) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.LogStore.GetEntries(ctx, first, last)
}

// oneLockEngine claims that readers are not blocked, or does not.
type oneLockEngine struct {
	*filelog.Engine
	log    *oneLock
	claims bool
}

func (e oneLockEngine) LogStore() engines.LogStore { return e.log }

func (e oneLockEngine) Claims() engines.Claims {
	c := e.Engine.Claims()
	c.ReadersNotBlocked = e.claims
	return c
}

func oneLockFactory(claims bool) engines.Factory {
	return engines.Factory{Name: "one-lock", Without: engines.Without{Purge: true}, Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := filelog.Open(filelog.Options{FS: env.FS, Dir: env.Dir})
		if err != nil {
			return nil, err
		}
		return oneLockEngine{e, &oneLock{LogStore: e.LogStore()}, claims}, nil
	}}
}

// TestBlockedReaders: a reader that waits for a stuck sync refutes an engine that claims that
// it does not, by that property, and no other engine.
func TestBlockedReaders(t *testing.T) {
	for _, claims := range []bool{true, false} {
		o := swept(t, oneLockFactory(claims), FaultsShare, crash.StrictPosix(), "persist 2\npersist 2\nflush")
		if o.Has(models.ReadersNotBlocked) != claims || !claims && o.Verdict != evidence.Held || len(o.Findings) > 1 {
			t.Errorf("claimed: %v: got %v, %v", claims, o.Summary(), o.Findings)
		}
	}
}

// TestStuckSyncEnds: a program whose sync nobody releases comes to its end, whoever makes it,
// and leaves no goroutine behind.
func TestStuckSyncEnds(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for _, text := range []string{
		"persist 1\nfail fsync 1 error=stuck times=all\npersist 1\nflush\nreopen\npersist 1\nkill\npersist 1\ncrash lose=everything\npersist 1",
		"persist 1\nfail fsync-dir 1 error=stuck times=all\nfail fsync 1 error=stuck times=all\nreset\npersist 1\npurge 1\nconcurrently flushers=2 flushes=2 {\n  persist 1\n  persist 1\n}",
	} {
		for _, f := range []engines.Factory{filelog.Factory(filelog.Options{}), filelog.BufferedFactory(filelog.Options{})} {
			out, err := Record(f, Config{Profile: crash.StrictPosix()}, raftlog.MustParse(text))
			if err != nil || out.Failed != nil {
				t.Fatalf("%s: got %+v, %v", f.Name, out, err)
			}
			last := out.Lives[len(out.Lives)-1]
			for _, c := range last.Calls {
				if c.Returned == models.Pending || c.Result.Err != "" {
					t.Errorf("%s: %+v", f.Name, c)
				}
			}
			if fired, _ := last.Fired(); !fired {
				t.Errorf("%s: no sync was stuck in\n%v", f.Name, last.Journal.Events)
			}
		}
	}
}

// hastyLog acknowledges while the sync still runs, which another goroutine makes.
type hastyLog struct{ engines.LogStore }

func (hastyLog) IsWriteDurable() bool { return true }

func (l hastyLog) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	err := l.LogStore.PersistEntries(ctx, entries)
	if err == nil && len(entries) > 0 {
		go func() { _ = l.LogStore.Flush(context.Background()) }()
	}
	return err
}

type hasty struct{ *filelog.Engine }

func (h hasty) LogStore() engines.LogStore { return hastyLog{h.Engine.LogStore()} }

// hastyFactory has an engine that acknowledges what a sync still covers.
var hastyFactory = engines.Factory{Name: "hasty", Without: engines.Without{Purge: true}, Open: func(env engines.Env) (engines.StorageEngine, error) {
	e, err := filelog.Open(filelog.Options{FS: env.FS, Dir: env.Dir, Buffered: true})
	return hasty{e}, err
}}

// TestAcknowledgedUnderStuckSync: an engine that acknowledges what a stuck sync covers falls,
// by the promise of what is acknowledged.
func TestAcknowledgedUnderStuckSync(t *testing.T) {
	c := Config{Profile: crash.StrictPosix(), Programs: -1, Depth: -1, Only: []scenarios.NamedProgram{{
		Name: "stuck", Program: raftlog.MustParse("fail fsync 1 error=stuck\nconcurrently readers=1 reads=2 {\n  persist 1\n}"),
	}}}
	o, err := Verify(context.Background(), hastyFactory, c)
	if err != nil || !o.Has(models.AckedDurable) {
		t.Errorf("got %v, %v", o, err)
	}
}
