package models

// Rule is one demand that Raft makes of its log store.
type Rule struct {
	// ID is "R1" to "R8".
	ID string
	// Text is the demand in one sentence.
	Text string
}

// Rules are Raft's demands. Each property names the one that it follows from.
// The atomic ones follow from none, as Raft repairs a log that ends early, and
// are an engine's own promise.
var Rules = []Rule{
	{"R1", "Term and vote are durable before a reply, entries before they are counted."},
	{"R2", "A log has no holes, since elections examine its last entry only."},
	{"R3", "The recovered term is at least the last entry's: vote and log are never reordered."},
	{"R4", "Writing an entry discards those that the log held at and after its index."},
	{"R5", "Nothing discarded comes back behind something newer; only a whole old log may."},
	{"R6", "A log says where it begins: at the purged position, with that position's term."},
	{"R7", "What a recovery showed is durable."},
	{"R8", "A crash is not corruption: an engine opens after it and goes on."},
}
