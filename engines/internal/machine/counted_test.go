package machine

import (
	"errors"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

func TestCountedIsReadBack(t *testing.T) {
	for _, c := range []Counted{
		{},
		{Keys: 3, State: State{Applied: engines.LogID{Index: 7, Term: 2}}},
		{Keys: 1 << 40, State: State{HasSnapshot: true, Snapshot: engines.SnapshotMetadata{Checksum: engines.Checksum{1}}}},
	} {
		stored := c.Append(nil)
		if got, err := ParseCounted(stored); got != c || err != nil {
			t.Errorf("got %+v, error %v, want %+v", got, err, c)
		}
		for _, cut := range []int{0, countBytes - 1, countBytes, len(stored) - 1} {
			if _, err := ParseCounted(stored[:cut]); !errors.Is(err, engines.ErrCorrupt) {
				t.Errorf("cut to %d bytes: got error %v, want %v", cut, err, engines.ErrCorrupt)
			}
		}
	}
	if got, err := ParseCounted(nil); got != (Counted{}) || err != nil {
		t.Errorf("got %+v, error %v from nothing, want zero", got, err)
	}
}

func TestCountedAfter(t *testing.T) {
	was := Counted{Keys: 2, State: State{Applied: engines.LogID{Index: 1, Term: 1}}}
	has := func(key []byte) (bool, error) { return string(key) == "old" || string(key) == "older", nil }
	pair := func(key string, value []byte) engines.KeyValue {
		return engines.KeyValue{Key: []byte(key), Value: value}
	}
	for name, tt := range map[string]struct {
		change Change
		want   int
	}{
		"nothing":       {Change{}, 2},
		"written over":  {Change{Pairs: []engines.KeyValue{pair("old", []byte{})}}, 2},
		"new":           {Change{Pairs: []engines.KeyValue{pair("new", []byte{}), pair("newer", []byte{1})}}, 4},
		"deleted":       {Change{Pairs: []engines.KeyValue{pair("old", nil), pair("older", nil)}}, 0},
		"never there":   {Change{Pairs: []engines.KeyValue{pair("new", nil)}}, 2},
		"replaced":      {Change{Replace: true, Pairs: []engines.KeyValue{pair("old", []byte{}), pair("new", []byte{})}}, 2},
		"replaced by 0": {Change{Replace: true}, 0},
	} {
		tt.change.State.Applied.Index = 5
		got, err := was.After(tt.change, has)
		if want := (Counted{Keys: tt.want, State: tt.change.State}); got != want || err != nil {
			t.Errorf("%s: got %+v, error %v, want %+v", name, got, err, want)
		}
	}
	failed := errors.New("failed")
	_, err := was.After(Change{Pairs: []engines.KeyValue{pair("a", nil)}}, func([]byte) (bool, error) { return false, failed })
	if !errors.Is(err, failed) {
		t.Errorf("got error %v, want %v", err, failed)
	}
}
