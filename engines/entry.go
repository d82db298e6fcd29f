package engines

import "fmt"

// Entry is one record of a Raft log. Payload may be empty; nil and empty are
// the same.
type Entry struct {
	Index   uint64
	Term    uint64
	Payload []byte
}

// ID returns the position and term of e.
func (e Entry) ID() LogID { return LogID{Index: e.Index, Term: e.Term} }

// CheckBatch returns an error that wraps [ErrInvalid] unless the entries are a batch
// that some log could take: consecutive indexes, from 1 or more. No entries are
// one.
func CheckBatch(entries []Entry) error {
	for i, e := range entries {
		if want := entries[0].Index + uint64(i); e.Index != want || e.Index == 0 {
			return fmt.Errorf("%w: got index %d at position %d of a batch, want consecutive indexes from 1 or more",
				ErrInvalid, e.Index, i)
		}
	}
	return nil
}

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
