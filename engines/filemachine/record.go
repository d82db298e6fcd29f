package filemachine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
)

const (
	magic   = "ackpmach"
	version = 1

	headBytes   = 24
	recordBytes = 32
	alignBytes  = 8
)

// kind says what a record is. The numbers are stored.
type kind uint32

const (
	kindBase   kind = 1
	kindChange kind = 2
	kindMark   kind = 3
)

var be = binary.BigEndian

// castagnoli is the polynomial that processors compute.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendHead appends the head of a file to out, and returns what sums in the file are
// seeded with.
func appendHead(out []byte, number uint64) ([]byte, uint32) {
	start := len(out)
	out = be.AppendUint64(append(out, magic...), version<<32)
	out = be.AppendUint64(out, number)
	return out, crc32.Checksum(out[start:], castagnoli)
}

// parseHead is the inverse of appendHead.
func parseHead(data []byte) (number uint64, seed uint32, err error) {
	if len(data) < headBytes || string(data[:8]) != magic {
		return 0, 0, fmt.Errorf("got %d bytes that begin with %.8q, want %q", len(data), data, magic)
	}
	if v := be.Uint32(data[8:]); v != version {
		advice := "use a newer ackproof"
		if v < version {
			advice = "use the ackproof that wrote it"
		}
		return 0, 0, fmt.Errorf("it has version %d, and this ackproof reads version %d: %s", v, version, advice)
	}
	return be.Uint64(data[16:]), crc32.Checksum(data[:headBytes], castagnoli), nil
}

// record is one as it is written and read.
type record struct {
	kind kind
	// at is its place, and synced is how far the file was synced when it was written.
	at, synced int64
	change     machine.Change
}

// errTooLarge refuses what its field has no space for.
var errTooLarge = fmt.Errorf("%w: a key or value is larger than %d bytes", engines.ErrInvalid, uint32(math.MaxUint32-1))

// append appends r to out. The error wraps [engines.ErrInvalid].
func (r record) append(out []byte, seed uint32) ([]byte, error) {
	start := len(out)
	state := r.change.State.Append(nil)
	out = append(out, make([]byte, recordBytes)...)
	out = append(out, state...)
	for _, pair := range r.change.Pairs {
		if uint64(max(len(pair.Key), len(pair.Value))) >= math.MaxUint32 {
			return nil, errTooLarge
		}
		out = append(be.AppendUint32(out, uint32(len(pair.Key))), pair.Key...)
		if pair.Value == nil {
			out = be.AppendUint32(out, 0)
		} else {
			out = append(be.AppendUint32(out, uint32(len(pair.Value))+1), pair.Value...)
		}
	}
	for (len(out)-start)%alignBytes != 0 {
		out = append(out, 0)
	}
	b := out[start:]
	be.PutUint32(b[4:], uint32(r.kind))
	be.PutUint64(b[8:], uint64(len(b)))
	be.PutUint64(b[16:], uint64(r.synced))
	be.PutUint32(b[24:], uint32(len(state)))
	be.PutUint32(b[28:], uint32(len(r.change.Pairs)))
	be.PutUint32(b, sum(seed, r.at, b))
	return out, nil
}

// sum returns the checksum of the record b at a place.
func sum(seed uint32, at int64, b []byte) uint32 {
	var place [8]byte
	be.PutUint64(place[:], uint64(at))
	return crc32.Update(crc32.Update(seed, castagnoli, place[:]), castagnoli, b[4:])
}

// recordAt returns the bytes of the record at a place of a file; ok is false if there is
// none that was written there.
func recordAt(data []byte, seed uint32, at int64) (b []byte, ok bool) {
	rest := data[at:]
	if len(rest) < recordBytes {
		return nil, false
	}
	size := be.Uint64(rest[8:])
	if size < recordBytes || size > uint64(len(rest)) || size%alignBytes != 0 {
		return nil, false
	}
	return rest[:size], sum(seed, at, rest[:size]) == be.Uint32(rest)
}

// syncedAt returns how far the file was synced when b was written.
func syncedAt(b []byte) int64 { return int64(be.Uint64(b[16:])) }

// parse returns the record b, whose sum is right. Its pairs share the bytes of b.
func parse(b []byte, at int64) (record, error) {
	r := record{kind: kind(be.Uint32(b[4:])), at: at, synced: syncedAt(b)}
	r.change.Replace = r.kind == kindBase
	stateBytes, count := uint64(be.Uint32(b[24:])), be.Uint32(b[28:])
	rest := b[recordBytes:]
	if stateBytes > uint64(len(rest)) {
		return r, errors.New("record ends within its state")
	}
	var err error
	if r.change.State, err = machine.ParseState(rest[:stateBytes]); err != nil {
		return r, err
	}
	rest = rest[stateBytes:]
	for range count {
		var key, value []byte
		if key, rest, err = cut(rest, 0); err == nil {
			value, rest, err = cut(rest, 1)
		}
		if err != nil {
			return r, err
		}
		r.change.Pairs = append(r.change.Pairs, engines.KeyValue{Key: key, Value: value})
	}
	return r, nil
}

// cut returns the field that in begins with, and what follows it. Its length is stored
// with more added to it; a stored 0 is no field if that is 1.
func cut(in []byte, more uint64) (field, rest []byte, err error) {
	if len(in) < 4 {
		return nil, nil, errShort
	}
	stored := uint64(be.Uint32(in))
	in = in[4:]
	switch {
	case stored < more:
		return nil, in, nil
	case stored-more > uint64(len(in)):
		return nil, nil, errShort
	}
	size := stored - more
	return in[:size:size], in[size:], nil
}

var errShort = errors.New("record ends within a pair")
