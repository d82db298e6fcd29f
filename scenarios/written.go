package scenarios

// Written returns how many entries p writes, and the most bytes that their payloads
// take: what an image may hold at most, and what reading it costs.
func (p Program) Written() (entries, payloadBytes int) {
	for _, s := range p {
		if s.Kind.Writes {
			entries, payloadBytes = entries+max(0, s.Count), payloadBytes+payloadMaxBytes(s)
		}
		inner, innerBytes := Program(s.Body).Written()
		entries, payloadBytes = entries+s.rounds()*inner, payloadBytes+s.rounds()*innerBytes
	}
	return entries, payloadBytes
}

// rounds returns how often the body of s runs, if it has one.
func (s Step) rounds() int {
	if s.Kind == Repeat {
		return max(0, s.Count)
	}
	return 1
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
