package scenarios

import (
	"math/rand/v2"
	"slices"
)

// Mutate returns a program that is like p: some of its steps dropped, repeated or swapped, and in
// half of all cases with what stands behind some step of q as its end. It has at most as many
// steps, and bytes, as a generated one. The same arguments give the same program, which parses.
func (l Language) Mutate(p, q Program, seed uint64, c Config) Program {
	const tries = 16
	c = c.withDefaults()
	draw := rand.New(rand.NewPCG(seed, 0))
	for range tries {
		out := p.clone()
		if draw.IntN(2) == 0 {
			out = slices.Concat(out[:1+draw.IntN(len(out))], q[draw.IntN(len(q)):]).clone()
		}
		for range 1 + draw.IntN(3) {
			out = out.mutatedOnce(draw)
		}
		left := budget{steps: c.StepsMax, bytes: c.TotalPayloadBytes, payloadBytes: c.PayloadMaxBytes}
		out = left.fit(out)
		if _, err := l.Parse(out.String()); err == nil && len(out) > 0 {
			return out
		}
	}
	return p.clone()
}

// mutatedOnce returns p with one step dropped or repeated, or two neighbors swapped.
func (p Program) mutatedOnce(draw *rand.Rand) Program {
	i := draw.IntN(len(p))
	switch draw.IntN(3) {
	case 0:
		if len(p) > 1 {
			return p.Without(i)
		}
	case 1:
		return p.replaced(i, p[i], p[i])
	default:
		if j := i + 1; j < len(p) {
			p[i], p[j] = p[j], p[i]
		}
	}
	return p
}
