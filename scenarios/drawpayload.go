package scenarios

import "pgregory.net/rapid"

// Payloads is which payloads one program writes.
type Payloads struct {
	maxBytes int
	sizes    sizeForms
	// lists has payloads of several sizes in a batch.
	lists bool
	// fills has payloads that compress, or are zeros.
	fills bool
}

// sizeForms is which sizes the payloads of a program have.
type sizeForms int

const (
	smallSizes sizeForms = iota
	borderSizes
	anySizes
)

// DrawPayloads draws which payloads a program writes.
func DrawPayloads(t *rapid.T, c Config) Payloads {
	p := Payloads{maxBytes: c.PayloadMaxBytes, lists: rapid.Bool().Draw(t, "has lists")}
	if !c.SmallPayloads {
		p.sizes = rapid.SampledFrom([]sizeForms{smallSizes, borderSizes, anySizes}).Draw(t, "payloads")
	}
	p.fills = rapid.Bool().Draw(t, "has fills")
	return p
}

// Draw draws the sizes of the payloads that s writes, and what they hold.
func (p Payloads) Draw(t *rapid.T, s *Step) {
	count := 1
	if p.lists {
		count = Between(t, "sizes", 0, 3)
	}
	for range count {
		s.Sizes = append(s.Sizes, p.drawSize(t))
	}
	if p.fills {
		s.Fill = rapid.SampledFrom([]Fill{FillRandom, FillZeros, FillCompressible}).Draw(t, "fill")
	}
}

func (p Payloads) drawSize(t *rapid.T) SizeRange {
	form := Between(t, "size's form", 0, 7)
	switch {
	case p.sizes == smallSizes || form < 3:
		size := Between(t, "size", 0, 64)
		return SizeRange{size, size}
	case p.sizes == borderSizes || form < 6:
		// A record ends near the end of a sector or page, whatever its header.
		border := rapid.SampledFrom([]int{512, 4096, 1024, 8192}).Draw(t, "border")
		size := border - Between(t, "before border", -4, 48)
		return SizeRange{size, size}
	case form == 6:
		return SizeRange{0, Between(t, "size", 0, 1024)}
	}
	size := Between(t, "size", 0, p.maxBytes)
	return SizeRange{size, size}
}
