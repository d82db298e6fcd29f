package enginetest

import (
	"context"
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

// declination is what an engine may decline of the contract.
type declination = trial.Declination[*Place]

// declinations are those that show while nothing crashes.
func declinations() []declination {
	out := []declination{
		claimed("OverwriteKeepsTail", "an overwrite keeps what is behind it", keepingTail(),
			func(c *engines.Claims) *bool { return &c.OverwriteKeepsTail }),
		claimed("AcceptsGaps", "a batch past the end is accepted, and leaves a gap", leavingGap(),
			func(c *engines.Claims) *bool { return &c.AcceptsGaps }),
		claimed("PurgeAlone", "a purge goes well between writes, and not beside them", purgerWithWriter,
			func(c *engines.Claims) *bool { return &c.PurgeAlone }),
		claimed("Volatile", "a reopen finds nothing of what was there", forgets,
			func(c *engines.Claims) *bool { return &c.Volatile }),
	}
	return append(append(out, operations()...), limits()...)
}

func claimed(claim, seen string, evidence func(context.Context, *Place) error, in func(*engines.Claims) *bool) declination {
	return declination{
		Claim: claim, Evidence: logCase{Name: claim, Rule: seen, Run: evidence},
		Declined: func(place *Place) bool {
			claims := place.claims()
			return *in(&claims)
		},
		Pretend: func(place *Place) { place.pretend = func(c *engines.Claims) { *in(c) = true } },
	}
}

// forgets wants a reopen to find nothing.
func forgets(ctx context.Context, place *Place) error {
	if err := steps(persist(span(1, 9, 1)...), ifOffered(save(1, 1)))(ctx, place); err != nil {
		return err
	}
	if err := place.Reopen(); err != nil {
		return err
	}
	return steps(holds(), lastIs(0), hardStateIs(nil))(ctx, place)
}

// operations are the operations that an engine need not offer.
func operations() []declination {
	without := func(operation string, in func(*engines.Without) *bool, call func(context.Context, engines.StorageEngine) error) declination {
		return declination{
			Claim: "Without." + operation,
			Evidence: logCase{
				Name: operation, Rule: "the call is refused, where it must succeed, and changes nothing", Run: refuses(call),
			},
			Declined: func(place *Place) bool { return *in(&place.factory.Without) },
			Pretend:  func(place *Place) { *in(&place.factory.Without) = true },
		}
	}
	return []declination{
		without("Truncate", func(w *engines.Without) *bool { return &w.Truncate }, func(ctx context.Context, e engines.StorageEngine) error {
			return e.LogStore().Truncate(ctx, 6)
		}),
		without("Purge", func(w *engines.Without) *bool { return &w.Purge }, func(ctx context.Context, e engines.StorageEngine) error {
			return e.LogStore().Purge(ctx, engines.LogID{Index: 4, Term: 1})
		}),
		without("Reset", func(w *engines.Without) *bool { return &w.Reset }, func(ctx context.Context, e engines.StorageEngine) error {
			return e.LogStore().Reset(ctx)
		}),
		without("HardState", func(w *engines.Without) *bool { return &w.HardState }, func(ctx context.Context, e engines.StorageEngine) error {
			if e.MetaStore() == nil {
				return errors.New("there is no MetaStore")
			}
			return e.MetaStore().SaveHardState(ctx, engines.HardState{Term: 1, Vote: 1})
		}),
	}
}

// refuses wants a call that must succeed to be refused, and to change nothing.
func refuses(call func(context.Context, engines.StorageEngine) error) func(context.Context, *Place) error {
	return func(ctx context.Context, place *Place) error {
		if err := steps(persist(span(1, 9, 1)...))(ctx, place); err != nil {
			return err
		}
		changed, err := changedBy(ctx, place, func() error {
			if call(ctx, place.engine) == nil {
				return errors.New("got no error, want one")
			}
			return nil
		})
		return errors.Join(changed, err)
	}
}

// limits are the limits that an engine may have. The last batch of each is one that the
// cases have.
func limits() []declination {
	const largeBytes = 64<<10 + 1
	return []declination{
		limit("EntryMaxBytes", "a larger payload is refused", largeBytes,
			func(l *engines.Limits) *int { return &l.EntryMaxBytes },
			func(bytes int) []engines.Entry { return []engines.Entry{sized(1, 1, bytes)} }),
		limit("BatchMaxBytes", "a batch with more bytes of payload is refused", 3*largeBytes,
			func(l *engines.Limits) *int { return &l.BatchMaxBytes },
			func(bytes int) []engines.Entry {
				return []engines.Entry{sized(1, 1, bytes/3), sized(2, 1, bytes/3), sized(3, 1, bytes-bytes/3*2)}
			}),
		limit("BatchMaxEntries", "a batch with more entries is refused", 100,
			func(l *engines.Limits) *int { return &l.BatchMaxEntries },
			func(count int) []engines.Entry { return span(1, uint64(count), 1) }),
	}
}

// limit is a limit that lies below most, found by trying batches of a size.
func limit(name, seen string, most int, in func(*engines.Limits) *int, batch func(size int) []engines.Entry) declination {
	var value int
	return declination{
		Claim: "Limits." + name, Value: &value,
		Evidence: logCase{Name: name, Rule: seen, Run: func(ctx context.Context, place *Place) (err error) {
			value, err = largest(ctx, place, most, batch)
			return err
		}},
		Declined: func(place *Place) bool { return *in(&place.factory.Limits) > 0 },
		Pretend: func(place *Place) {
			if value > 0 {
				*in(&place.factory.Limits) = value
			}
		},
	}
}

// largest returns the largest size below most whose batch the engine takes, if that of most
// is refused.
func largest(ctx context.Context, place *Place, most int, batch func(size int) []engines.Entry) (int, error) {
	takes := func(size int) bool {
		place.progress.Note(fmt.Sprintf("a batch of size %d", size))
		return place.engine.LogStore().PersistEntries(ctx, batch(size)) == nil
	}
	if !takes(1) || takes(most) {
		return 0, errors.New("got no batch that is taken and a larger one that is refused, want both")
	}
	taken, refused := 1, most
	for taken+1 < refused {
		if size := (taken + refused) / 2; takes(size) {
			taken = size
		} else {
			refused = size
		}
	}
	return taken, steps(persist(batch(taken)...), holds(batch(taken)))(ctx, place)
}
