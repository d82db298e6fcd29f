package raftlog

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// String returns the words for o and its arguments.
func (o *Op) String() string {
	switch o.Kind {
	case Persist:
		return "persist " + entriesText(o.Entries)
	case Replace:
		return fmt.Sprintf("replace from %d with %s", o.From, entriesText(o.Entries))
	case Truncate, ReadEntry:
		return fmt.Sprintf("%s %d", o.Kind, o.From)
	case ReadRange:
		return fmt.Sprintf("%s %d-%d", o.Kind, o.From, o.To)
	case Purge:
		return fmt.Sprintf("%s %s", o.Kind, idText(o.Cutoff))
	case SaveHardState:
		return fmt.Sprintf("%s %s", o.Kind, hardText(o.HardState, true))
	}
	return o.Kind.String()
}

// entriesText returns "5-7 (term 2)".
func entriesText(entries []Entry) string {
	if len(entries) == 0 {
		return "nothing"
	}
	first, last := entries[0], entries[len(entries)-1]
	switch {
	case len(entries) == 1:
		return idText(first.id())
	case first.Term == last.Term:
		return fmt.Sprintf("%d-%d (term %d)", first.Index, last.Index, first.Term)
	}
	return fmt.Sprintf("%d-%d (terms %d-%d)", first.Index, last.Index, first.Term, last.Term)
}

func (e *Entry) id() engines.LogID { return engines.LogID{Index: e.Index, Term: e.Term} }

func idText(id engines.LogID) string { return fmt.Sprintf("%d (term %d)", id.Index, id.Term) }

func hardText(h engines.HardState, has bool) string {
	if !has {
		return "none"
	}
	return fmt.Sprintf("term %d vote %d", h.Term, h.Vote)
}

func boundaryText(v *View) string {
	if !v.HasBoundary {
		return "none"
	}
	return idText(v.Boundary)
}

// String returns the log and hard state of v in short.
func (v *View) String() string {
	log := "an empty log"
	if len(v.Entries) > 0 {
		log = "the log " + entriesText(v.Entries)
	}
	return fmt.Sprintf("%s with last index %d, purge boundary %s and hard state %s",
		log, v.LastIndex, boundaryText(v), hardText(v.HardState, v.HasHardState))
}

func callText(id int, op *Op) string {
	switch {
	case op == nil:
		return "the empty log"
	case op.Kind == crash && id == 0:
		return "an earlier recovery"
	case op.Kind == crash || op.Kind == reopen:
		return fmt.Sprintf("the recovery of call %d", id)
	}
	return fmt.Sprintf("call %d %s", id, op)
}

func cite(id int) []int {
	if id == 0 {
		return nil
	}
	return []int{id}
}

// Describe returns the words for c and its result.
func (spec) Describe(c *models.Call) string {
	got, what := AnswerOf(c), ""
	switch {
	case c.Returned == models.Pending:
		what = "is pending"
	case c.Result.Err != "":
		what = "failed: " + c.Result.Err
	case opOf(c).Kind == ReadLastIndex:
		what = fmt.Sprintf("returned %d", got.LastIndex)
	case opOf(c).Kind == ReadDurableIndex:
		what = fmt.Sprintf("returned %d", got.DurableIndex)
	case opOf(c).Kind == ReadHardState:
		what = "returned " + hardText(got.HardState, got.OK)
	case opOf(c).Kind == ReadBoundary && got.OK:
		what = "returned " + idText(got.Boundary)
	case opOf(c).Kind == ReadRange || opOf(c).Kind == ReadEntry && got.OK:
		what = "returned " + entriesText(got.Entries)
	case opOf(c).Kind == ReadEntry || opOf(c).Kind == ReadBoundary:
		what = "returned nothing"
	case c.Result.Recovered != nil:
		what = "showed " + viewOf(c.Result.Recovered.View).String()
	default:
		what = "returned"
	}
	return fmt.Sprintf("call %d %s %s", c.ID, opOf(c), what)
}
