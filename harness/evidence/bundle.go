package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/klauspost/compress/zstd"

	"github.com/ackproof/ackproof/harness/subject"
)

// A bundle is one file: the line bundleMagic with the version, a line with the
// SHA-256 of the rest in hexadecimal, and the rest, which is JSON compressed with
// zstd.
const bundleMagic = "ackproof bundle v"

// bundleVersion is the version of the stored form, and of all that is in it: see
// docs/STORED_FORMS.md.
const bundleVersion = 5

// bundleBytesMax bounds what a bundle may unpack to.
const bundleBytesMax = 1 << 30

// WriteCase stores the case at path, whole or not at all.
func WriteCase(path string, c *Case) error {
	data, err := c.Record().marshal()
	if err != nil {
		return fmt.Errorf("bundle %s: %w", path, err)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".ackproof-*")
	if err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(data)
	err = errors.Join(err, temp.Chmod(0o644), temp.Sync(), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("bundle %s: %w", path, err)
	}
	return nil
}

func (r *Record) marshal() ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer encoder.Close()
	packed := encoder.EncodeAll(text, nil)
	sum := sha256.Sum256(packed)
	return fmt.Appendf(nil, "%s%d\n%s\n%s", bundleMagic, bundleVersion, hex.EncodeToString(sum[:]), packed), nil
}

// ReadCase reads the case in the bundle at path, of a subject of one of the kinds.
func ReadCase(path string, kinds ...*subject.Kind) (*Case, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c, err := ParseCase(data, kinds...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// ParseCase returns the case in a bundle's bytes, of a subject of one of the kinds, or fails
// with [ErrBundle].
func ParseCase(data []byte, kinds ...*subject.Kind) (*Case, error) {
	packed, err := checkEnvelope(data)
	if err != nil {
		return nil, err
	}
	decoder, err := zstd.NewReader(bytes.NewReader(packed), zstd.WithDecoderMaxMemory(bundleBytesMax), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer decoder.Close()
	text, err := io.ReadAll(io.LimitReader(decoder, bundleBytesMax))
	var r *Record
	if err == nil {
		r, err = ParseRecord(text, kinds...)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	return r.Case()
}

// checkEnvelope returns what follows the two first lines, if they fit it.
func checkEnvelope(data []byte) ([]byte, error) {
	magic, rest, ok := bytes.Cut(data, []byte("\n"))
	text, isBundle := bytes.CutPrefix(magic, []byte(bundleMagic))
	version, err := strconv.Atoi(string(text))
	if !isBundle || err != nil {
		return nil, fmt.Errorf("%w: it does not begin with %q and a version", ErrBundle, bundleMagic)
	}
	if err := checkVersion(version); err != nil {
		return nil, err
	}
	sum, packed, found := bytes.Cut(rest, []byte("\n"))
	if !ok || !found {
		return nil, fmt.Errorf("%w: it was cut off", ErrBundle)
	}
	if got := sha256.Sum256(packed); hex.EncodeToString(got[:]) != string(sum) {
		return nil, fmt.Errorf("%w: its checksum is wrong: it was cut off or altered", ErrBundle)
	}
	return packed, nil
}

func checkVersion(version int) error {
	advice := "use a newer ackproof"
	switch {
	case version == bundleVersion:
		return nil
	case version < bundleVersion:
		advice = "use the ackproof that wrote it, or run the engine again"
	}
	return fmt.Errorf("%w: it has version %d, and this ackproof reads version %d: %s", ErrBundle, version, bundleVersion, advice)
}
