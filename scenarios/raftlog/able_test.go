package raftlog

import (
	"reflect"
	"slices"
	"testing"

	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// able is the language for engines that can do all that any can.
var able = Language.For(logmodel.Contract{DurableIndex: true})

// What some engines can do changes no program of the others.
func TestAbilityIsForThoseThatHaveIt(t *testing.T) {
	other := Language.For(logmodel.Contract{})
	if got := Language.For(nil); len(got.Weights) != len(other.Weights) {
		t.Errorf("without a contract: got %d weights, want %d", len(got.Weights), len(other.Weights))
	}
	reads := func(p scenarios.NamedProgram) bool {
		return slices.ContainsFunc(p.Program, func(s scenarios.Step) bool { return s.Kind == ReadDurableIndex })
	}
	if got, want := other.Corpus(), Language.Corpus(); !reflect.DeepEqual(got, want) || slices.ContainsFunc(got, reads) {
		t.Errorf("without the ability: got the corpus %v, want %v", got, want)
	}
	if got, most := able.Corpus(), len(Language.Corpus()); len(got) <= most || !slices.ContainsFunc(got[most:], reads) {
		t.Errorf("with the ability: got %d programs, want some behind the %d of all", len(got), most)
	}
	for seed := range uint64(100) {
		got, want := other.Example(seed, everything), Language.Example(seed, everything)
		if got.String() != want.String() || reads(scenarios.NamedProgram{Program: got}) {
			t.Errorf("seed %d without the ability: got\n%s\nwant\n%s", seed, got, want)
		}
	}
}

// An engine without a durable index is not asked for it, in a block neither.
func TestDurableIndexOfThoseThatHaveIt(t *testing.T) {
	for _, has := range []bool{true, false} {
		r := NewResolver()
		r.Adopt(logmodel.Contract{DurableIndex: has}, &logmodel.View{})
		if got := r.Offers(scenarios.Step{Kind: ReadDurableIndex}); got != has {
			t.Errorf("offered: got %v, want %v", got, has)
		}
		block := MustParse("# ackproof program v1\nconcurrently readers=2 reads=3 {\n  persist 1\n  read-durable-index\n}\n")[0]
		together, reads := r.Together(block), 0
		for _, client := range append(together.Others, together.Writer) {
			for _, a := range client {
				if a.Op.(*logmodel.Op).Kind == logmodel.ReadDurableIndex {
					reads++
				}
			}
		}
		if want := map[bool]int{true: 4, false: 0}[has]; reads != want {
			t.Errorf("got %d reads of the durable index, want %d", reads, want)
		}
	}
}
