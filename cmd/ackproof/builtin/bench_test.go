package builtin_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines/enginebench"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/harness/subject/machinestore"
)

// BenchmarkEngines measures our engines against d-engine's targets, on TMPDIR.
func BenchmarkEngines(b *testing.B) {
	for _, engine := range builtin.BenchedEngines() {
		b.Run(engine.Name, func(b *testing.B) { enginebench.Benchmark(b, engine.Measurements) })
	}
}

// Each log and each state machine that must hold is measured under its name.
func TestAllEnginesAreBenched(t *testing.T) {
	names := builtin.BenchedEngines().Names()
	for _, e := range builtin.Engines() {
		measured := e.Kind == logstore.Kind || e.Kind == machinestore.Kind
		if slices.Contains(names, e.Name) != measured {
			t.Errorf("%s: got %t of whether it is measured, want %t", e.Name, !measured, measured)
		}
	}
	slices.Sort(names)
	if got := len(slices.Compact(names)); got != len(builtin.BenchedEngines()) {
		t.Errorf("got %d names of %d engines", got, len(builtin.BenchedEngines()))
	}
}

func TestFindBenched(t *testing.T) {
	all := builtin.BenchedEngines()
	for _, c := range []struct{ names, want []string }{
		{nil, all.Names()},
		{[]string{"mem", "all"}, all.Names()},
		{[]string{"mem", "file", "mem"}, []string{"mem", "file"}},
	} {
		if got, err := all.Find(c.names...); err != nil || !slices.Equal(got.Names(), c.want) {
			t.Errorf("%v: got %v and %v, want %v", c.names, got.Names(), err, c.want)
		}
	}
	if got, err := all.Find("mem", "canary/all"); !errors.Is(err, builtin.ErrUnknown) || got != nil {
		t.Errorf("got %v and %v, want %v", got.Names(), err, builtin.ErrUnknown)
	}
}
