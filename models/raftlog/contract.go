package raftlog

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// Contract is what an engine is held to: its claims, and whether it remembers
// its purge boundary.
type Contract struct {
	engines.Claims
	// KeepsBoundary is false for an engine that cannot say what it purged. Its
	// boundary is not compared, and its log, once empty, may begin anywhere.
	KeepsBoundary bool
	// DurableIndex says that the engine has a durable index to read.
	DurableIndex bool `json:",omitempty"`
	// Without are the operations that are never called. One without a purge keeps no
	// boundary.
	Without engines.Without `json:",omitzero"`
	// Replaces says that the engine replaces a range in one call. It decides what is
	// called, and no verdict, so no bundle has it.
	Replaces bool `json:"-"`
	// Limits are what no call exceeds.
	Limits engines.Limits `json:",omitzero"`
}

// ContractOf returns the contract of engine, which does not offer some operations.
func ContractOf(engine engines.StorageEngine, without engines.Without) Contract {
	_, replaces := engine.LogStore().(engines.RangeReplacer)
	_, indexes := engine.LogStore().(engines.DurableIndexer)
	return Contract{
		Replaces:      replaces,
		Claims:        engines.ClaimsOf(engine),
		KeepsBoundary: engines.KeepsBoundary(engine) && !without.Purge,
		DurableIndex:  indexes,
		Without:       without,
	}
}

// Promised returns c with WriteDurable.
func (c Contract) Promised() (more models.Contract, ok bool) {
	if c.WriteDurable || c.Volatile {
		return c, false
	}
	c.WriteDurable = true
	return c, true
}

// OpenedBy takes RecoveryNeedsFlush from the reader, which remembers a purge boundary only if
// the writer told it.
func (c Contract) OpenedBy(reader models.Contract) (written, opened models.Contract) {
	r := reader.(Contract)
	c.RecoveryNeedsFlush = r.RecoveryNeedsFlush
	r.KeepsBoundary = r.KeepsBoundary && c.KeepsBoundary
	return c, r
}

// Forgetting returns c without all that a crash must leave or may not take apart.
func (c Contract) Forgetting() (less models.Contract, ok bool) {
	c.Claims = engines.Claims{
		Volatile: true, RaftSafe: c.RaftSafe, RecoveryNeedsFlush: true, OverwriteMaySplit: true,
		OverwriteKeepsTail: c.OverwriteKeepsTail, AcceptsGaps: c.AcceptsGaps, PurgeAlone: c.PurgeAlone,
	}
	return c, true
}

// Unshown returns c with RecoveryNeedsFlush, and without ReadsDurable and CloseDurable.
func (c Contract) Unshown() models.Contract {
	c.RecoveryNeedsFlush, c.ReadsDurable, c.CloseDurable = true, false, false
	return c
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
	return !c.Volatile && !c.Without.HardState && (c.HardStateDurable || c.OrderedHardState)
}

// allowsPartial reports whether a crash may leave part of op, which writes entries,
// over old ones or behind them.
func (c Contract) allowsPartial(op *Op, overwrites bool) bool {
	switch {
	case op.Kind == Replace:
		return !c.AtomicReplace
	case overwrites && c.OverwriteMaySplit:
		return true
	}
	return !c.AtomicBatch
}

// readsDurable reports whether what a read shows is durable by that alone.
func (c Contract) readsDurable() bool { return c.ReadsDurable && !c.Volatile }

// recoveryDurable reports whether what a recovery shows is durable by that alone.
func (c Contract) recoveryDurable() bool { return !c.Volatile && !c.RecoveryNeedsFlush }
