package evidence

import (
	"bytes"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/models"
)

// Damaged returns the records that the failure's corruption changes, in the order of the writes;
// none if nothing was corrupted.
func (f *Failure) Damaged() (out []corrupt.Record) {
	if !f.HasDamage() {
		return nil
	}
	for _, r := range corrupt.Records(f.Life.Journal, f.intact()) {
		if f.Corruption.Damages(r) {
			out = append(out, r)
		}
	}
	return out
}

// intact returns what the disk holds without the corruption.
func (f *Failure) intact() *faultfs.Image {
	image, err := f.Life.Image(f.State)
	if err != nil {
		panic(err) // it was made before it was corrupted
	}
	return image
}

// DamagedRange is a run of bytes of a file that are not as they were stored.
type DamagedRange struct {
	Path string
	Off  int64
	// Stored and Found are equally long.
	Stored, Found []byte
}

// DamagedRanges returns what the failure's corruption changes, none if nothing was corrupted.
func (f *Failure) DamagedRanges() []DamagedRange {
	if !f.HasDamage() {
		return nil
	}
	return rangesOf(f.intact(), f.Corruption)
}

// DamagedBytes returns how many bytes of an image a corruption changes.
func DamagedBytes(image *faultfs.Image, c *corrupt.Corruption) (n int) {
	for _, r := range rangesOf(image, c) {
		for i := range r.Stored {
			if r.Stored[i] != r.Found[i] {
				n++
			}
		}
	}
	return n
}

// rangesOf returns for each part of a corruption the bytes from the first to the last that change.
func rangesOf(image *faultfs.Image, c *corrupt.Corruption) (out []DamagedRange) {
	for _, p := range c.Parts {
		data, err := image.ReadFile(p.Path)
		if err != nil || p.Off < 0 || p.Off > int64(len(data)-len(p.Data)) {
			continue // the corruption is not of this image, and makes none
		}
		stored, found, off := data[p.Off:p.Off+int64(len(p.Data))], p.Data, p.Off
		if bytes.Equal(stored, found) {
			continue
		}
		for stored[0] == found[0] {
			stored, found, off = stored[1:], found[1:], off+1
		}
		for stored[len(stored)-1] == found[len(found)-1] {
			stored, found = stored[:len(stored)-1], found[:len(found)-1]
		}
		out = append(out, DamagedRange{Path: p.Path, Off: off, Stored: stored, Found: found})
	}
	return out
}

// DamageAdvice says which check would have told of the failure's corruption, and what the engine is
// to do then, "" if nothing was corrupted.
func (f *Failure) DamageAdvice() string {
	if !f.HasDamage() {
		return ""
	}
	out := checkThatTells(f.Corruption.Kind) + " "
	if f.Property() == models.NoSilentTruncation {
		out += "A checksum that does not match says neither that nothing was stored nor that the log ends there: where what was written later is intact, no crash tore it. "
	}
	return out + "The engine is to report it: by an error that wraps engines.ErrCorrupt, in the protocol by one of the kind corrupt."
}

// checkThatTells says which check tells of a kind of corruption.
func checkThatTells(k corrupt.Kind) string {
	switch k {
	case corrupt.Stale:
		return "What stands there was valid before, so a checksum of these bytes alone does not tell: it must also cover which write they are of, as a number that grows with each write."
	case corrupt.Lost:
		return "What stands there was valid before, so no checksum in it tells: something that is written elsewhere must say which write is the newest."
	case corrupt.Misdirected, corrupt.Swap:
		return "What stands there is valid elsewhere, so a checksum of these bytes alone does not tell: it must also cover where they belong, as the file and the offset, and which write they are of."
	}
	return "A checksum over these bytes, checked when they are read, tells of it."
}
