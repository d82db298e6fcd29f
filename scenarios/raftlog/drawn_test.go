package raftlog

import (
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/ackproof/ackproof/scenarios"
)

// TestDrawnProgramsStay: a seed draws the same program for good, where its
// configuration asks for nothing new. Bundles and reports tell a program by its seed.
func TestDrawnProgramsStay(t *testing.T) {
	for _, c := range []struct {
		name   string
		seeds  uint64
		config scenarios.Config
		want   string
	}{
		{"zero", 100, scenarios.Config{}, "abc521ee03b0ad73"},
		{"all that is old", 100, scenarios.Config{Crashes: true, FirstOpen: true}, "aa19428408c69bc1"},
		{"sequential", 100, scenarios.Config{Crashes: true, Sequential: true}, "87cefc801b446898"},
		{"next life", 100, scenarios.Config{StepsMax: 5, EntriesMax: 8, TotalPayloadBytes: 4 << 10}, "1d37dcf3f409b334"},
		{"weights", 100, scenarios.Config{SmallPayloads: true, Weights: map[scenarios.Kind]int{Flush: 9, Purge: 0, scenarios.Concurrently: 9}}, "8a0af30e486bdf58"},
		{"all", 2000, scenarios.Config{Crashes: true, FirstOpen: true, Faults: true}, "266e0549bf323d1d"},
	} {
		sum := sha256.New()
		for seed := range c.seeds {
			fmt.Fprintf(sum, "%s", Language.Example(seed, c.config))
		}
		if got := fmt.Sprintf("%x", sum.Sum(nil)[:8]); got != c.want {
			t.Errorf("%s: got digest %s of %d programs, want %s; seed 1 draws\n%s", c.name, got, c.seeds, c.want, Language.Example(1, c.config))
		}
	}
}
