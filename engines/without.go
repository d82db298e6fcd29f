package engines

// Without names operations of the contract that an engine does not offer. They are
// never called, and the engine is not held to what needs them. The zero value
// leaves out none.
type Without struct {
	// HardState: there is none to save, load or flush. MetaStore may return nil.
	HardState bool `json:",omitempty"`
	// Truncate: neither by Truncate nor by replacing a range with nothing.
	Truncate bool `json:",omitempty"`
	// Purge: nor a boundary to load.
	Purge bool `json:",omitempty"`
	Reset bool `json:",omitempty"`
}

// And returns what w or o leaves out.
func (w Without) And(o Without) Without {
	return Without{
		HardState: w.HardState || o.HardState, Truncate: w.Truncate || o.Truncate,
		Purge: w.Purge || o.Purge, Reset: w.Reset || o.Reset,
	}
}

// Words returns the words for what w leaves out, in a fixed order.
func (w Without) Words() []string {
	var out []string
	for _, operation := range []struct {
		left bool
		word string
	}{{w.HardState, "hard-state"}, {w.Truncate, "truncate"}, {w.Purge, "purge"}, {w.Reset, "reset"}} {
		if operation.left {
			out = append(out, operation.word)
		}
	}
	return out
}
