package canary

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/ackproof/ackproof/engines"
)

// kind is what a frame does to a log. An entry is 0, so that zeros may be taken
// for one where that is planted.
type kind uint8

const (
	kindEntry kind = iota
	// kindCut discards the entries at and after an index.
	kindCut
	// kindBoundary discards the entries up to a position.
	kindBoundary
	// kindBase begins a log after a boundary, or at 1 if its index is 0.
	kindBase
	// kindPut puts an entry in its place, and leaves those behind it.
	kindPut
	kindCount
)

// frame is one step of a change. On disk, little-endian:
//
//	 0 sum of all below, and of the frame before   4
//	 4 payload size                                4
//	 8 kind                                        1
//	 9 zero                                        3
//	12 frames of the same change or base to follow 4
//	16 index                                       8
//	24 term                                        8
//	32 payload
type frame struct {
	kind    kind
	left    uint32
	id      engines.LogID
	payload []byte
}

const frameBytes = 32

var (
	le         = binary.LittleEndian
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

// checksums is what a frame's sum covers.
type checksums int

const (
	// sumsChain covers the frame and all before it in the log.
	sumsChain checksums = iota
	// sumsFrame covers the frame and the number of its log alone: an old one that
	// lies in the right place fits.
	sumsFrame
	// sumsPayload covers the payload alone: zeros fit, for the sum of nothing is
	// 0.
	sumsPayload
)

// sum returns the sum of the frame in b, and the seed of the one after it. The
// seed of a log's first frame is its number.
func (c checksums) sum(seed uint32, b []byte) (sum, next uint32) {
	if c == sumsPayload {
		return crc32.Checksum(b[frameBytes:], castagnoli), seed
	}
	sum = crc32.Update(seed, castagnoli, b[4:])
	if c == sumsFrame {
		return sum, seed
	}
	return sum, sum
}

func (f frame) size() int { return frameBytes + len(f.payload) }

// encode appends f and returns the seed of the next frame.
func (c checksums) encode(dst []byte, f frame, seed uint32) ([]byte, uint32) {
	start := len(dst)
	dst = le.AppendUint32(dst, 0)
	dst = le.AppendUint32(dst, uint32(len(f.payload)))
	dst = append(dst, byte(f.kind), 0, 0, 0)
	dst = le.AppendUint32(dst, f.left)
	dst = le.AppendUint64(dst, f.id.Index)
	dst = le.AppendUint64(dst, f.id.Term)
	dst = append(dst, f.payload...)
	sum, next := c.sum(seed, dst[start:])
	le.PutUint32(dst[start:], sum)
	return dst, next
}

// decode returns the frame that b begins with, and the seed of the next; ok is
// false if none is intact there.
func (c checksums) decode(b []byte, seed uint32) (f frame, next uint32, ok bool) {
	if len(b) < frameBytes {
		return f, 0, false
	}
	size := le.Uint32(b[4:])
	if b[8] >= byte(kindCount) || uint64(size) > uint64(len(b)-frameBytes) {
		return f, 0, false
	}
	b = b[:frameBytes+int(size)]
	f = frame{
		kind: kind(b[8]), left: le.Uint32(b[12:]),
		id: engines.LogID{Index: le.Uint64(b[16:]), Term: le.Uint64(b[24:])}, payload: b[frameBytes:],
	}
	sum, next := c.sum(seed, b)
	return f, next, sum == le.Uint32(b)
}

// group makes frames one change: all of them count, or none.
func group(frames []frame) []frame {
	for i := range frames {
		frames[i].left = uint32(len(frames) - 1 - i)
	}
	return frames
}

func framesBytes(frames []frame) int {
	n := 0
	for _, f := range frames {
		n += f.size()
	}
	return n
}
