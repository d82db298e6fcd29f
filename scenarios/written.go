package scenarios

// Written returns how many entries p writes, and the most bytes that their payloads
// take: what an image may hold at most, and what reading it costs.
func (p Program) Written() (entries, payloadBytes int) {
	for _, s := range p {
		if s.Kind.Writes {
			entries, payloadBytes = entries+max(0, s.Count), payloadBytes+payloadMaxBytes(s)
		}
		inner, innerBytes := Program(s.Body).Written()
		entries, payloadBytes = entries+inner, payloadBytes+innerBytes
	}
	return entries, payloadBytes
}

// payloadMaxBytes returns the most bytes that the payloads of s can take, the
// steps in its block not counted.
func payloadMaxBytes(s Step) int {
	if !s.Kind.Writes {
		return 0
	}
	total, sizes := 0, s.PayloadSizes()
	for i := range max(0, s.Count) {
		total += max(0, sizes[i%len(sizes)].Max)
	}
	return total
}
