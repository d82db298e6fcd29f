package filelog

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/engines"
)

// errMalformed is a frame that verifies and still makes no sense.
var errMalformed = errors.New("malformed frame")

// scanner walks the frames of one segment.
type scanner struct {
	data []byte
	seed uint32
	// off and sum are the end of the last frame that fits and its checksum.
	off int
	sum uint32
}

// newScanner returns a scanner of data, which begins with a header of the given
// checksum.
func newScanner(data []byte, seed uint32) scanner {
	return scanner{data: data, seed: seed, off: headerBytes, sum: seed}
}

// next returns the next frame; ok is false at the first that does not fit.
func (s *scanner) next() (f frame, ok bool) {
	f, ok = frameAt(s.data, s.off, s.seed)
	if !ok || f.prev != s.sum {
		return frame{}, false
	}
	s.off += f.size
	s.sum = f.sum
	return f, true
}

// syncedPast looks behind the end of the walk for an intact frame that was
// written when that end was synced already, and returns its offset. Such a frame
// proves that no crash tore what lies at the end.
func (s *scanner) syncedPast() (off int, ok bool) {
	for off = s.off; off+frameHeaderBytes <= len(s.data); off += alignBytes {
		if le.Uint32(s.data[off:]) != frameMagic {
			continue
		}
		if f, ok := frameAt(s.data, off, s.seed); ok && f.synced > uint64(s.off) {
			return off, true
		}
	}
	return 0, false
}

// places appends where the entries of f, a write in segment seq, lie.
func (f *frame) places(dst []place, seq uint64) ([]place, error) {
	dst = f.room(dst)
	pos := 0
	for range f.count {
		if len(f.body)-pos < recordBytes {
			return dst, fmt.Errorf("%w: %d entries do not fit in %d bytes", errMalformed, f.count, len(f.body))
		}
		size := int(le.Uint32(f.body[pos+8:]))
		if size > len(f.body)-pos-recordBytes {
			return dst, fmt.Errorf("%w: payload of %d bytes, got %d", errMalformed, size, len(f.body)-pos-recordBytes)
		}
		dst = append(dst, place{
			term: le.Uint64(f.body[pos:]), seq: seq,
			off: uint32(f.off + frameHeaderBytes + pos), size: uint32(size),
		})
		pos += recordBytes + size
	}
	if len(f.body)-pos >= alignBytes {
		return dst, fmt.Errorf("%w: %d bytes behind the last entry", errMalformed, len(f.body)-pos)
	}
	return dst, nil
}

// room makes room in dst for the entries of f, and at first for as many more as
// the rest of the segment may hold if it goes on like f.
func (f *frame) room(dst []place) []place {
	count := min(int(f.count), len(f.body)/recordBytes)
	if cap(dst) == 0 {
		count += count * (f.rest / f.size)
	}
	return slices.Grow(dst, count)
}

// replay applies f, found in segment seq, to v.
func (v *view) replay(f *frame, seq uint64) error {
	switch f.kind {
	case kindWrite:
		if f.index <= v.boundary.Index || f.index-1 > v.last {
			return fmt.Errorf("%w: write at index %d, want within %d..%d", errMalformed, f.index, v.boundary.Index+1, v.last+1)
		}
		v.discard(f.index)
		var err error
		v.at, err = f.places(v.at, seq)
		v.last = v.head + uint64(len(v.at))
		return err
	case kindPurge:
		if len(f.body) != 8 || f.index <= v.boundary.Index {
			return fmt.Errorf("%w: purge to %d, want past %d", errMalformed, f.index, v.boundary.Index)
		}
		v.purge(engines.LogID{Index: f.index, Term: le.Uint64(f.body)})
		return nil
	case kindReset:
		*v = view{}
		return nil
	}
	return fmt.Errorf("%w: kind %d", errMalformed, f.kind)
}
