package harness

// WithLooks returns c with at most n looks under way in one worker.
func (c Config) WithLooks(n int) Config {
	c.looks = n
	return c
}
