package snapshot

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"path/filepath"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/newfile"
)

const (
	magic   = "ackpsnap"
	version = 1

	headBytes = 28
	footBytes = 12

	// windowBytesMax bounds the memory of who compresses and who reads.
	windowBytesMax = 8 << 20
)

// castagnoli is the polynomial that processors compute.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Scan shows visit pairs in the order of their keys, each key once, until visit fails,
// and returns its error.
type Scan func(visit func(key, value []byte) error) error

// Write writes a snapshot of the pairs that scan shows, which stand at last, and returns
// its checksum. It takes the place of a file at path, as a whole, and is durable when
// Write returns; so is the directory, which is made if it is missing.
func Write(fs afero.Fs, path string, last engines.LogID, scan Scan) (engines.Checksum, error) {
	var sum engines.Checksum
	if err := newfile.MakeDir(fs, filepath.Dir(path)); err != nil {
		return sum, fmt.Errorf("snapshot: make directory: %w", err)
	}
	f, err := newfile.Replace(fs, path, func(w io.Writer) (err error) {
		sum, err = writeTo(w, last, scan)
		return err
	})
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return engines.Checksum{}, fmt.Errorf("snapshot: write %s: %w", path, err)
	}
	return sum, nil
}

// writeTo writes the file and returns its checksum.
func writeTo(w io.Writer, last engines.LogID, scan Scan) (engines.Checksum, error) {
	inside, whole := crc32.New(castagnoli), sha256.New()
	buffered := bufio.NewWriterSize(w, 64<<10)
	out := io.MultiWriter(buffered, whole, inside)
	head := binary.BigEndian.AppendUint32([]byte(magic), version)
	head = binary.BigEndian.AppendUint64(head, last.Index)
	head = binary.BigEndian.AppendUint64(head, last.Term)
	if _, err := out.Write(head); err != nil {
		return engines.Checksum{}, err
	}
	count, err := compress(out, scan)
	if err != nil {
		return engines.Checksum{}, err
	}
	if _, err := out.Write(binary.BigEndian.AppendUint64(nil, count)); err != nil {
		return engines.Checksum{}, err
	}
	if _, err := out.Write(binary.BigEndian.AppendUint32(nil, inside.Sum32())); err != nil {
		return engines.Checksum{}, err
	}
	return engines.Checksum(whole.Sum(nil)), buffered.Flush()
}

// packers are kept for their memory. They use one goroutine, so that the bytes of a
// snapshot depend on the state alone.
var packers = sync.Pool{New: func() any {
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(windowBytesMax))
	if err != nil {
		panic(err) // the options are constant
	}
	return packer
}}

// compress writes the pairs and returns how many there are.
func compress(out io.Writer, scan Scan) (count uint64, err error) {
	packer := packers.Get().(*zstd.Encoder)
	defer packers.Put(packer)
	packer.Reset(out)
	defer packer.Reset(nil) // whoever holds out is not to be kept
	var pair []byte
	err = scan(func(key, value []byte) error {
		count++
		pair = appendField(appendField(pair[:0], key), value)
		_, err := packer.Write(pair)
		return err
	})
	if closing := packer.Close(); err == nil {
		err = closing
	}
	return count, err
}

func appendField(out, field []byte) []byte {
	return append(binary.BigEndian.AppendUint32(out, uint32(len(field))), field...)
}
