// Package digest has 128-bit hashes that can be added.
package digest

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"

	"github.com/zeebo/xxh3"
)

// Digest is a 128-bit hash. Digests of parts add up to the digest of the whole,
// in any order, so that changing one part costs one addition. Bundles store its
// fields by their names.
type Digest struct{ Hi, Lo uint64 }

// Add returns d + e modulo 2^128.
func (d Digest) Add(e Digest) Digest {
	lo, carry := bits.Add64(d.Lo, e.Lo, 0)
	hi, _ := bits.Add64(d.Hi, e.Hi, carry)
	return Digest{hi, lo}
}

// Sub returns d - e modulo 2^128.
func (d Digest) Sub(e Digest) Digest {
	lo, borrow := bits.Sub64(d.Lo, e.Lo, 0)
	hi, _ := bits.Sub64(d.Hi, e.Hi, borrow)
	return Digest{hi, lo}
}

// String returns d as 32 hexadecimal digits.
func (d Digest) String() string {
	var sum [16]byte
	binary.BigEndian.PutUint64(sum[:8], d.Hi)
	binary.BigEndian.PutUint64(sum[8:], d.Lo)
	return hex.EncodeToString(sum[:])
}

// Parse returns the digest whose String is text.
func Parse(text string) (Digest, error) {
	var sum [16]byte
	if len(text) != hex.EncodedLen(len(sum)) {
		return Digest{}, fmt.Errorf("got %q, want %d hexadecimal digits", text, hex.EncodedLen(len(sum)))
	}
	_, err := hex.Decode(sum[:], []byte(text))
	return Digest{binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:])}, err
}

// HashBytes hashes data as the content of the place that a and b name.
func HashBytes(data []byte, a, b uint64) Digest { return HashSeeded(data, Mix(a, b)) }

// HashSeeded hashes data; different seeds give unlike hashes.
func HashSeeded(data []byte, seed uint64) Digest {
	sum := xxh3.Hash128Seed(data, seed)
	return Digest{sum.Hi, sum.Lo}
}

// HashWords hashes a few numbers.
func HashWords(words ...uint64) Digest {
	var buf [64]byte
	out := buf[:0]
	for _, w := range words {
		out = binary.LittleEndian.AppendUint64(out, w)
	}
	sum := xxh3.Hash128(out)
	return Digest{sum.Hi, sum.Lo}
}

// Mix folds two numbers into one seed.
func Mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x9e3779b97f4a7c15, b^0xd1b54a32d192ed03)
	return hi ^ lo ^ bits.RotateLeft64(a, 32)
}
