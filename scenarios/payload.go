package scenarios

import (
	"encoding/binary"
	"math/bits"
)

// First digits of pi, e and square roots, made odd: numbers without a pattern, one
// for each thing that is mixed.
const (
	indexFactor = 0x9e3779b97f4a7c15
	termFactor  = 0xb7e151628aed2a6b
	sizeFactor  = 0x6a09e667f3bcc909
	wordStep    = 0xbb67ae8584caa73b
	wordMask    = 0xa54ff53a5f1d36f1
	leftMask    = 0x243f6a8885a308d3
	rightMask   = 0x13198a2e03707345
)

// Payload returns the payload of the entry at index in term: sizeBytes bytes
// that do not compress and that depend on nothing else. Payloads of different
// entries differ from their first word on, so that no part of one passes for a
// part of another.
func Payload(index, term uint64, sizeBytes int) []byte {
	payload := make([]byte, sizeBytes)
	fillPayload(payload, index, term)
	return payload
}

// fillPayload writes the payload of an entry into dst, whose length is its size.
func fillPayload(dst []byte, index, term uint64) {
	state := mix(mix(index*indexFactor, term*termFactor), uint64(len(dst))*sizeFactor)
	for len(dst) >= 8 {
		binary.LittleEndian.PutUint64(dst, mix(state, state^wordMask))
		state += wordStep
		dst = dst[8:]
	}
	var last [8]byte
	binary.LittleEndian.PutUint64(last[:], mix(state, state^wordMask))
	copy(dst, last[:])
}

// mix returns a number that depends on every bit of a and b: the two halves of
// their 128-bit product, folded.
func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a^leftMask, b^rightMask)
	return high ^ low
}
