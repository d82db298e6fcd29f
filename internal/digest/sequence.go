package digest

import "math/bits"

// Odd numbers without a pattern.
const (
	oddA = 0xa24baed4963ee407
	oddB = 0x9fb21c651e98df25
	oddC = 0xd6e8feb86659fd93
)

// Fold returns a number that depends on every bit of a and b.
func Fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^oddA, b^oddB)
	return hi ^ lo ^ a*oddC
}

// Sequence is a hash of words in their order. It costs less than hashing bytes, where the
// words are few.
type Sequence Digest

// NewSequence returns the hash of no words.
func NewSequence() Sequence { return Sequence{oddA, oddB} }

// With returns the hash with one more word.
func (s Sequence) With(word uint64) Sequence {
	return Sequence{Fold(s.Hi^word, s.Lo), Fold(s.Lo+word, s.Hi^oddC)}
}

// WithFlag returns the hash with one word for flag.
func (s Sequence) WithFlag(flag bool) Sequence {
	if flag {
		return s.With(1)
	}
	return s.With(2)
}

// WithDigest returns the hash with the two words of d.
func (s Sequence) WithDigest(d Digest) Sequence { return s.With(d.Hi).With(d.Lo) }

// WithText returns the hash with the bytes of text and their number.
func (s Sequence) WithText(text string) Sequence {
	s = s.With(uint64(len(text)))
	for i := range len(text) {
		s = s.With(uint64(text[i]))
	}
	return s
}
