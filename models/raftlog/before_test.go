package raftlog

import (
	"reflect"
	"testing"

	"github.com/ackproof/ackproof/models"
)

func TestBefore(t *testing.T) {
	purged := begin().persist(1, 1, 3).purge(3, 1)
	for _, c := range []struct {
		about       string
		contract    Contract
		life        *life
		shown, want *Recovered
	}{
		{"a boundary", strict, purged, shows(), shows().purged(3, 1)},
		{"an engine that keeps none", forgetful, purged, shows(), shows()},
		{"one that shows one all the same", forgetful, purged, shows().purged(2, 1).ends(3), shows().purged(2, 1).ends(3)},
		{"an illegal last index", forgetful, purged, shows().ends(7), shows().ends(3)},
		{"truncated", strict, begin().persist(1, 1, 3).save(2, 1).truncate(2), shows(), shows(batch(1, 1, 1)).votes(2, 1)},
		{"in flight", strict, begin().persist(1, 1, 1).persist(1, 2, 2).hang(), shows(), shows(batch(1, 1, 1))},
		{"replaced", strict, begin().persist(1, 1, 3).replace(2, 2, 2), shows(), shows(batch(1, 1, 1), batch(2, 2, 2))},
	} {
		k := NewChecker(c.contract, models.Fresh(c.contract), c.life.h)
		if got := k.Before(k.Position(1<<40), c.shown.View); !reflect.DeepEqual(got, c.want.View) {
			t.Errorf("%s: got %v, want %v", c.about, &got, &c.want.View)
		}
	}
}

// A read may have seen what a call in flight wrote: then that is part of it.
func TestBeforeOfWhatWasSeen(t *testing.T) {
	k := NewChecker(strict, models.Fresh(strict), History{
		{ID: 1, Op: Op{Kind: Persist, Entries: batch(1, 1, 1)}, Invoked: 1},
		{ID: 2, Client: 1, Op: Op{Kind: ReadLastIndex}, Result: Result{LastIndex: 1}, Invoked: 2, Returned: 3},
	})
	for time, want := range map[int]uint64{1: 0, 2: 0, 3: 1, 9: 1} {
		if got := k.Before(k.Position(time), View{}); got.LastIndex != want {
			t.Errorf("at %d: got %v, want last index %d", time, &got, want)
		}
	}
}

// A history of a bundle that was tampered with must not crash the reader.
func TestReturnBeforeInvocation(t *testing.T) {
	h := begin().persist(1, 1, 1).persist(1, 2, 2).h
	h[1].Returned = 1
	k := NewChecker(strict, models.Fresh(strict), h)
	if got := k.Before(k.Position(1<<40), View{}); got.LastIndex != 2 {
		t.Errorf("got %v, want last index 2", &got)
	}
}
