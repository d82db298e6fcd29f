package harness_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
)

// limitedLog refuses what is beyond its limits.
type limitedLog struct {
	engines.LogStore
	limits engines.Limits
}

func (l limitedLog) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if !l.limits.Allows(entries) {
		return fmt.Errorf("%d entries are beyond %+v", len(entries), l.limits)
	}
	return l.LogStore.PersistEntries(ctx, entries)
}

type limitedEngine struct {
	*filelog.Engine
	limits engines.Limits
}

func (e limitedEngine) LogStore() engines.LogStore { return limitedLog{e.Engine.LogStore(), e.limits} }

// limited returns engines that refuse what is beyond limits.
func limited(limits engines.Limits) engines.Factory {
	f := filelog.Factory(small)
	open := f.Open
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		e, err := open(env)
		if err != nil {
			return nil, err
		}
		return limitedEngine{e.(*filelog.Engine), limits}, nil
	}
	return f
}

// An engine with limits is never asked for more, whether its factory states them or the
// configuration does: no program, no life after a crash and no probe.
func TestEngineWithLimits(t *testing.T) {
	limits := engines.Limits{EntryMaxBytes: 11, BatchMaxBytes: 100, BatchMaxEntries: 600}
	stated, plain := limited(limits), limited(limits)
	stated.Limits = limits
	secondLives := 0 // as many as there are in a quick run
	if testing.Short() {
		secondLives = -1
	}
	for about, c := range map[string]struct {
		factory engines.Factory
		limits  engines.Limits
	}{
		"stated by the factory":       {stated, engines.Limits{}},
		"stated by the configuration": {plain, limits},
		"stated by both in part":      {stated, engines.Limits{BatchMaxEntries: 3}},
	} {
		o := verify(t, c.factory, harness.Config{
			Limits: c.limits, Quick: true, Programs: 2, FindingsMax: 1, SecondLives: secondLives,
		})
		if o.Verdict != evidence.Held {
			t.Errorf("%s: got %s, want it held: %v", about, o.Summary(), o.Findings)
		}
	}
	// Who does not state them is asked for more at once, before anything has crashed.
	if _, err := harness.Verify(t.Context(), plain, harness.Config{}); err == nil || !strings.Contains(err.Error(), "1 entries are beyond") {
		t.Errorf("not stated: got %v, want the engine's refusal", err)
	}
}
