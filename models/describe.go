package models

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
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

func callText(id int, op *Op) string {
	switch {
	case op == nil:
		return "the empty log"
	case op.Kind == Crash && id == 0:
		return "an earlier recovery"
	case op.Kind == Crash || op.Kind == Reopen:
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

// String returns the number and words of the call that made v.
func (v *version) String() string { return callText(v.call, v.op) }

func (v *version) cite() []int { return cite(v.call) }

// String returns the number and words of the call that saved h.
func (h *hardVersion) String() string { return callText(h.call, h.op) }

func (h *hardVersion) cite() []int { return cite(h.call) }

// String returns the number and words of the call that forced.
func (f *force) String() string { return callText(f.call, f.op) }

func (f *force) cite() []int { return cite(f.call) }

// String returns the log and hard state of v in short.
func (v *View) String() string {
	log := "an empty log"
	if len(v.Entries) > 0 {
		log = "the log " + entriesText(v.Entries)
	}
	return fmt.Sprintf("%s with last index %d, purge boundary %s and hard state %s",
		log, v.LastIndex, boundaryText(v), hardText(v.HardState, v.HasHardState))
}

func logText(l logValue) string {
	if l.empty() {
		return fmt.Sprintf("empty after %d", l.mark.first-1)
	}
	return fmt.Sprintf("%d-%d", l.mark.first, l.last())
}

// String returns the newest log and hard state of s and what is durable.
func (s *state) String() string {
	return fmt.Sprintf("log %s, durable %s, hard state %s, durable %s", logText(s.log.log), logText(s.floor.log),
		hardText(s.hard.value, s.hard.has), hardText(s.hardFloor.value, s.hardFloor.has))
}

// came says what log came back.
func (x *inquest) came() string {
	if x.got.empty() {
		return "the log is empty"
	}
	return "the log holds " + entriesText(x.got.view.Entries)
}

// cameFor says what came back where the call that made v would show.
func (x *inquest) cameFor(v *version) string {
	entries := x.got.view.Entries
	switch {
	case len(entries) == 0:
		return "the log is empty"
	case v.op != nil && v.op.Kind == Purge:
		return fmt.Sprintf("the log begins at %d", entries[0].Index)
	}
	end := entries[len(entries)-1]
	if n := v.log.top.at(end.Index); n != nil && n.entry != end {
		return "the log ends at " + idText(end.id())
	}
	return fmt.Sprintf("the log ends at %d", end.Index)
}
