package scenarios

import "cmp"

// Config says what programs are drawn. The zero value draws programs without power
// failures, small enough to explore fast.
type Config struct {
	// StepsMax bounds the steps of a program, those in blocks included; 0 means
	// 30.
	StepsMax int
	// EntriesMax bounds the entries of a batch; 0 means 64.
	EntriesMax int
	// PayloadMaxBytes bounds one payload; 0 means 64 KiB.
	PayloadMaxBytes int
	// TotalPayloadBytes bounds all payloads of a program together; 0 means
	// 64 KiB. Exploring costs what an image holds.
	TotalPayloadBytes int
	// SmallPayloads draws payloads of at most 64 bytes only.
	SmallPayloads bool
	// Crashes lets programs go on after a power failure.
	Crashes bool
	// Sequential draws programs whose calls never overlap.
	Sequential bool
	// FirstOpen lets programs begin on an empty directory.
	FirstOpen bool
	// Faults lets programs make file-system calls fail, limit the space, and end the
	// contexts of calls. Without it a seed draws what it drew before there were faults.
	Faults bool
	// Weights replaces how often a kind of step is drawn, in comparison with
	// the others, where a program has that kind at all. 0 is never.
	Weights map[Kind]int
}

func (c Config) withDefaults() Config {
	c.StepsMax = cmp.Or(c.StepsMax, 30)
	c.EntriesMax = cmp.Or(c.EntriesMax, 64)
	c.PayloadMaxBytes = cmp.Or(c.PayloadMaxBytes, 64<<10)
	c.TotalPayloadBytes = cmp.Or(c.TotalPayloadBytes, 64<<10)
	return c
}

// Weight returns how often kind is drawn, given how often it is by standard.
func (c Config) Weight(kind Kind, standard int) int {
	switch {
	case kind == Crash && !c.Crashes, (kind == Concurrently || kind == Hold) && c.Sequential, kind.IsFault() && !c.Faults:
		return 0
	}
	if weight, ok := c.Weights[kind]; ok {
		return max(0, weight)
	}
	return standard
}
