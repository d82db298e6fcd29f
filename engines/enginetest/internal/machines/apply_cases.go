package machines

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/ackproof/ackproof/engines"
)

func applyCases() []Case {
	return []Case{
		{"new", ruleNew, steps(shows("at 0/0"), runs(true))},
		{"commands", ruleApply, steps(
			apply(1, put("b", "1"), put("a", ""), engines.Command{}, put("b", "2"), put("", "none")),
			shows("=none a= b=2 at 5/1"),
			apply(6, del("a"), del("absent"), put("c", "3"), del("c")),
			shows("=none b=2 at 9/1"),
		)},
		{"compare-and-swap", ruleSwap, compareAndSwap()},
		{"empty-chunk", ruleApply, steps(apply(1), shows("at 0/0"))},
		{"repeats", ruleRepeat, steps(
			apply(1, put("a", "1"), swap("b", nil, "1"), put("c", "1")),
			answers(2, "rryy", swap("b", []byte("1"), "2"), put("c", "2"), put("d", "2"), swap("c", []byte("1"), "3")),
			shows("a=1 b=1 c=3 d=2 at 5/1"),
			answers(1, "r", del("a")), shows("a=1 b=1 c=3 d=2 at 5/1"),
		)},
		{"refused-chunks", ruleRefused, refusedChunks()},
		{"highest-index", ruleApply, steps(
			updateApplied(math.MaxUint64-1, 1), apply(math.MaxUint64, put("a", "1")), shows("a=1 at 18446744073709551615/1"),
		)},
		{"large-value", ruleApply, steps(
			apply(1, put("large", string(make([]byte, 64<<10+1)))), gets("large", string(make([]byte, 64<<10+1)), true),
		)},
		{"caller-reuses-chunk", ruleGiven, callerReuses},
		{"cancelled", ruleCancelled, steps(refused(context.Canceled, "apply, cancelled", func(ctx context.Context, place *Place) error {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			_, err := place.machine.ApplyChunk(ctx, chunk(1, put("a", "1")))
			return err
		}))},
	}
}

func compareAndSwap() func(context.Context, *Place) error {
	return steps(
		apply(1, put("full", "1"), put("empty", "")),
		answers(3, "nnnyynynynynyn",
			swap("full", nil, "x"),             // there is a value
			swap("full", []byte{}, "x"),        // it is not empty
			swap("full", []byte("2"), "x"),     // nor is it 2
			swap("full", []byte("1"), "2"),     // it is 1
			swap("full", []byte("2"), "3"),     // and 2 by now
			swap("empty", nil, "x"),            // there is a value
			swap("empty", []byte{}, "4"),       // and it is empty
			swap("absent", []byte{}, "x"),      // there is none
			swap("absent", nil, ""),            // there is none
			swap("absent", nil, "x"),           // by now there is
			del("full"),                        // it has none any more
			swap("full", []byte("3"), "x"),     // nor 3
			swap("full", nil, "5"),             // it has none
			swap("full", []byte("5\x00"), "x"), // it is no longer than that
		),
		shows("absent= empty=4 full=5 at 16/1"),
	)
}

func refusedChunks() func(context.Context, *Place) error {
	bad := chunk(3, put("c", "1"), put("d", "1"), put("e", "1"))
	bad[2].Payload = append(bad[2].Payload, 0)
	again := chunk(1, put("a", "2"), put("b", "2"), put("c", "2"))
	again[0].Payload = []byte{9}
	holed := slices.Delete(chunk(3, put("c", "1"), put("d", "1"), put("e", "1")), 1, 2)
	return steps(
		apply(1, put("a", "1"), put("b", "1")),
		refusedChunk(engines.ErrGap, "past a gap", chunk(4, put("c", "1"))),
		refusedChunk(engines.ErrInvalid, "a last payload that is no command", bad),
		refusedChunk(engines.ErrInvalid, "a repeat whose payload is no command", again),
		refusedChunk(engines.ErrInvalid, "with a hole", holed),
		refusedChunk(engines.ErrInvalid, "index 0", chunk(0, put("c", "1"))),
		refusedChunk(engines.ErrInvalid, "past the highest index", chunk(math.MaxUint64, put("c", "1"), put("d", "1"))),
		shows("a=1 b=1 at 2/1"), apply(3, put("c", "1")), shows("a=1 b=1 c=1 at 3/1"),
	)
}

func callerReuses(ctx context.Context, place *Place) error {
	entries := chunk(1, put("key", "value"))
	if _, err := place.machine.ApplyChunk(ctx, entries); err != nil {
		return fmt.Errorf("apply: got error %w, want none", err)
	}
	clear(entries[0].Payload)
	return steps(shows("key=value at 1/1"))(ctx, place)
}
