package scenarios

import "pgregory.net/rapid"

// Programs returns a generator of programs. Each program is drawn from a subset
// of the features, itself drawn first (swarm testing, Groce et al., ISSTA 2012):
// a program that never flushes finds what flushes would hide. Shrinking goes to
// fewer steps, fewer and smaller entries, and nothing lost.
func (l Language) Programs(c Config) *rapid.Generator[Program] {
	c = c.withDefaults()
	return rapid.Custom(func(t *rapid.T) Program {
		f := drawFeatures(t, l, c)
		atLeast := Between(t, "moves at least", 1, max(1, c.StepsMax/2))
		moves := rapid.SliceOfN(rapid.Custom(f.drawMove), atLeast, max(atLeast, c.StepsMax)).Draw(t, "moves")
		var program Program
		if c.FirstOpen && rapid.Bool().Draw(t, "first open") {
			program = append(program, Step{Kind: FirstOpen, DirMissing: rapid.Bool().Draw(t, "directory missing")})
		}
		for _, steps := range moves {
			program = append(program, steps...)
		}
		left := budget{steps: c.StepsMax, bytes: c.TotalPayloadBytes, payloadBytes: c.PayloadMaxBytes}
		return left.fit(program)
	})
}

// Example returns the program of Programs that seed picks, always the same one.
func (l Language) Example(seed uint64, c Config) Program { return l.Programs(c).Example(int(seed)) }

// Lighter returns p with no payload larger than maxBytes, for engines whose
// recovery takes long with large ones.
func (p Program) Lighter(maxBytes int) Program {
	out := p.clone()
	for i := range out {
		out[i].Body = Program(out[i].Body).Lighter(maxBytes)
		if !out[i].Kind.Writes {
			continue
		}
		if len(out[i].Sizes) == 0 && maxBytes < StandardSizeBytes {
			out[i].Sizes = out[i].PayloadSizes()
		}
		for k, r := range out[i].Sizes {
			out[i].Sizes[k] = SizeRange{min(r.Min, maxBytes), min(r.Max, maxBytes)}
		}
	}
	return out
}

// budget is what is left for a program.
type budget struct{ steps, bytes, payloadBytes int }

// fit cuts steps to what is left, and takes them from it.
func (b *budget) fit(steps []Step) []Step {
	var out []Step
	for _, s := range steps {
		if b.steps--; b.steps < 0 {
			break
		}
		if s.Kind.Writes {
			s = b.fitPayloads(s)
		}
		if s.Body = b.fit(s.Body); len(s.Body) == 0 {
			s.After = 0
		}
		out = append(out, s)
	}
	return out
}

// fitPayloads makes the payloads of s smaller, then fewer, until they fit.
func (b *budget) fitPayloads(s Step) Step {
	limit := min(b.bytes, b.payloadBytes)
	var sizes []SizeRange
	for _, r := range s.PayloadSizes() {
		sizes = append(sizes, SizeRange{min(r.Min, limit), min(r.Max, limit)})
	}
	if len(s.Sizes) > 0 || limit < StandardSizeBytes {
		s.Sizes = sizes
	}
	for payloadMaxBytes(s) > b.bytes {
		s.Count--
	}
	b.bytes -= payloadMaxBytes(s)
	return s
}
