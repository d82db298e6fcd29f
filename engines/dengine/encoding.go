package dengine

import (
	"encoding/binary"

	"github.com/ackproof/ackproof/engines"
)

// The tags of an entry's fields: a number and its type, as protocol buffers have them. A
// field of value 0 is left out.
const (
	indexTag   = 1 << 3
	termTag    = 2 << 3
	payloadTag = 3<<3 | 2
)

// appendEntry appends the encoding of e to b.
func appendEntry(b []byte, e engines.Entry) []byte {
	if e.Index != 0 {
		b = binary.AppendUvarint(append(b, indexTag), e.Index)
	}
	if e.Term != 0 {
		b = binary.AppendUvarint(append(b, termTag), e.Term)
	}
	if len(e.Payload) > 0 {
		b = append(binary.AppendUvarint(append(b, payloadTag), uint64(len(e.Payload))), e.Payload...)
	}
	return b
}

// decodeEntry returns the entry that b encodes; ok is false if b encodes none. No bytes
// are the zero entry. The payload is part of b.
func decodeEntry(b []byte) (e engines.Entry, ok bool) {
	for len(b) > 0 {
		tag := b[0]
		value, width := binary.Uvarint(b[1:])
		if width <= 0 {
			return e, false
		}
		b = b[1+width:]
		switch {
		case tag == indexTag:
			e.Index = value
		case tag == termTag:
			e.Term = value
		case tag == payloadTag && value <= uint64(len(b)):
			e.Payload, b = b[:value], b[value:]
		default:
			return e, false
		}
	}
	return e, true
}

const hardStateBytes = 16

func encodeHardState(s engines.HardState) []byte {
	b := binary.BigEndian.AppendUint64(nil, s.Term)
	return binary.BigEndian.AppendUint64(b, s.Vote)
}

// decodeHardState returns the hard state that b encodes; ok is false if b encodes none.
func decodeHardState(b []byte) (s engines.HardState, ok bool) {
	if len(b) != hardStateBytes {
		return s, false
	}
	return engines.HardState{Term: binary.BigEndian.Uint64(b), Vote: binary.BigEndian.Uint64(b[8:])}, true
}
