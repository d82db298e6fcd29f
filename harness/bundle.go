package harness

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

	"github.com/klauspost/compress/zstd"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// A bundle is one file: the line bundleMagic, a line with the SHA-256 of the
// rest in hexadecimal, and the rest, which is JSON compressed with zstd.
const bundleMagic = "ackproof bundle v1"

// bundleBytesMax bounds what a bundle may unpack to.
const bundleBytesMax = 1 << 30

// ErrBundle reports a file that is no bundle, or one that was cut or altered.
var ErrBundle = errors.New("bad bundle")

// ErrNoCrash reports a finding that takes no crash where one is wanted.
var ErrNoCrash = errors.New("the finding takes no crash")

// Bundle holds a finding and all that is needed to check it again: the journal
// and not the run, so it replays exactly, even for an engine with threads.
type Bundle struct {
	Engine    string            `json:"engine"`
	Profile   string            `json:"profile"`
	Seed      Seed              `json:"seed"`
	Property  models.Property   `json:"property"`
	Signature string            `json:"signature"`
	Sentence  string            `json:"sentence"`
	Found     string            `json:"found"`
	After     int               `json:"after"`
	Confirmed bool              `json:"confirmed"`
	Program   string            `json:"program"`
	Contract  models.Contract   `json:"contract"`
	Build     map[string]string `json:"build"`
	// Lives are those that led to the crash, the last one crashing in State.
	Lives []LifeRecord `json:"lives"`
	State crash.State  `json:"state"`
	// Live tells that the finding takes no crash.
	Live       bool               `json:"live,omitempty"`
	Recovered  *models.Recovered  `json:"recovered,omitempty"`
	Violations []models.Violation `json:"violations"`
	// Explanation is nil in bundles of findings that were not shrunk, and in those
	// of versions that explained nothing.
	Explanation *Explanation `json:"explanation,omitempty"`
}

// LifeRecord is a [Life] as it is stored.
type LifeRecord struct {
	Crash     crash.State       `json:"crash"`
	Journal   journal.Record    `json:"journal"`
	Opened    int               `json:"opened"`
	Resumed   int               `json:"resumed,omitempty"`
	Recovered *models.Recovered `json:"recovered"`
	Steps     string            `json:"steps"`
	Added     bool              `json:"added,omitempty"`
	Log       string            `json:"log,omitempty"`
	Calls     models.History    `json:"calls"`
}

// Bundle returns the finding as it is stored.
func (f *Finding) Bundle() *Bundle {
	b := &Bundle{
		Engine: f.Engine, Profile: f.profile.String(), Seed: f.Seed, Property: f.Property(),
		Signature: f.Signature, Found: f.Found, After: f.After, Confirmed: f.Confirmed,
		Program: f.Program.String(), Contract: f.Life.contract, Build: buildInfo(),
		State: f.State, Live: f.Live, Recovered: f.Recovered, Violations: f.Verdict.Violations,
		Explanation: f.Explanation,
	}
	if len(b.Violations) > 0 {
		b.Sentence = b.Violations[0].Sentence
	}
	for _, l := range f.Life.Lives() {
		b.Lives = append(b.Lives, LifeRecord{
			Crash: l.Crash, Journal: l.Journal.Record(), Opened: l.Opened, Resumed: l.Resumed,
			Recovered: l.Recovered, Steps: l.Steps.String(), Added: l.Added, Log: l.Log, Calls: l.Calls,
		})
	}
	return b
}

// WriteBundle stores the finding at path, whole or not at all.
func WriteBundle(path string, f *Finding) error {
	data, err := f.Bundle().marshal()
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

func (b *Bundle) marshal() ([]byte, error) {
	text, err := json.Marshal(b)
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
	return fmt.Appendf(nil, "%s\n%s\n%s", bundleMagic, hex.EncodeToString(sum[:]), packed), nil
}

// ReadBundle reads the bundle at path.
func ReadBundle(path string) (*Bundle, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b, err := ParseBundle(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

// ParseBundle returns the bundle that data holds, or fails with [ErrBundle].
func ParseBundle(data []byte) (*Bundle, error) {
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
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	b := new(Bundle)
	if err := json.Unmarshal(text, b); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	return b, nil
}

// checkEnvelope returns what follows the two first lines, if they fit it.
func checkEnvelope(data []byte) ([]byte, error) {
	magic, rest, ok := bytes.Cut(data, []byte("\n"))
	switch {
	case string(magic) == bundleMagic:
	case bytes.HasPrefix(magic, []byte("ackproof bundle v")):
		return nil, fmt.Errorf("%w: it says %q, and this version reads %q: replay it with the version that wrote it", ErrBundle, magic, bundleMagic)
	default:
		return nil, fmt.Errorf("%w: it does not begin with %q", ErrBundle, bundleMagic)
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
