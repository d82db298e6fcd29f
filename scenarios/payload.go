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

// Write writes the payload of an entry into dst, which is zero and as long as that.
func (f Fill) Write(dst []byte, index, term uint64) {
	switch f {
	case FillZeros:
	case FillCompressible:
		state := mix(Mix(index, term), uint64(len(dst))*sizeFactor)
		period := binary.LittleEndian.AppendUint64(nil, word(state))
		period = binary.LittleEndian.AppendUint64(period, word(state+wordStep))
		for len(dst) > 0 {
			dst = dst[copy(dst, period):]
		}
	default:
		fillPayload(dst, index, term)
	}
}

// Pick returns the size in r for the payload of an entry.
func (r SizeRange) Pick(index, term uint64) int {
	least := max(0, r.Min)
	span := uint64(max(0, r.Max-least)) + 1
	return least + int(Mix(index, term)%span)
}

// Mix returns a number without a pattern that depends on every bit of both.
func Mix(index, term uint64) uint64 { return mix(index*indexFactor, term*termFactor) }

// fillPayload writes the payload of an entry into dst, whose length is its size.
func fillPayload(dst []byte, index, term uint64) {
	state := mix(Mix(index, term), uint64(len(dst))*sizeFactor)
	// Four words at a time nearly doubles the speed, and payloads are most of
	// what making a call costs.
	for len(dst) >= 32 {
		second := state + wordStep
		third := second + wordStep
		fourth := third + wordStep
		binary.LittleEndian.PutUint64(dst[0:8], word(state))
		binary.LittleEndian.PutUint64(dst[8:16], word(second))
		binary.LittleEndian.PutUint64(dst[16:24], word(third))
		binary.LittleEndian.PutUint64(dst[24:32], word(fourth))
		state, dst = fourth+wordStep, dst[32:]
	}
	for len(dst) >= 8 {
		binary.LittleEndian.PutUint64(dst, word(state))
		state, dst = state+wordStep, dst[8:]
	}
	var last [8]byte
	binary.LittleEndian.PutUint64(last[:], word(state))
	copy(dst, last[:])
}

// word returns the eight bytes of a payload that state stands for.
func word(state uint64) uint64 { return mix(state, state^wordMask) }

// mix returns a number that depends on every bit of a and b: the two halves of
// their 128-bit product, folded.
func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a^leftMask, b^rightMask)
	return high ^ low
}
