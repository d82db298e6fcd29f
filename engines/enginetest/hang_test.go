package enginetest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/engines/memlog"
)

// stuck is an engine that does not return from one call, until released.
type stuck struct {
	engines.StorageEngine
	at       string
	released chan struct{}
}

func stuckFactory(t *testing.T, at string) engines.Factory {
	released := make(chan struct{})
	t.Cleanup(func() { close(released) })
	sound := memlog.Factory()
	return engines.Factory{Name: "stuck", Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := sound.Open(env)
		s := stuck{e, at, released}
		s.stickAt("open")
		return s, err
	}}
}

func (s stuck) stickAt(call string) {
	if s.at == call {
		<-s.released
	}
}

func (s stuck) LogStore() engines.LogStore { return stuckLog{s.StorageEngine.LogStore(), s} }

func (s stuck) Close() error {
	s.stickAt("close")
	return s.StorageEngine.Close()
}

type stuckLog struct {
	engines.LogStore
	stuck stuck
}

func (l stuckLog) Flush(ctx context.Context) error {
	l.stuck.stickAt("flush")
	return l.LogStore.Flush(ctx)
}

func (l stuckLog) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	l.stuck.stickAt("read")
	return l.LogStore.GetEntries(ctx, first, last)
}

// TestHangsAreFailures wants a sentence with the case, the step, the call and the time,
// and the stack of the goroutine that hangs first.
func TestHangsAreFailures(t *testing.T) {
	for at, want := range map[string][]string{
		"open":  {"reopen: open: got no answer from ", "enginetest_test.stuckFactory.func2 within 200ms, want one"},
		"close": {"reopen: close: got no answer from ", "enginetest_test.stuck.Close within 200ms, want one"},
		"flush": {"flush: step 1, flush: got no answer from ", "enginetest_test.stuckLog.Flush within 200ms, want one"},
		"read":  {"payload-empty: step 2, ", "enginetest_test.stuckLog.GetEntries within 200ms, want one"},
	} {
		t.Run(at, func(t *testing.T) {
			name, _, _ := strings.Cut(want[0], ":")
			err := enginetest.RunWithin(t.Context(), 200*time.Millisecond, stuckFactory(t, at), name)
			if err == nil {
				t.Fatal("got no error, want a hang")
			}
			head, stacks, _ := strings.Cut(err.Error(), "\n")
			if !strings.HasPrefix(head, want[0]) || !strings.HasSuffix(head, want[1]) {
				t.Errorf("got %q, want %q", head, want)
			}
			if first, _, _ := strings.Cut(stacks, "\n\n"); !strings.Contains(first, "enginetest_test.stuck.stickAt(") {
				t.Errorf("got first stack\n%s\nwant that of the goroutine that hangs", first)
			}
			if !strings.Contains(stacks, "the contract: ") {
				t.Error("got no sentence of the contract, want one")
			}
		})
	}
}

// TestReadersThatHang wants the call of a goroutine that a case started.
func TestReadersThatHang(t *testing.T) {
	err := enginetest.RunWithin(t.Context(), 200*time.Millisecond, stuckFactory(t, "flush"), "readers-beside-writer")
	if err == nil || !strings.Contains(err.Error(), "enginetest_test.stuckLog.Flush within 200ms") {
		t.Errorf("got error %v, want a hang in flush", err)
	}
}

// TestLaterHangsAreNotWaitedFor wants a tenth of the limit for cases after one that hung.
func TestLaterHangsAreNotWaitedFor(t *testing.T) {
	err := enginetest.RunWithin(t.Context(), time.Second, stuckFactory(t, "flush"), "flush", "reopen-after-flush", "hard-state")
	if err == nil || !strings.Contains(err.Error(), "within 1s") || !strings.Contains(err.Error(), "reopen-after-flush") || !strings.Contains(err.Error(), "within 100ms") {
		t.Errorf("got error %v, want one hang within 1s and one within 100ms", err)
	}
	if err != nil && strings.Contains(err.Error(), "\nhard-state: ") {
		t.Errorf("got %v, want the case that calls no flush to pass", err)
	}
}
