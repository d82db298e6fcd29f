package raftlog

import (
	"math/bits"

	"github.com/ackproof/ackproof/internal/digest"
)

// oddFactor is an odd number without a pattern.
const oddFactor = 0xd6e8feb86659fd93

// weight is what e adds to a running sum. It depends on every field, so that
// equal sums over equal ranges mean equal entries. The digest of a range of the
// log is the difference of two running sums, whatever was truncated or purged
// around it.
func (e *Entry) weight() digest.Digest {
	place := digest.Fold(e.Index, e.Term) + uint64(e.SizeBytes)*oddFactor
	return digest.Digest{
		Hi: digest.Fold(e.Digest.Hi^place, e.Digest.Lo+e.Index),
		Lo: digest.Fold(e.Digest.Lo^bits.RotateLeft64(place, 32), e.Digest.Hi+e.Term),
	}
}
