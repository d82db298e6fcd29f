package filelog

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/ackproof/ackproof/engines"
)

const (
	segmentMagic = 0x31676f6c656c6966 // "filelog1"
	frameMagic   = 0xa3c5f1d9
	sealMagic    = 0x5ea1ed0f

	headerBytes      = 64
	sealBytes        = 16
	frameHeaderBytes = 48
	recordBytes      = 16
	alignBytes       = 8

	// sectorBytes is what a disk loses at once.
	sectorBytes = 512

	// frameBytesMax keeps offsets within 32 bits.
	frameBytesMax = 1 << 30
)

// castagnoli is the polynomial that processors compute.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var le = binary.LittleEndian

// header opens a segment. It seals the segment before it and says where the log
// stood, so that older segments can go.
type header struct {
	seq     uint64
	prevEnd uint64
	prevSum uint32
	base    extent
}

// encode appends h to dst and returns its checksum, the seed of the segment.
func (h header) encode(dst []byte) ([]byte, uint32) {
	start := len(dst)
	dst = le.AppendUint64(dst, segmentMagic)
	dst = le.AppendUint64(dst, h.seq)
	dst = le.AppendUint64(dst, h.prevEnd)
	dst = le.AppendUint32(dst, h.prevSum)
	var purged uint32
	if h.base.purged {
		purged = 1
	}
	dst = le.AppendUint32(dst, purged)
	dst = le.AppendUint64(dst, h.base.boundary.Index)
	dst = le.AppendUint64(dst, h.base.boundary.Term)
	dst = le.AppendUint64(dst, h.base.last)
	dst = le.AppendUint32(dst, 0)
	sum := crc32.Checksum(dst[start:], castagnoli)
	return le.AppendUint32(dst, sum), sum
}

// decodeHeader returns the header of segment number seq and its checksum; ok is
// false if data does not begin with one.
func decodeHeader(data []byte, seq uint64) (h header, sum uint32, ok bool) {
	if len(data) < headerBytes || le.Uint64(data) != segmentMagic || le.Uint64(data[8:]) != seq {
		return header{}, 0, false
	}
	sum = le.Uint32(data[60:])
	if crc32.Checksum(data[:60], castagnoli) != sum {
		return header{}, 0, false
	}
	h = header{seq: seq, prevEnd: le.Uint64(data[16:]), prevSum: le.Uint32(data[24:])}
	h.base = extent{
		boundary: engines.LogID{Index: le.Uint64(data[32:]), Term: le.Uint64(data[40:])},
		purged:   le.Uint32(data[28:]) != 0,
		last:     le.Uint64(data[48:]),
	}
	return h, sum, h.base.last >= h.base.boundary.Index
}

// frame is one change of the log as found in a segment.
type frame struct {
	kind    kind
	sum     uint32
	prev    uint32
	count   uint32
	off     int
	size    int
	rest    int // bytes of the segment behind the frame
	index   uint64
	synced  uint64
	hardSeq uint64
	body    []byte
}

// chain is what a new frame is bound to.
type chain struct {
	seed, prev  uint32
	off, synced int64
	hardSeq     uint64
}

// frameSum is the checksum of a frame at off, from its third field on. Segment
// and offset go in, so that a frame verifies nowhere but in its own place.
func frameSum(seed uint32, off int, rest []byte) uint32 {
	return crc32.Update(seed^uint32(off), castagnoli, rest)
}

// appendSeal appends to dst, a whole segment, what says that its frames end here. It is in a sector
// of its own, so that it outlives the last one with a frame.
func appendSeal(dst []byte, seed uint32) []byte {
	end := len(dst)
	off := (end + sectorBytes - 1) &^ (sectorBytes - 1)
	dst = append(dst, make([]byte, off-end)...)
	dst = le.AppendUint32(dst, sealMagic)
	dst = le.AppendUint32(dst, 0)
	dst = le.AppendUint64(dst, uint64(end))
	le.PutUint32(dst[off+4:], frameSum(seed, off, dst[off+8:]))
	return dst
}

// sealedEnd returns where the frames of a segment that ends with a seal end; ok is false for any
// other.
func sealedEnd(data []byte, seed uint32) (end uint64, ok bool) {
	off := len(data) - sealBytes
	if off < headerBytes || le.Uint32(data[off:]) != sealMagic {
		return 0, false
	}
	return le.Uint64(data[off+8:]), frameSum(seed, off, data[off+8:]) == le.Uint32(data[off+4:])
}

// payloadSum is the checksum of the payload of the entry at index.
func payloadSum(index uint64, payload []byte) uint32 {
	return crc32.Update(uint32(index)^uint32(index>>32), castagnoli, payload)
}

// frameBytes is the size that o takes in a segment.
func frameBytes(o *change) int64 {
	size := int64(frameHeaderBytes)
	if o.kind == kindPurge {
		size += 8
	}
	for i := range o.entries {
		size += recordBytes + int64(len(o.entries[i].Payload))
	}
	return (size + alignBytes - 1) &^ (alignBytes - 1)
}

// encodeFrame appends o to dst, which is empty, as a frame bound to c.
func encodeFrame(dst []byte, o *change, c chain) (out []byte, sum uint32) {
	dst = le.AppendUint32(dst, frameMagic)
	dst = le.AppendUint32(dst, 0)
	dst = le.AppendUint32(dst, c.prev)
	dst = le.AppendUint32(dst, uint32(o.kind))
	dst = le.AppendUint32(dst, 0)
	dst = le.AppendUint32(dst, uint32(len(o.entries)))
	dst = le.AppendUint64(dst, o.id.Index)
	dst = le.AppendUint64(dst, uint64(c.synced))
	dst = le.AppendUint64(dst, c.hardSeq)
	if o.kind == kindPurge {
		dst = le.AppendUint64(dst, o.id.Term)
	}
	for i := range o.entries {
		e := &o.entries[i]
		dst = le.AppendUint64(dst, e.Term)
		dst = le.AppendUint32(dst, uint32(len(e.Payload)))
		dst = le.AppendUint32(dst, payloadSum(e.Index, e.Payload))
		dst = append(dst, e.Payload...)
	}
	for len(dst)%alignBytes != 0 {
		dst = append(dst, 0)
	}
	le.PutUint32(dst[16:], uint32(len(dst)))
	sum = frameSum(c.seed, int(c.off), dst[8:])
	le.PutUint32(dst[4:], sum)
	return dst, sum
}

// frameAt returns the frame at off of a segment; ok is false if there is none
// that was written there.
func frameAt(data []byte, off int, seed uint32) (f frame, ok bool) {
	if len(data)-off < frameHeaderBytes {
		return f, false
	}
	b := data[off:]
	size := int(le.Uint32(b[16:]))
	if le.Uint32(b) != frameMagic || size < frameHeaderBytes || size > len(b) || size%alignBytes != 0 {
		return f, false
	}
	b = b[:size]
	f.sum = le.Uint32(b[4:])
	if frameSum(seed, off, b[8:]) != f.sum {
		return f, false
	}
	f.prev, f.kind, f.count = le.Uint32(b[8:]), kind(le.Uint32(b[12:])), le.Uint32(b[20:])
	f.index, f.synced, f.hardSeq = le.Uint64(b[24:]), le.Uint64(b[32:]), le.Uint64(b[40:])
	f.off, f.size, f.rest, f.body = off, size, len(data)-off-size, b[frameHeaderBytes:]
	return f, true
}
