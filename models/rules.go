package models

// Rule is one demand that Raft makes of its log store.
type Rule struct {
	// ID is "R1" to "R8".
	ID string
	// Text is the demand in one sentence.
	Text string
	// Properties are those that hold an engine to it.
	Properties []Property
}

// Rules are Raft's demands. A violation of a property cites the rule that lists it. The atomic ones break none by themselves, as Raft repairs a log that
// ends early, and are an engine's own promise.
var Rules = []Rule{
	{
		"R1", "Term and vote are durable before a reply, entries before they are counted.",
		[]Property{AckedDurable, FlushedDurable, HardStateDurable, HardStateAtomic},
	},
	{"R2", "A log has no holes, since elections examine its last entry only.", []Property{NoHole}},
	{
		"R3", "The recovered term is at least the last entry's: vote and log are never reordered.",
		[]Property{TermOrder},
	},
	{
		"R4", "Writing an entry discards those that the log held at and after its index.",
		[]Property{MutationDurable},
	},
	{
		"R5", "Nothing discarded comes back behind something newer; only a whole old log may.",
		[]Property{NoSplice, Prefix},
	},
	{"R6", "The position before the first entry is known, with its term.", []Property{PurgeBoundary}},
	{"R7", "What a recovery showed is durable.", []Property{RecoveredDurable, RecoveryIdempotent}},
	{
		"R8", "A crash is not corruption: an engine opens after it and goes on.",
		[]Property{OpensAfterCrash, LiveAfterRecovery},
	},
}

// RuleOf returns the ID of the rule that a violation of p breaks, "" for none.
func RuleOf(p Property) string {
	for _, r := range Rules {
		for _, q := range r.Properties {
			if p == q {
				return r.ID
			}
		}
	}
	return ""
}
