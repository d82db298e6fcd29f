package engines

// Entry is one record of a Raft log. Payload may be empty; nil and empty are
// the same.
type Entry struct {
	Index   uint64
	Term    uint64
	Payload []byte
}

// ID returns the position and term of e.
func (e Entry) ID() LogID { return LogID{Index: e.Index, Term: e.Term} }

// LogID names a position in the log and the term that wrote it. The zero value
// is the position before the first entry.
type LogID struct {
	Index uint64
	Term  uint64
}

// HardState is what Raft must remember besides its log: the newest term it has
// seen and the candidate that it voted for in that term, 0 for none.
type HardState struct {
	Term uint64
	Vote uint64
}
