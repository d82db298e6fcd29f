package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/models"
)

// bundleHeadBytesMax bounds how far into a bundle's text its head may reach. The
// sentence is the longest of it.
const bundleHeadBytesMax = 1 << 20

// BundleHead is what names a bundle's finding: the first fields of [Bundle].
type BundleHead struct {
	Engine    string
	Profile   string
	Property  models.Property
	Signature string
	Sentence  string
	Confirmed bool
}

// ParseBundleHead checks data as [ParseBundle] does, but unpacks only as much as
// names the finding. So it is cheap and bounded in memory, whatever the bundle
// unpacks to, and does not see what is wrong with the rest of its text.
func ParseBundleHead(data []byte) (BundleHead, error) {
	packed, err := checkEnvelope(data)
	if err != nil {
		return BundleHead{}, err
	}
	decoder, err := zstd.NewReader(bytes.NewReader(packed),
		zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(32<<20), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return BundleHead{}, err
	}
	defer decoder.Close()
	var head BundleHead
	if err := head.decode(json.NewDecoder(io.LimitReader(decoder, bundleHeadBytesMax))); err != nil {
		return BundleHead{}, fmt.Errorf("%w: its head: %w", ErrBundle, err)
	}
	return head, nil
}

// decode reads an object until it has seen every field.
func (h *BundleHead) decode(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return err
	}
	fields := map[string]any{
		"engine": &h.Engine, "profile": &h.Profile, "property": &h.Property,
		"signature": &h.Signature, "sentence": &h.Sentence, "confirmed": &h.Confirmed,
	}
	for len(fields) > 0 && d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		into, wanted := fields[name]
		if !wanted {
			into = new(json.RawMessage)
		}
		if err := d.Decode(into); err != nil {
			return err
		}
		delete(fields, name)
	}
	if len(fields) > 0 {
		return fmt.Errorf("it lacks %d of the fields that name a finding", len(fields))
	}
	return nil
}

// Image returns what the bundle's crash left on the disk. It runs no engine. A
// finding that takes no crash has none: it fails with [ErrNoCrash], and on a
// bundle that does not fit together with [ErrBundle].
func (b *Bundle) Image() (image *faultfs.Image, err error) {
	if b.Live {
		return nil, ErrNoCrash
	}
	life, profile, err := b.lastLife()
	if err != nil {
		return nil, err
	}
	return b.imageIn(life, profile)
}
