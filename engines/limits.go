package engines

import "slices"

// Limits bounds what an engine takes in one call, as some have a largest transaction
// or record. Nothing beyond is ever asked of it: payloads are cut, and a batch that is
// too large is persisted in several. The zero value is no bound.
type Limits struct {
	// EntryMaxBytes bounds one payload.
	EntryMaxBytes int `json:",omitempty"`
	// BatchMaxBytes bounds the payloads of one call together.
	BatchMaxBytes int `json:",omitempty"`
	// BatchMaxEntries bounds the entries of one call.
	BatchMaxEntries int `json:",omitempty"`
}

// And returns the limits that keep to l and to o.
func (l Limits) And(o Limits) Limits {
	return Limits{
		EntryMaxBytes: lesser(l.EntryMaxBytes, o.EntryMaxBytes), BatchMaxBytes: lesser(l.BatchMaxBytes, o.BatchMaxBytes),
		BatchMaxEntries: lesser(l.BatchMaxEntries, o.BatchMaxEntries),
	}
}

// lesser returns the lesser of two bounds, of which 0 is none.
func lesser(a, b int) int {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// PayloadMaxBytes bounds one payload, as an entry and as a batch; 0 is no bound.
func (l Limits) PayloadMaxBytes() int { return lesser(l.EntryMaxBytes, l.BatchMaxBytes) }

// Allows reports whether one call may write entries.
func (l Limits) Allows(entries []Entry) bool {
	most := l.PayloadMaxBytes()
	tooLarge := func(e Entry) bool { return most > 0 && len(e.Payload) > most }
	return l.Fitting(entries) == len(entries) && !slices.ContainsFunc(entries, tooLarge)
}

// Fitting returns how many of entries, from the first on, one call may write: at least
// one, if there is one.
func (l Limits) Fitting(entries []Entry) int {
	size := 0
	for i, e := range entries {
		size += len(e.Payload)
		if i > 0 && (l.BatchMaxBytes > 0 && size > l.BatchMaxBytes || l.BatchMaxEntries > 0 && i >= l.BatchMaxEntries) {
			return i
		}
	}
	return len(entries)
}
