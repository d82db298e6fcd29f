package harness_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestProgress wants a progress to end at the outcome's counts, to be read while a
// program is explored, and to change nothing.
func TestProgress(t *testing.T) {
	programs := raftlog.Language.Named()[:3]
	if testing.Short() {
		programs = programs[:1]
	}
	for name, f := range map[string]engines.Factory{"holds": filelog.Factory(small), "refuted": unsynced()} {
		var progress harness.Progress
		config := harness.Config{Profile: crash.StrictPosix(), Workers: 1, Only: programs, Quick: testing.Short(), FindingsMax: 1000, NoShrink: true}
		without, err := harness.Verify(context.Background(), f, config)
		if err != nil {
			t.Fatal(err)
		}
		config.Progress = &progress
		snapshots := 0
		open := f.Open
		f.Open = func(env engines.Env) (engines.StorageEngine, error) {
			if s := progress.Snapshot(); s.Programs == 0 && s.Visited > 0 && s.Activity != "" {
				snapshots++
			}
			return open(env)
		}
		with, err := harness.Verify(context.Background(), f, config)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(with.Tally, without.Tally) {
			t.Errorf("%s: the progress changed the outcome: got\n%+v, want\n%+v", name, with.Tally, without.Tally)
		}
		if snapshots == 0 {
			t.Errorf("%s: the progress showed nothing of the first program while it was explored", name)
		}
		got := progress.Snapshot()
		want := harness.Snapshot{
			Programs: with.Tally.Programs, Planned: with.Tally.Planned, Round: got.Rounds, Rounds: got.Rounds,
			Visited: got.Visited, Distinct: got.Distinct, Findings: len(with.Findings), Activity: got.Activity,
		}
		if got != want || got.Visited <= with.Tally.Visited || got.Distinct < with.Tally.Distinct {
			t.Errorf("%s: got %+v, want %+v and more than %d visited", name, got, want, with.Tally.Visited)
		}
	}
}
