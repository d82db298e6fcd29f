package hosted

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
)

// spared are the operations that a worker may lack. Those of the hard state go
// together.
var spared = []struct {
	name string
	in   func(*engines.Without) *bool
}{
	{"truncate", func(w *engines.Without) *bool { return &w.Truncate }},
	{"purge", func(w *engines.Without) *bool { return &w.Purge }},
	{"reset", func(w *engines.Without) *bool { return &w.Reset }},
	{"save_hard_state", func(w *engines.Without) *bool { return &w.HardState }},
	{"load_hard_state", func(w *engines.Without) *bool { return &w.HardState }},
	{"flush_meta", func(w *engines.Without) *bool { return &w.HardState }},
}

// Without returns what the worker does not offer.
func (h Hello) Without() engines.Without {
	var out engines.Without
	for _, o := range spared {
		if h.Offers != nil && !slices.Contains(h.Offers, o.name) {
			*o.in(&out) = true
		}
	}
	return out
}

// offers returns what the hello of a worker without some operations says.
func offers(without engines.Without) []string {
	if without == (engines.Without{}) {
		return nil
	}
	out := []string{}
	for _, o := range spared {
		if !*o.in(&without) {
			out = append(out, o.name)
		}
	}
	return out
}

// Limits returns the limits of the worker's engine. Negative ones are none.
func (h Hello) Limits() engines.Limits {
	return engines.Limits{
		EntryMaxBytes: max(0, h.EntryMaxBytes), BatchMaxBytes: max(0, h.BatchMaxBytes), BatchMaxEntries: max(0, h.BatchMaxEntries),
	}
}
