package machine

import (
	"unicode/utf8"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// textMax is how many bytes of a value are kept as they are.
const textMax = 24

// Value is a value of a key. Equal values are equal bytes, up to chance of 2^-128.
type Value struct {
	// Text is the bytes, if they are few and UTF-8.
	Text string `json:",omitempty"`
	// SizeBytes is their number.
	SizeBytes int `json:",omitempty"`
	// Digest tells values apart.
	Digest models.Digest
}

// ValueOf returns the value that b is.
func ValueOf(b []byte) Value {
	v := Value{SizeBytes: len(b), Digest: digest.HashSeeded(b, uint64(len(b)))}
	if len(b) <= textMax && utf8.Valid(b) {
		v.Text = string(b)
	}
	return v
}

// ValuesOf returns the values of some keys, nil for those that have none.
func ValuesOf(values ...[]byte) []*Value {
	out := make([]*Value, len(values))
	for i, b := range values {
		if b != nil {
			v := ValueOf(b)
			out[i] = &v
		}
	}
	return out
}

// isSame reports whether v and o are equal, or both none.
func (v *Value) isSame(o *Value) bool {
	if v == nil || o == nil {
		return v == o
	}
	return *v == *o
}

// Pair is a key and its value.
type Pair struct {
	Key   string
	Value Value
}

// PairsOf returns pairs as the model has them.
func PairsOf(pairs []engines.KeyValue) []Pair {
	out := make([]Pair, len(pairs))
	for i, p := range pairs {
		out[i] = Pair{string(p.Key), ValueOf(p.Value)}
	}
	return out
}

// weight is what p adds to the sum of a state.
func (p *Pair) weight() models.Digest {
	return models.Digest(digest.NewSequence().WithText(p.Key).With(uint64(p.Value.SizeBytes)).WithDigest(p.Value.Digest))
}
