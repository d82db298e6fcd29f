package enginetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/engines/memmachine"
)

// silent are engines that do less than the contract and do not say so, by what they should
// decline.
func silent() map[string]plant {
	refuse := errors.New("not done here")
	persistIf := func(fits func([]engines.Entry) bool) func() hooks {
		return planted(hooks{persist: func(ctx context.Context, s store, entries []engines.Entry) error {
			if !fits(entries) {
				return refuse
			}
			return s.PersistEntries(ctx, entries)
		}})
	}
	return map[string]plant{
		"OverwriteKeepsTail": plantNamed(persistPlants(), "overlap keeps the old suffix"),
		"PurgeAlone":         plantNamed(purgePlants(), "purge writes anew what a writer adds to"),
		"Without.Truncate":   {log: planted(hooks{truncate: func(context.Context, store, uint64) error { return refuse }})},
		"Without.Purge":      {log: planted(hooks{purge: func(context.Context, store, engines.LogID) error { return refuse }})},
		"Without.Reset":      {log: planted(hooks{reset: func(context.Context, store) error { return refuse }})},
		"Without.HardState": {meta: metaHooks{save: func(context.Context, engines.MetaStore, engines.HardState) error {
			return refuse
		}}},
		"Volatile": {kept: func(v *view) { *v = view{} }},
		"Limits.EntryMaxBytes = 1000": {log: persistIf(func(entries []engines.Entry) bool {
			return !slices.ContainsFunc(entries, func(e engines.Entry) bool { return len(e.Payload) > 1000 })
		})},
		"Limits.BatchMaxEntries = 20": {log: persistIf(func(entries []engines.Entry) bool { return len(entries) <= 20 })},
	}
}

func plantNamed(all []plant, name string) plant {
	return all[slices.IndexFunc(all, func(p plant) bool { return p.name == name })]
}

// A report names what an engine could declare, and the cases that would not fail then.
func TestReportsWhatToDecline(t *testing.T) {
	for claim, p := range silent() {
		t.Run(claim, func(t *testing.T) {
			report, err := Examine(t.Context(), p.factory(), Options{Programs: -1})
			if err != nil || report.Failures() == 0 {
				t.Fatalf("got %d failures, error %v, want some and none", report.Failures(), err)
			}
			i := slices.IndexFunc(report.Declines, func(d trial.Decline) bool { return strings.HasPrefix(d.String(), "could declare "+claim+" (seen: ") })
			if i < 0 {
				t.Fatalf("got %v, want it to say that the engine could declare %s", report.Declines, claim)
			}
			for _, name := range report.Declines[i].Cases {
				if !slices.ContainsFunc(report.Results, func(r Result) bool { return r.Case == name && r.Failed() }) {
					t.Errorf("got case %s, which did not fail", name)
				}
			}
			if !strings.Contains(fmt.Sprint(report.Err()), "could declare "+claim) {
				t.Errorf("got error %v, want it to say so", report.Err())
			}
		})
	}
}

// An engine that is wrong in a way that nothing declines is told of no claim.
func TestNothingToDecline(t *testing.T) {
	for _, name := range []string{"entry finds the nearest one", "range skips an entry"} {
		report, err := Examine(t.Context(), plantNamed(readPlants(), name).factory(), Options{Programs: -1})
		if err != nil || report.Failures() == 0 || len(report.Declines) > 0 {
			t.Errorf("%s: got %d failures, declines %v, error %v, want some failures and no declines", name, report.Failures(), report.Declines, err)
		}
	}
}

// A log and a machine in which nothing survives, and that do not say so.
func TestVolatileInSilence(t *testing.T) {
	log, err := Examine(t.Context(), engines.Factory{Name: "silent", Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := memlog.Factory().Open(env)
		return struct{ engines.StorageEngine }{e}, err
	}}, Options{Programs: -1})
	if err != nil || len(log.Declines) != 1 || log.Declines[0].Claim != "Volatile" {
		t.Errorf("log: got declines %v, error %v, want Volatile", log.Declines, err)
	}
	machine, err := ExamineMachine(t.Context(), engines.MachineFactory{Name: "silent", Open: func(env engines.Env) (engines.StateMachine, error) {
		m, err := memmachine.Factory().Open(env)
		return struct{ engines.StateMachine }{m}, err
	}}, Options{Programs: -1})
	if err != nil || len(machine.Declines) != 1 || machine.Declines[0].Claim != "Volatile" {
		t.Errorf("machine: got declines %v, error %v, want Volatile", machine.Declines, err)
	}
}

// An engine that declines already what it does not do is not told to, and an operation that
// it does not offer is not called to find out. One case fails by chance.
func TestDeclinedAlready(t *testing.T) {
	called := func(operation string) error {
		t.Errorf("%s is called, which is not offered", operation)
		return errors.New("not done here")
	}
	var asked atomic.Bool
	f := plant{
		kept:   func(v *view) { *v = view{} },
		claims: func(engines.LogStore) engines.Claims { return engines.Claims{Volatile: true} },
		log: planted(hooks{
			truncate: func(context.Context, store, uint64) error { return called("truncate") },
			purge:    func(context.Context, store, engines.LogID) error { return called("purge") },
			reset:    func(context.Context, store) error { return called("reset") },
			last: func(s store) uint64 {
				if !asked.Swap(true) {
					return 7
				}
				return s.LastIndex()
			},
		}),
	}.factory()
	f.Without = engines.Without{Truncate: true, Purge: true, Reset: true}
	report, err := Examine(t.Context(), f, Options{Programs: -1})
	if err != nil || report.Failures() != 1 || len(report.Declines) != 0 {
		t.Errorf("got %v, error %v, want one failure and nothing to decline", report.Err(), err)
	}
}
