package machine

import (
	"encoding/binary"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// Counted is a State and how many keys belong to it, for stores where to count them is to
// read all. They keep it beside the pairs, under a key of its own.
type Counted struct {
	State State
	Keys  int
}

// countBytes is the size of a stored count.
const countBytes = 8

// Append appends c to out in its stored form: the count, big-endian, and the state's.
func (c Counted) Append(out []byte) []byte {
	return c.State.Append(binary.BigEndian.AppendUint64(out, uint64(c.Keys)))
}

// ParseCounted returns what is in a stored form, the zero value if that is nil, as before
// the first change. The error wraps [engines.ErrCorrupt].
func ParseCounted(in []byte) (c Counted, err error) {
	if in == nil {
		return c, nil
	}
	if len(in) < countBytes {
		return c, fmt.Errorf("%w: got a count and a state of %d bytes, want more than %d", engines.ErrCorrupt, len(in), countBytes)
	}
	c.Keys = int(binary.BigEndian.Uint64(in))
	c.State, err = ParseState(in[countBytes:])
	return c, err
}

// After returns what is there after change, if has reports which keys are there before.
func (c Counted) After(change Change, has func(key []byte) (bool, error)) (Counted, error) {
	if change.Replace {
		return Counted{State: change.State, Keys: len(change.Pairs)}, nil
	}
	c.State = change.State
	for _, pair := range change.Pairs {
		there, err := has(pair.Key)
		switch {
		case err != nil:
			return Counted{}, err
		case there && pair.Value == nil:
			c.Keys--
		case !there && pair.Value != nil:
			c.Keys++
		}
	}
	return c, nil
}
