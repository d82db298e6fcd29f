package raftlog

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// Answer is what a reading call returned; each kind uses the fields that it needs.
type Answer struct {
	// OK says that ReadEntry, ReadHardState or ReadBoundary found something.
	OK bool
	// Entries are those that ReadEntry or ReadRange returned.
	Entries []Entry
	// LastIndex is what ReadLastIndex returned.
	LastIndex uint64
	HardState engines.HardState
	Boundary  engines.LogID
	// DurableIndex is what ReadDurableIndex returned.
	DurableIndex uint64 `json:",omitempty"`
}

// AnswerOf returns what c returned, the zero value if that is nothing.
func AnswerOf(c *models.Call) *Answer {
	if a, ok := c.Result.Answer.(*Answer); ok {
		return a
	}
	return &Answer{}
}

// AnswerText returns what a read returned, "ok" for what is no read.
func (o *Op) AnswerText(answer any) string {
	r, ok := answer.(*Answer)
	if !ok {
		r = &Answer{}
	}
	switch o.Kind {
	case ReadEntry, ReadRange:
		if len(r.Entries) == 0 {
			return "nothing"
		}
		first, last := r.Entries[0], r.Entries[len(r.Entries)-1]
		return fmt.Sprintf("%d (term %d) to %d (term %d)", first.Index, first.Term, last.Index, last.Term)
	case ReadLastIndex:
		return fmt.Sprint(r.LastIndex)
	case ReadDurableIndex:
		return fmt.Sprint(r.DurableIndex)
	case ReadHardState:
		return hardCell(&View{HardState: r.HardState, HasHardState: r.OK})
	case ReadBoundary:
		return idCell(r.Boundary, r.OK)
	}
	return "ok"
}
