package models

import "math/bits"

// plus and minus make digests a group: the digest of a range of the log is the
// difference of two running sums, whatever was truncated or purged around it.
func (d Digest) plus(o Digest) Digest {
	lo, carry := bits.Add64(d.Lo, o.Lo, 0)
	hi, _ := bits.Add64(d.Hi, o.Hi, carry)
	return Digest{hi, lo}
}

func (d Digest) minus(o Digest) Digest {
	lo, borrow := bits.Sub64(d.Lo, o.Lo, 0)
	hi, _ := bits.Sub64(d.Hi, o.Hi, borrow)
	return Digest{hi, lo}
}

const (
	oddA = 0xa24baed4963ee407
	oddB = 0x9fb21c651e98df25
	oddC = 0xd6e8feb86659fd93
)

// fold mixes two words into one.
func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^oddA, b^oddB)
	return hi ^ lo ^ a*oddC
}

// weight is what e adds to a running sum. It depends on every field, so that
// equal sums over equal ranges mean equal entries.
func (e *Entry) weight() Digest {
	place := fold(e.Index, e.Term) + uint64(e.SizeBytes)*oddC
	return Digest{
		Hi: fold(e.Digest.Hi^place, e.Digest.Lo+e.Index),
		Lo: fold(e.Digest.Lo^bits.RotateLeft64(place, 32), e.Digest.Hi+e.Term),
	}
}

// with extends a hash of a sequence of words.
func (d Digest) with(word uint64) Digest {
	return Digest{fold(d.Hi^word, d.Lo), fold(d.Lo+word, d.Hi^oddC)}
}

func (d Digest) withFlag(flag bool) Digest {
	if flag {
		return d.with(1)
	}
	return d.with(2)
}
