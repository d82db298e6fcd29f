package extent

import (
	"errors"
	"math"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

// log5to9 holds the entries 5 to 9, after a purge to 4.
var log5to9 = Extent{Boundary: engines.LogID{Index: 4, Term: 1}, HasBoundary: true, Last: 9}

func TestCheckWrite(t *testing.T) {
	batch := func(indexes ...uint64) (entries []engines.Entry) {
		for _, index := range indexes {
			entries = append(entries, engines.Entry{Index: index})
		}
		return entries
	}
	tests := map[string]struct {
		entries []engines.Entry
		want    error
	}{
		"nothing":           {nil, nil},
		"the next":          {batch(10, 11), nil},
		"an overlap":        {batch(5, 6), nil},
		"a gap":             {batch(11), engines.ErrGap},
		"a purged position": {batch(4, 5), engines.ErrCompacted},
		"a hole":            {batch(10, 12), engines.ErrInvalid},
		"index 0":           {batch(0), engines.ErrInvalid},
	}
	for name, test := range tests {
		if err := log5to9.CheckWrite(test.entries); !errors.Is(err, test.want) {
			t.Errorf("%s: got error %v, want %v", name, err, test.want)
		}
	}
}

func TestClip(t *testing.T) {
	full := Extent{Boundary: engines.LogID{Index: math.MaxUint64}, Last: math.MaxUint64}
	tests := []struct {
		log                 Extent
		first, last         uint64
		wantFirst, wantLast uint64
		wantOK              bool
	}{
		{log5to9, 0, math.MaxUint64, 5, 9, true},
		{log5to9, 6, 7, 6, 7, true},
		{log5to9, 1, 4, 0, 0, false},
		{log5to9, 10, 12, 0, 0, false},
		{log5to9, 7, 6, 0, 0, false},
		{Extent{}, 0, math.MaxUint64, 0, 0, false},
		{full, 0, math.MaxUint64, 0, 0, false},
	}
	for _, test := range tests {
		first, last, ok := test.log.Clip(test.first, test.last)
		if ok != test.wantOK || ok && (first != test.wantFirst || last != test.wantLast) {
			t.Errorf("%+v, %d to %d: got %d to %d, %v, want %d to %d, %v",
				test.log, test.first, test.last, first, last, ok, test.wantFirst, test.wantLast, test.wantOK)
		}
	}
}
