package machine

import (
	"slices"
	"strings"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// data is what a machine holds, and the position that it stands at. It is immutable.
type data struct {
	// pairs are by key; sum is the sum of their weights.
	pairs   []Pair
	sum     models.Digest
	applied engines.LogID
}

// metadata is that of the last snapshot, if there was one.
type metadata struct {
	engines.SnapshotMetadata
	has bool
}

// mayShow reports whether what is read as got may be m: the checksum of a restore that was
// refused, from a file that nobody was told of, is not known.
func (m metadata) mayShow(got metadata) bool {
	if m.Checksum == (engines.Checksum{}) {
		got.Checksum = m.Checksum
	}
	return m == got
}

// state is all that a machine has, but for the files of its snapshots.
type state struct {
	data
	meta metadata
}

// dataOf returns the data of pairs at applied. Pairs that are not in order are none of any
// machine: ok is false.
func dataOf(pairs []Pair, applied engines.LogID) (d data, ok bool) {
	d = data{pairs: pairs, applied: applied}
	for i := range pairs {
		if i > 0 && pairs[i-1].Key >= pairs[i].Key {
			return d, false
		}
		d.sum = d.sum.Add(pairs[i].weight())
	}
	return d, true
}

func (d data) isSame(o data) bool { return d.applied == o.applied && d.holdsSame(o) }

// holdsSame reports whether d and o hold the same pairs.
func (d data) holdsSame(o data) bool { return d.sum == o.sum && len(d.pairs) == len(o.pairs) }

func (d data) find(key string) (int, bool) {
	return slices.BinarySearchFunc(d.pairs, key, func(p Pair, key string) int { return strings.Compare(p.Key, key) })
}

// get returns the value of key, nil if there is none.
func (d data) get(key string) *Value {
	if i, ok := d.find(key); ok {
		return &d.pairs[i].Value
	}
	return nil
}

// scan returns the pairs whose keys begin with prefix.
func (d data) scan(prefix string) []Pair {
	first, _ := d.find(prefix)
	last := first
	for last < len(d.pairs) && strings.HasPrefix(d.pairs[last].Key, prefix) {
		last++
	}
	return d.pairs[first:last]
}

// with returns d with v as the value of key, nil for none.
func (d data) with(key string, v *Value) data {
	i, ok := d.find(key)
	after := i
	if ok {
		d.sum = d.sum.Sub(d.pairs[i].weight())
		after++
	}
	var more []Pair
	if v != nil {
		more = []Pair{{key, *v}}
		d.sum = d.sum.Add(more[0].weight())
	}
	d.pairs = slices.Concat(d.pairs[:i], more, d.pairs[after:])
	return d
}

// do returns d after the command of e, and whether that succeeded. The position stays.
func (d data) do(e *Entry) (after data, succeeded bool) {
	switch e.Kind {
	case engines.CommandPut:
		return d.with(e.Key, &e.Value), true
	case engines.CommandDelete:
		return d.with(e.Key, nil), true
	case engines.CommandCompareAndSwap:
		if !d.get(e.Key).isSame(e.Expected) {
			return d, false
		}
		return d.with(e.Key, &e.Value), true
	}
	return d, true
}

// held returns how many keys there are, and the bytes of them and their values.
func (d data) held() models.Size {
	size := models.Size{Items: len(d.pairs)}
	for i := range d.pairs {
		size.Bytes += len(d.pairs[i].Key) + d.pairs[i].Value.SizeBytes
	}
	return size
}

// apply returns d after e, the next entry.
func (d data) apply(e *Entry) (after data, succeeded bool) {
	after, succeeded = d.do(e)
	after.applied = engines.LogID{Index: e.Index, Term: e.Term}
	return after, succeeded
}
