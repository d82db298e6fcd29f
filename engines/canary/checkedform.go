package canary

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines/internal/keyed"
)

// damagePlant is what an engine does wrong with what a disk damaged.
type damagePlant int

const (
	noDamagePlant damagePlant = iota
	trustsHardState
	sumsNoHeader
	endsAtDamage
	trustsLength
	takesStale
	appliesDamaged
	beginsEmpty
	takesForAbsent
	readsUnchecked
	launders
)

const (
	boundaryKey  = "boundary"
	hardStateKey = "hardstate"
)

// checked is a store in one file.
type checked struct {
	plant damagePlant
	checkedManner
	fs  afero.Fs
	dir string
	// number counts what was written; the newest is in the file of its parity, if in place.
	number uint64
	pairs  map[string][]byte
	// opened says that what is there was checked.
	opened bool
}

// checkedManner is how a store reads and writes its file.
type checkedManner struct {
	// inPlace writes over the older of two files. Rereads reads the file with each read, and
	// copies reads it before each write.
	inPlace, rereads, copies bool
}

// indexOfKey returns the index of an entry's key, 0 for another.
func indexOfKey(key string) uint64 {
	if key == boundaryKey || key == hardStateKey || len(key) != keyed.NumberBytes {
		return 0
	}
	return binary.BigEndian.Uint64([]byte(key))
}

// The form of a state: a sector with a header, and then the pairs; in place each that is no entry in
// sectors of its own.
//
//	header                 pair
//	  0 | magic    8 |       0 | key size    4 |
//	  8 | number   8 |       4 | value size  4 |
//	 16 | pairs    4 |       8 | sum         4 |
//	 20 | sum      4 |      12 | key, value    |
const (
	checkedMagic       = 0x6368656b73746174
	checkedSector      = 512
	checkedHeaderBytes = 24
	checkedPairBytes   = 12
)

// checkedKeys returns the keys in the order of the file: what is read first stands first.
func (s *checked) checkedKeys() []string {
	named := make([]string, 0, len(s.pairs))
	var entries []string
	for key := range maps.Keys(s.pairs) {
		if indexOfKey(key) == 0 {
			named = append(named, key)
		} else {
			entries = append(entries, key)
		}
	}
	slices.Sort(named)
	slices.Sort(entries) // their indexes are big-endian
	return append(named, entries...)
}

// toSector fills the last sector of data.
func toSector(data []byte) []byte {
	var zeros [checkedSector]byte
	return append(data, zeros[:(checkedSector-len(data)%checkedSector)%checkedSector]...)
}

func (s *checked) encode() []byte {
	out := binary.BigEndian.AppendUint64(make([]byte, 0, checkedSector), checkedMagic)
	out = binary.BigEndian.AppendUint64(out, s.number)
	out = binary.BigEndian.AppendUint32(out, uint32(len(s.pairs)))
	out = toSector(binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out)))
	for _, key := range s.checkedKeys() {
		value := s.pairs[key]
		sizes := binary.BigEndian.AppendUint32(nil, uint32(len(key)))
		sizes = binary.BigEndian.AppendUint32(sizes, uint32(len(value)))
		out = append(out, sizes...)
		out = binary.BigEndian.AppendUint32(out, s.sumOf(s.number, sizes, []byte(key), value))
		out = append(append(out, key...), value...)
		if s.inPlace && indexOfKey(key) == 0 {
			out = toSector(out)
		}
	}
	return out
}

var errSum = errors.New("bad checksum")

// parse returns a state and its number, 0 where no header says it.
func (s *checked) parse(data []byte) (number uint64, pairs map[string][]byte, err error) {
	if len(data) < checkedSector || binary.BigEndian.Uint64(data) != checkedMagic {
		return 0, nil, errors.New("no header")
	}
	if crc32.ChecksumIEEE(data[:20]) != binary.BigEndian.Uint32(data[20:]) {
		return 0, nil, fmt.Errorf("header: %w", errSum)
	}
	number, pairs = binary.BigEndian.Uint64(data[8:]), map[string][]byte{}
	rest := data[checkedSector:]
	for range binary.BigEndian.Uint32(data[16:]) {
		key, value, size, err := s.parsePair(number, rest)
		if err != nil {
			switch {
			case s.plant == endsAtDamage:
				return number, pairs, nil
			case s.plant == beginsEmpty:
				maps.DeleteFunc(pairs, func(key string, _ []byte) bool { return indexOfKey(key) > 0 })
				return number, pairs, nil
			case s.plant == takesForAbsent && key == hardStateKey && size > 0:
				rest = rest[size:]
				continue
			case s.plant == trustsHardState && key == hardStateKey && size > 0:
			case s.plant == appliesDamaged && size > 0:
			case s.plant == readsUnchecked && s.opened && size > 0:
			case s.plant == launders && s.opened && size > 0:
			default:
				return number, nil, err
			}
		}
		pairs[key] = value
		rest = rest[size:]
	}
	return number, pairs, nil
}

// parsePair returns the first pair, and how much it takes: 0 if there is none. What a bad
// checksum is of is returned with the error.
func (s *checked) parsePair(number uint64, data []byte) (key string, value []byte, size int, err error) {
	if len(data) < checkedPairBytes {
		return "", nil, 0, errors.New("a pair is missing")
	}
	keyBytes, valueBytes := int(binary.BigEndian.Uint32(data)), int(binary.BigEndian.Uint32(data[4:]))
	end := checkedPairBytes + keyBytes + valueBytes
	if keyBytes > checkedSector || end > len(data) {
		return "", nil, 0, fmt.Errorf("a pair of %d bytes, got %d", end, len(data))
	}
	key = string(data[checkedPairBytes:][:keyBytes])
	if size = end; s.inPlace && indexOfKey(key) == 0 {
		size = min(len(data), (end+checkedSector-1)/checkedSector*checkedSector)
	}
	value = slices.Clone(data[checkedPairBytes+keyBytes : end])
	if s.sumOf(number, data[:8], []byte(key), value) != binary.BigEndian.Uint32(data[8:]) {
		err = fmt.Errorf("pair %q: %w", key, errSum)
	}
	return key, value, size, err
}

// sumOf is a record's checksum, which holds the number of the state that it belongs to.
func (s *checked) sumOf(number uint64, record, key, value []byte) uint32 {
	if s.plant == takesStale {
		number = 0
	}
	sum := crc32.ChecksumIEEE(binary.BigEndian.AppendUint64(nil, number))
	switch s.plant {
	case trustsLength:
		return crc32.Update(sum, crc32.IEEETable, key)
	case sumsNoHeader:
		return crc32.Update(sum, crc32.IEEETable, value[min(keyed.NumberBytes, len(value)):])
	}
	for _, part := range [][]byte{record, key, value} {
		sum = crc32.Update(sum, crc32.IEEETable, part)
	}
	return sum
}
