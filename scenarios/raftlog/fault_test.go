package raftlog

import (
	"slices"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/fault"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// Faults resolve to themselves and leave the log alone; each call that a cancelled step is
// made into is cancelled.
func TestResolveFaults(t *testing.T) {
	r := NewResolver()
	p := MustParse("fail fsync 1\npersist 3 cancel=2\nreplace 1 2 cancel=5\nconcurrently {\nspace 9\npersist 1 cancel=7\nrelease\n}")
	r.Adopt(logmodel.Contract{Limits: engines.Limits{BatchMaxEntries: 1}}, &logmodel.View{})
	if a := r.Resolve(p[0]); len(a) != 1 || a[0].Fault == nil || a[0].Fault.Kind != scenarios.Fail || a[0].Op != nil {
		t.Errorf("got %+v, want the fault", a)
	}
	for i, want := range map[int]int{1: 3, 2: 3} {
		calls := r.Resolve(p[i])
		if len(calls) != want || slices.ContainsFunc(calls, func(a scenarios.Action) bool { return a.CancelAfter != p[i].CancelAfter }) {
			t.Errorf("%v: got %+v, want %d calls, each cancelled", p[i], calls, want)
		}
	}
	w := r.Together(p[3]).Writer
	if len(w) != 3 || w[0].Fault == nil || w[0].Fault.FreeBytes != 9 || w[1].CancelAfter != 7 || w[2].Fault == nil || w[2].Fault.Kind != scenarios.Release {
		t.Errorf("got %+v, want space, a call and release", w)
	}
}

// What is drawn has each call with each error that it can fail with, and a stuck sync has
// its release, unless the program ended there.
func TestDrawnFaults(t *testing.T) {
	drawn, cancelled, full := map[string]bool{}, 0, 0
	for seed := range uint64(3000) {
		p := Language.Example(seed, scenarios.Config{StepsMax: 60, Faults: true, SmallPayloads: true})
		for i, s := range p {
			cancelled += btoi(s.CancelAfter > 0)
			full += btoi(s.Kind == scenarios.Space && !s.All)
			if s.Kind != scenarios.Fail {
				continue
			}
			drawn[s.Fault.Call.String()+" "+s.Fault.Error.String()] = true
			released := func(s scenarios.Step) bool { return s.Kind == scenarios.Release }
			if s.Fault.Error == fault.Stuck && i+1 < len(p) && !slices.ContainsFunc(p[i+1].Body, released) && i+2 < len(p) {
				t.Errorf("seed %d: no release after %v", seed, s)
			}
		}
	}
	if cancelled < 500 || full < 500 {
		t.Errorf("got %d cancelled calls and %d full disks, want 500", cancelled, full)
	}
	for _, call := range append(fault.Calls(), fault.AnyCall) {
		for _, e := range append(fault.Errors(), fault.Stuck) {
			possible := call.Can(e) && (e != fault.Stuck || call.IsSync())
			if word := call.String() + " " + e.String(); drawn[word] != possible {
				t.Errorf("%s: got drawn %v, want %v", word, drawn[word], possible)
			}
		}
	}
}
