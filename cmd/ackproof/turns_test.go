package main

import (
	"io"
	"sync"
	"testing"
	"time"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// opens is a job whose engine calls first when it is opened, if it is not nil.
func opens(name string, first func()) job {
	f := filelog.Factory(filelog.Options{})
	f.Name = name
	open := f.Open
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		if first != nil {
			first()
		}
		return open(env)
	}
	return job{builtin.Engine{Factory: logstore.Of(f)}, crash.StrictPosix()}
}

// TestNoneIsCutShortWhileTimeIsLeft: an engine that takes far longer than its share of the
// budget has what the others leave, though it comes first.
func TestNoneIsCutShortWhileTimeIsLeft(t *testing.T) {
	if harness.CountsRecoveries() == nil {
		t.Skip("recoveries are counted, so one run has to end before the next begins")
	}
	othersRan := make(chan struct{})
	jobs := []job{opens("slow", func() { <-othersRan })}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		jobs = append(jobs, opens(name, nil))
	}
	jobs = append(jobs, opens("last", sync.OnceFunc(func() { close(othersRan) })))
	c := harness.Config{Workers: 1, Quick: true, Depth: -1, Only: raftlog.Language.Named()[:1]}
	c.Plan.Max = [len(c.Plan.Max)]int{4, -1, -1, -1, -1}
	q := &jobQueue{
		jobs: jobs, config: c, progress: newProgress(io.Discard), found: func(job, *evidence.Case) {},
		deadline: time.Now().Add(15 * time.Second),
	}
	for i, result := range q.start(t.Context()) {
		if d := <-result; d.err != nil {
			t.Error(d.err)
		} else if d.Verdict != evidence.Held {
			t.Errorf("%s: got %s, want held", jobs[i].engine.Name, d.Outcome.Summary())
		}
	}
}

// TestTurns: in each round all jobs have turns of one length, and one whose turn is over goes
// on if none waits.
func TestTurns(t *testing.T) {
	ts := newTurns([]job{opens("a", nil), opens("b", nil), opens("c", nil)}, 1, time.Now().Add(time.Hour))
	ts.single = false
	a, first := ts.next()
	b, second := ts.next()
	if first != second || first < 9*time.Minute || first > 10*time.Minute {
		t.Errorf("got turns of %v and %v, want half of a third of an hour", first, second)
	}
	if !ts.pause(a) {
		t.Error("it is not paused, and another waits")
	}
	ts.done()
	if c, third := ts.next(); third != first || !ts.pause(c) {
		t.Errorf("got a turn of %v, or no pause, want %v", third, first)
	}
	again, longer := ts.next()
	if again != a || longer < 14*time.Minute {
		t.Errorf("got %s for %v, want a for half of half an hour", again.engine.Name, longer)
	}
	ts.next()
	if ts.pause(b) {
		t.Error("it is paused, and none waits")
	}
	if none, _ := ts.next(); none != nil {
		t.Errorf("got %s, want none", none.engine.Name)
	}
}
