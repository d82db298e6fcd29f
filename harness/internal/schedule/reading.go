package schedule

import "slices"

// readLooks is how often nothing at all may have happened, while a call that reads is
// under way beside a sync that is stuck, before it is said to wait for that: some tenths of
// a second, in which nobody of the engine could go on.
const readLooks = looksMax * 3 / 4

// reading is a call that reads.
type reading struct {
	goroutine string
	blocked   bool
}

// readings are those under way.
type readings []*reading

// besides returns those that are not themselves in a sync that is stuck.
func (r readings) besides(all []*parked) readings {
	return slices.DeleteFunc(slices.Clone(r), func(one *reading) bool {
		return slices.ContainsFunc(all, func(p *parked) bool { return p.stuck == one.goroutine })
	})
}
