package evidence

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/ackproof/ackproof/models"
)

// bundleHeadBytesMax bounds how far into a bundle's text its head may reach. The
// sentence is the longest of it.
const bundleHeadBytesMax = 1 << 20

// Head is what names a bundle's case: the first fields of [Record].
type Head struct {
	Engine    string
	Profile   string
	Property  models.Property
	Signature string
	Sentence  string
	Confirmed bool
}

// ParseHead checks data as [ParseCase] does, but unpacks only as much as
// names the case. So it is cheap and bounded in memory, whatever the bundle
// unpacks to, and does not see what is wrong with the rest of its text.
func ParseHead(data []byte) (Head, error) {
	packed, err := checkEnvelope(data)
	if err != nil {
		return Head{}, err
	}
	decoder, err := zstd.NewReader(bytes.NewReader(packed),
		zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(32<<20), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return Head{}, err
	}
	defer decoder.Close()
	var head Head
	if err := head.decode(json.NewDecoder(io.LimitReader(decoder, bundleHeadBytesMax))); err != nil {
		return Head{}, fmt.Errorf("%w: its head: %w", ErrBundle, err)
	}
	return head, nil
}

// decode reads an object until it has seen every field.
func (h *Head) decode(d *json.Decoder) error {
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
