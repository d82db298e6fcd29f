package evidence

import (
	"bytes"
	"slices"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// Damage returns what went wrong with bytes that were stored, nil for nothing.
func (f *Failure) Damage() *corrupt.Corruption {
	switch {
	case f.Life.Harm != nil:
		return &f.Life.Harm.Corruption
	case f.Corruption != nil && f.Corruption.Kind != corrupt.Lying:
		return f.Corruption
	}
	return nil
}

// HasDamage reports whether bytes that were stored have changed.
func (f *Failure) HasDamage() bool { return f.Damage() != nil }

// IsAtRest reports whether that is all that went wrong, while no engine was open.
func (f *Failure) IsAtRest() bool { return f.HasDamage() && f.Life.Harm == nil }

// Damaged returns the records that the failure's damage changes, in the order of the writes;
// none if nothing was damaged.
func (f *Failure) Damaged() (out []corrupt.Record) {
	c := f.Damage()
	if c == nil {
		return nil
	}
	j, image := f.intact()
	for _, r := range corrupt.Records(j, image) {
		if c.Damages(r) {
			out = append(out, r)
		}
	}
	return out
}

// Intact returns what the disk held before it was damaged.
func (f *Failure) Intact() *faultfs.Image {
	_, image := f.intact()
	return image
}

func (f *Failure) intact() (*journal.Journal, *faultfs.Image) {
	if harm := f.Life.Harm; harm != nil {
		j := f.Life.Journal
		if i := slices.IndexFunc(f.Life.Calls, func(c models.Call) bool { return c.ID >= harm.Before }); i >= 0 {
			j = j.Until(f.Life.Calls[i].Invoked)
		}
		return j, faultfs.Resume(faultfs.Config{Unjournaled: true}, j).Image()
	}
	image, err := f.Life.Image(f.State)
	if err != nil {
		panic(err) // it was made before it was corrupted
	}
	return f.Life.Journal, image
}

// DamagedRange is a run of bytes of a file that are not as they were stored.
type DamagedRange struct {
	Path string
	Off  int64
	// Stored and Found are equally long.
	Stored, Found []byte
}

// DamagedRanges returns what the failure's damage changes, none if nothing was damaged.
func (f *Failure) DamagedRanges() []DamagedRange {
	if c := f.Damage(); c != nil {
		return rangesOf(f.Intact(), c)
	}
	return nil
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
	out := checkThatTells(f.Damage().Kind) + " "
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
