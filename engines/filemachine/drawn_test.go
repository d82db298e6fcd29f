package filemachine

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
)

// draw returns a program of the given seed.
func draw(seed uint64) []step {
	r := rand.New(rand.NewPCG(seed, 0))
	next := func() step {
		repeated, size, count := r.Uint64N(3), 1+r.IntN(3)*r.IntN(400), 1+r.IntN(4)
		first := r.IntN(5)
		return step{"apply", func(l *life) error {
			var chunk []engines.Entry
			index := l.LastApplied().Index + 1
			index -= min(repeated, index-1)
			for i := range count {
				chunk = append(chunk, puts(index, size, fmt.Sprint("k", (first+i)%5))...)
				index++
			}
			chunk = append(chunk, deletes(index, fmt.Sprint("k", first))...)
			_, err := l.ApplyChunk(ctx, chunk)
			return err
		}, true, false}
	}
	steps := []step{next(), generate}
	for range 4 + r.IntN(8) {
		others := [][]step{
			{next()},
			{next()},
			{next()},
			{next()},
			{flush},
			{save},
			{restart},
			{reset, restore},
			{reopen},
			{kill},
			{generate},
			{persistLast},
			{persistSnapshot},
		}
		steps = append(steps, others[r.IntN(len(others))]...)
	}
	return steps
}

// TestDrawnPrograms has the power fail in programs that are drawn.
func TestDrawnPrograms(t *testing.T) {
	seeds := 40
	if testing.Short() {
		seeds = 4
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			opts, profile := both[seed%2], crash.Profiles()[seed/2%len(crash.Profiles())]
			l := run(t, opts, faultfs.NewDisk(faultfs.Config{NoStacks: true}), draw(uint64(seed)))
			must(t, l.failed)
			checkJournal(t, profile, l.disk.Journal(), func(time int) []string { return legal(l.outcomes, time) })
		})
	}
}
