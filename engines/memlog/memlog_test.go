package memlog_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"go.uber.org/goleak"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/memlog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestClaimsNothingDurable(t *testing.T) {
	got, want := engines.ClaimsOf(memlog.New()), engines.Claims{Volatile: true, SpaceReclaimed: true, CloseReleases: true}
	if got != want {
		t.Errorf("got claims %+v, want %+v", got, want)
	}
}

func TestEveryOpenIsEmpty(t *testing.T) {
	for range 2 {
		engine, err := memlog.Factory().Open(engines.Env{})
		if err != nil {
			t.Fatal(err)
		}
		log := engine.LogStore()
		if got := log.LastIndex(); got != 0 {
			t.Errorf("got last index %d after an open, want 0", got)
		}
		if err := log.PersistEntries(context.Background(), []engines.Entry{{Index: 1, Term: 1}}); err != nil {
			t.Fatal(err)
		}
		if err := engine.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// The end of the index space must not wrap around to its beginning.
func TestHighestIndex(t *testing.T) {
	ctx, log := context.Background(), memlog.New().LogStore()
	if err := log.Purge(ctx, engines.LogID{Index: math.MaxUint64 - 1, Term: 1}); err != nil {
		t.Fatal(err)
	}
	last := []engines.Entry{{Index: math.MaxUint64, Term: 1}}
	if err := log.PersistEntries(ctx, last); err != nil {
		t.Fatal(err)
	}
	if err := log.PersistEntries(ctx, append(last, engines.Entry{Term: 1})); !errors.Is(err, engines.ErrInvalid) {
		t.Errorf("got error %v for an index past the highest, want %v", err, engines.ErrInvalid)
	}
	if found, err := log.GetEntries(ctx, 0, math.MaxUint64); len(found) != 1 || err != nil {
		t.Errorf("got %v, %v, want the one entry", found, err)
	}
	if err := log.Purge(ctx, engines.LogID{Index: math.MaxUint64, Term: 1}); err != nil {
		t.Fatal(err)
	}
	if found, err := log.GetEntries(ctx, 0, math.MaxUint64); len(found) != 0 || err != nil {
		t.Errorf("got %v, %v, want no entry", found, err)
	}
}
