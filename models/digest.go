package models

import "math/bits"

const (
	oddA = 0xa24baed4963ee407
	oddB = 0x9fb21c651e98df25
	oddC = 0xd6e8feb86659fd93
)

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^oddA, b^oddB)
	return hi ^ lo ^ a*oddC
}

// weight is what e adds to a running sum. It depends on every field, so that
// equal sums over equal ranges mean equal entries. The digest of a range of the
// log is the difference of two running sums, whatever was truncated or purged
// around it.
func (e *Entry) weight() Digest {
	place := fold(e.Index, e.Term) + uint64(e.SizeBytes)*oddC
	return Digest{
		Hi: fold(e.Digest.Hi^place, e.Digest.Lo+e.Index),
		Lo: fold(e.Digest.Lo^bits.RotateLeft64(place, 32), e.Digest.Hi+e.Term),
	}
}

// sequence is a hash of words in their order.
type sequence Digest

func (s sequence) with(word uint64) sequence {
	return sequence{fold(s.Hi^word, s.Lo), fold(s.Lo+word, s.Hi^oddC)}
}

func (s sequence) withFlag(flag bool) sequence {
	if flag {
		return s.with(1)
	}
	return s.with(2)
}
