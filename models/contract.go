package models

import "github.com/ackproof/ackproof/engines"

// Contract is what an engine is held to: its claims, and whether it remembers
// its purge boundary.
type Contract struct {
	engines.Claims
	// KeepsBoundary is false for an engine that cannot say what it purged. Its
	// boundary is not compared, and its log, once empty, may begin anywhere.
	KeepsBoundary bool
}

// ContractOf returns the contract of engine.
func ContractOf(engine engines.StorageEngine) Contract {
	return Contract{Claims: engines.ClaimsOf(engine), KeepsBoundary: engines.KeepsBoundary(engine)}
}

func (c Contract) makesDurable(op *Op) bool {
	switch {
	case c.Volatile:
		return false
	case op.writesEntries():
		return c.WriteDurable
	case op.Kind == SaveHardState:
		return c.HardStateDurable
	}
	return c.MutationsDurable
}

// demandsTermOrder reports whether an entry must not come back without the hard
// states before it.
func (c Contract) demandsTermOrder() bool {
	return !c.Volatile && (c.HardStateDurable || c.OrderedHardState)
}

// allowsPartial reports whether a crash may leave part of op.
func (c Contract) allowsPartial(op *Op) bool {
	if op.Kind == Replace {
		return !c.AtomicReplace
	}
	return !c.AtomicBatch
}
