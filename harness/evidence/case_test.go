package evidence_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestHangs: a failure is a hang if a call did not return, whatever the text of an
// error that did.
func TestHangs(t *testing.T) {
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	for name, test := range map[string]struct {
		flush func() error
		want  bool
	}{
		"an error whose text begins so": {flush: func() error { return errors.New("hang: queue is full") }, want: false},
		"a call that does not return":   {flush: func() error { <-release; return nil }, want: true},
	} {
		recording, err := harness.Record(flushing(test.flush), harness.Config{HangAfter: 100 * time.Millisecond}, raftlog.MustParse("persist 1\nflush"))
		if err != nil {
			t.Fatal(err)
		}
		life := recording.Lives[len(recording.Lives)-1]
		live := &evidence.Failure{Life: life, Live: true}
		if last := life.Calls[len(life.Calls)-1]; last.Result.Err == "" || live.Hangs() != test.want {
			t.Errorf("%s: got hangs %v of the result %v, want %v", name, live.Hangs(), last.Result, test.want)
		}
		if read := throughBundle(t, live); read.Hangs() != test.want {
			t.Errorf("%s: got hangs %v of the stored case, want %v", name, read.Hangs(), test.want)
		}
	}
}

func throughBundle(t *testing.T, f *evidence.Failure) *evidence.Case {
	t.Helper()
	_, read := stored(t, &evidence.Case{Failure: f, Kind: logstore.Kind})
	return read
}

// flushing returns an engine in memory whose log flushes so.
func flushing(flush func() error) engines.Factory {
	return engines.Factory{Name: "flushing", Open: func(engines.Env) (engines.StorageEngine, error) {
		return flushEngine{memlog.New(), flush}, nil
	}}
}

type flushEngine struct {
	engines.StorageEngine
	flush func() error
}

func (e flushEngine) LogStore() engines.LogStore {
	return flushLog{e.StorageEngine.LogStore(), e.flush}
}

type flushLog struct {
	engines.LogStore
	flush func() error
}

func (l flushLog) Flush(context.Context) error { return l.flush() }
