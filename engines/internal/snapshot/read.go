package snapshot

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// Read returns the pairs of the snapshot at path, in the order of their keys. A file that
// is not the one that metadata names is refused with [engines.ErrCorrupt]: one with other
// bytes, and then, as the metadata may be no better, one of an unknown version, cut,
// damaged or of another position. Memory is taken for what is there, not for what lengths
// in the file say.
func Read(fs afero.Fs, path string, metadata engines.SnapshotMetadata) ([]engines.KeyValue, error) {
	data, err := afero.ReadFile(fs, path)
	if err != nil {
		return nil, fmt.Errorf("snapshot: read: %w", err)
	}
	if sum := engines.Checksum(sha256.Sum256(data)); sum != metadata.Checksum {
		return nil, fmt.Errorf("%w: %s: got checksum %x, want %x", engines.ErrCorrupt, path, sum, metadata.Checksum)
	}
	last, pairs, err := decode(data)
	if err == nil && last != metadata.LastIncluded {
		err = fmt.Errorf("it stands at index %d, term %d, want %d, %d", last.Index, last.Term, metadata.LastIncluded.Index, metadata.LastIncluded.Term)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s: bad snapshot: %w", engines.ErrCorrupt, path, err)
	}
	return pairs, nil
}

// decode returns what a file holds.
func decode(data []byte) (last engines.LogID, pairs []engines.KeyValue, err error) {
	if !bytes.HasPrefix(data, []byte(magic)) || len(data) < headBytes+footBytes {
		return last, nil, fmt.Errorf("got %d bytes that begin with %.8q, want at least %d and %q", len(data), data, headBytes+footBytes, magic)
	}
	if v := binary.BigEndian.Uint32(data[8:]); v != version {
		advice := "use a newer ackproof"
		if v < version {
			advice = "use the ackproof that wrote it, or take a new snapshot"
		}
		return last, nil, fmt.Errorf("it has version %d, and this ackproof reads version %d: %s", v, version, advice)
	}
	end := len(data) - 4
	if got, want := crc32.Checksum(data[:end], castagnoli), binary.BigEndian.Uint32(data[end:]); got != want {
		return last, nil, fmt.Errorf("it sums to %08x, want %08x", got, want)
	}
	foot := data[len(data)-footBytes:]
	last = engines.LogID{Index: binary.BigEndian.Uint64(data[12:]), Term: binary.BigEndian.Uint64(data[20:])}
	pairs, err = unpack(data[headBytes : len(data)-footBytes])
	if count := binary.BigEndian.Uint64(foot); err == nil && count != uint64(len(pairs)) {
		err = fmt.Errorf("got %d pairs, want %d", len(pairs), count)
	}
	return last, pairs, err
}

// unpack returns the pairs that are compressed in packed.
func unpack(packed []byte) ([]engines.KeyValue, error) {
	unpacker, err := zstd.NewReader(bytes.NewReader(packed),
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(windowBytesMax))
	if err != nil {
		return nil, err
	}
	defer unpacker.Close()
	rest, err := io.ReadAll(unpacker)
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	var pairs []engines.KeyValue
	for len(rest) > 0 {
		var pair engines.KeyValue
		var ok bool
		if pair.Key, rest, ok = cutField(rest); ok {
			pair.Value, rest, ok = cutField(rest)
		}
		if !ok {
			return nil, errors.New("pairs end within a pair")
		}
		if n := len(pairs); n > 0 && bytes.Compare(pairs[n-1].Key, pair.Key) >= 0 {
			return nil, fmt.Errorf("key %q comes after %q", pair.Key, pairs[n-1].Key)
		}
		pairs = append(pairs, pair)
	}
	return pairs, nil
}

// cutField returns the field that in begins with, never nil, and what follows it.
func cutField(in []byte) (field, rest []byte, ok bool) {
	if len(in) < 4 {
		return nil, nil, false
	}
	size := uint64(binary.BigEndian.Uint32(in))
	if in = in[4:]; size > uint64(len(in)) {
		return nil, nil, false
	}
	return in[:size:size], in[size:], true
}
