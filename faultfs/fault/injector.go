package fault

// Count is what became of a fault.
type Count struct {
	// Fault is the one that was counted.
	Fault Fault `json:"fault"`
	// Matched is how many calls it was for; Fired, how many of them it failed.
	// A fault that never fired tested nothing.
	Matched int `json:"matched"`
	Fired   int `json:"fired"`
}

// Left returns what is left of the fault, for a disk that begins to count anew: what
// matched is not waited for again, and what fired is spent. It reports false if nothing is.
func (c Count) Left() (left Fault, ok bool) {
	left = c.Fault
	left.Nth = max(1, left.Nth-c.Matched)
	if left.Times == Forever {
		return left, true
	}
	left.Times -= c.Fired
	return left, left.Times > 0
}

// Injector decides which calls fail, and counts. It is not safe for use by many
// goroutines: the disk's lock guards it.
type Injector []Count

// NewInjector returns an injector of faults that have counted nothing yet. An
// earlier fault goes before a later one.
func NewInjector(faults []Fault) Injector {
	var in Injector
	for _, f := range faults {
		in = append(in, Count{Fault: f})
	}
	return in
}

// Fire counts a call on files with these full path names. It returns the first fault that
// fails the call, nil for none, and reports whether any fault was for it.
func (in Injector) Fire(call Call, names ...string) (fired *Fault, matched bool) {
	for i := range in {
		c := &in[i]
		if !c.Fault.isFor(call, names) {
			continue
		}
		c.Matched++
		matched = true
		due := c.Matched >= c.Fault.Nth && (c.Fault.Times == Forever || c.Fired < c.Fault.Times)
		if due && fired == nil {
			c.Fired++
			fired = &c.Fault
		}
	}
	return fired, matched
}
