package raftlog

import "github.com/ackproof/ackproof/models"

// ClaimWords returns the names of the claims that are made, those that decline
// something last.
func (c Contract) ClaimWords() []string {
	out := []string{}
	for _, claim := range []struct {
		made bool
		name string
	}{
		{c.WriteDurable, "write-durable"},
		{c.AtomicBatch, "atomic-batch"},
		{c.AtomicReplace, "atomic-replace"},
		{c.MutationsDurable, "mutations-durable"},
		{c.HardStateDurable, "hard-state-durable"},
		{c.OrderedHardState, "ordered-hard-state"},
		{c.RaftSafe, "raft-safe"},
		{c.CorruptionDetected, "corruption-detected"},
		{c.Volatile, "volatile"},
		{c.CloseDurable, "close-durable"},
		{c.ReadsDurable, "reads-durable"},
		{c.ReadersNotBlocked, "readers-not-blocked"},
		{c.SpaceReclaimed, "space-reclaimed"},
		{c.CloseReleases, "close-releases"},
		{c.RecoveryNeedsFlush, "recovery-needs-flush"},
		{c.OverwriteMaySplit, "overwrite-may-split"},
		{c.OverwriteKeepsTail, "overwrite-keeps-tail"},
		{c.AcceptsGaps, "accepts-gaps"},
		{c.PurgeAlone, "purge-alone"},
	} {
		if claim.made {
			out = append(out, claim.name)
		}
	}
	return out
}

// WithoutWords returns the words for the operations that are not offered.
func (c Contract) WithoutWords() []string { return c.Without.Words() }

// DurabilityWord returns the word for when an engine's writes are durable.
func (c Contract) DurabilityWord() string {
	switch {
	case c.Volatile:
		return models.Volatile
	case c.WriteDurable:
		return models.Durable
	}
	return models.Buffered
}
