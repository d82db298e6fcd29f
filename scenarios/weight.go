package scenarios

// Written returns how many entries p writes, and the most bytes that their payloads
// take: what an image may hold at most, and what reading it costs.
func (p Program) Written() (entries, payloadBytes int) {
	for _, s := range p {
		if s.writes() {
			entries, payloadBytes = entries+max(0, s.Count), payloadBytes+payloadMaxBytes(s)
		}
		inner, innerBytes := Program(s.Body).Written()
		entries, payloadBytes = entries+inner, payloadBytes+innerBytes
	}
	return entries, payloadBytes
}
