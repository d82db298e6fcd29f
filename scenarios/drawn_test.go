package scenarios

import (
	"crypto/sha256"
	"fmt"
	"testing"
)

// TestDrawnProgramsStay: a seed draws the same program for good, where its
// configuration asks for nothing new. Bundles and reports tell a program by its seed.
func TestDrawnProgramsStay(t *testing.T) {
	for _, c := range []struct {
		name   string
		config Config
		want   string
	}{
		{"zero", Config{}, "abc521ee03b0ad73"},
		{"all that is old", Config{Crashes: true, FirstOpen: true}, "aa19428408c69bc1"},
		{"sequential", Config{Crashes: true, Sequential: true}, "87cefc801b446898"},
		{"next life", Config{StepsMax: 5, EntriesMax: 8, TotalPayloadBytes: 4 << 10}, "1d37dcf3f409b334"},
		{"weights", Config{SmallPayloads: true, Weights: map[Kind]int{Flush: 9, Purge: 0, Concurrently: 9}}, "8a0af30e486bdf58"},
	} {
		sum := sha256.New()
		for seed := range uint64(100) {
			fmt.Fprintf(sum, "%s", Example(seed, c.config))
		}
		if got := fmt.Sprintf("%x", sum.Sum(nil)[:8]); got != c.want {
			t.Errorf("%s: got digest %s of 100 programs, want %s; seed 1 draws\n%s", c.name, got, c.want, Example(1, c.config))
		}
	}
}
