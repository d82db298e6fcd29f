package enginetest

import (
	"context"
	"errors"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

// limited returns the factory of sound engines that declare limits, and take nothing beyond.
func limited(limits engines.Limits) engines.Factory {
	tooMuch := errors.New("too much for one batch")
	f := plant{name: "limited", log: planted(hooks{
		persist: func(ctx context.Context, s store, entries []engines.Entry) error {
			if !limits.Allows(entries) {
				return tooMuch
			}
			return s.PersistEntries(ctx, entries)
		},
		replace: func(ctx context.Context, s store, from uint64, entries []engines.Entry) error {
			if !limits.Allows(entries) {
				return tooMuch
			}
			return s.ReplaceRange(ctx, from, entries)
		},
	})}.factory()
	f.Limits = limits
	return f
}

// Random programs stay within an engine's limits, and go on after a batch beyond them.
func TestProgramsKeepLimits(t *testing.T) {
	f := limited(engines.Limits{EntryMaxBytes: 1000, BatchMaxEntries: 1})
	for seed := range 100 {
		if err := try(t.Context(), modelCase(programs().Example(seed)), f); err != nil {
			t.Fatalf("program %d: got %v, want it to pass", seed, err)
		}
	}
}

// No case writes beyond an engine's limits.
func TestCasesKeepLimits(t *testing.T) {
	for _, limits := range []engines.Limits{{BatchMaxEntries: 1}, {BatchMaxEntries: 5}, {EntryMaxBytes: 1}, {BatchMaxBytes: 100}} {
		report, err := Examine(t.Context(), limited(limits), Options{Programs: -1})
		if report.Failures() != 0 || err != nil {
			t.Errorf("%+v: got %v, error %v, want no failures", limits, report.Err(), err)
		}
	}
}

// Of the engines that opens-apart runs, the limits let only the first write. What the log
// shows wrong there is a failure.
func TestLimitsHideNoFailure(t *testing.T) {
	f := limited(engines.Limits{BatchMaxEntries: 10})
	open := f.Open
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		e, err := open(env)
		if err == nil {
			e.(*brokenEngine).log.last = func(s store) uint64 { return s.LastIndex() / 10 * 11 }
		}
		return e, err
	}
	if err := try(t.Context(), caseNamed(t, "opens-apart"), f); err == nil || errors.Is(err, ErrSkipped) {
		t.Errorf("got %v, want a failure", err)
	}
}
