package raftlog

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// answers are what an engine has that lost what a program wrote.
var answers = map[logmodel.Kind]logmodel.Answer{
	logmodel.ReadBoundary:  {OK: true, Boundary: engines.LogID{Index: 4, Term: 2}},
	logmodel.ReadHardState: {OK: true, HardState: engines.HardState{Term: 3, Vote: 1}},
	logmodel.ReadLastIndex: {LastIndex: 6},
	logmodel.ReadRange:     {Entries: []logmodel.Entry{{Index: 5, Term: 2}, {Index: 6, Term: 2}}},
}

// The steps after a refused write are relative to what the engine says that it has.
func TestReadBack(t *testing.T) {
	for _, c := range []struct {
		without engines.Without
		refused logmodel.Kind
		reads   int
		want    string
	}{
		{engines.Without{}, 0, 4, "persist 7/3:8"},
		{engines.Without{Purge: true, HardState: true}, 0, 2, "persist 7/2:8"},
		{engines.Without{}, logmodel.ReadLastIndex, 3, "persist 4/0:8"}, // as if nothing was read
	} {
		r := NewResolver()
		r.Adopt(logmodel.Contract{Without: c.without, Replaces: true}, &logmodel.View{})
		r.Resolve(scenarios.Step{Kind: Persist, Count: 3})
		var made []*logmodel.Op
		done := r.ReadBack(func(a scenarios.Action) (models.Result, bool) {
			op := a.Op.(*logmodel.Op)
			made = append(made, op)
			answer := answers[op.Kind]
			return models.Result{Answer: &answer}, op.Kind != c.refused
		})
		if done != (c.refused == 0) || len(made) != c.reads {
			t.Errorf("without %+v: got done %v after %v, want %d reads", c.without, done, made, c.reads)
		}
		if last := made[len(made)-1]; done && (last.From != 1 || last.To != 6) {
			t.Errorf("got %v, want the whole log", describe(last))
		}
		if got := describe(r.Resolve(scenarios.Step{Kind: Persist, Count: 1})[0].Op); got != c.want {
			t.Errorf("without %+v: got %s, want %s", c.without, got, c.want)
		}
	}
}
