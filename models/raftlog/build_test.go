package raftlog

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// life builds a sequential history, a call at a time.
type life struct {
	h    History
	tick int
	// faulted says that a fault fired since the engine was opened.
	faulted bool
}

func (l *life) call(op Op, result Result) *life {
	l.tick += 10
	l.h = append(l.h, Call{ID: len(l.h) + 1, Op: op, Result: result, Invoked: l.tick, Returned: l.tick + 5, AfterFault: l.faulted})
	return l
}

// hang makes the last call pending.
func (l *life) hang() *life {
	c := &l.h[len(l.h)-1]
	c.Returned, c.Result = models.Pending, Result{}
	return l
}

// faults has a fault fire in the last call, which succeeded all the same.
func (l *life) faults() *life {
	l.h[len(l.h)-1].Faulted, l.faulted = true, true
	return l
}

// fails has a fault fire in the last call, which is refused.
func (l *life) fails() *life { return l.faults().refused() }

// refused has the last call refused.
func (l *life) refused() *life {
	l.h[len(l.h)-1].Result = Result{Err: "input/output error"}
	return l
}

// leaving has the last call, a close, leave something.
func (l *life) leaving(left ...string) *life {
	l.h[len(l.h)-1].Result.Left = left
	return l
}

// cancelled ends the context of the last call, which is refused.
func (l *life) cancelled() *life {
	l.h[len(l.h)-1].Cancelled = true
	return l.refused()
}

func (l *life) persist(term, first, last uint64) *life {
	return l.call(Op{Kind: Persist, Entries: batch(term, first, last)}, Result{})
}

func (l *life) replace(term, first, last uint64) *life {
	return l.call(Op{Kind: Replace, From: first, Entries: batch(term, first, last)}, Result{})
}

func (l *life) truncate(from uint64) *life {
	return l.call(Op{Kind: Truncate, From: from}, Result{})
}

func (l *life) purge(index, term uint64) *life {
	return l.call(Op{Kind: Purge, Cutoff: engines.LogID{Index: index, Term: term}}, Result{})
}

func (l *life) do(kinds ...Kind) *life {
	for _, k := range kinds {
		l.call(Op{Kind: k}, Result{})
	}
	return l
}

func (l *life) save(term, vote uint64) *life {
	return l.call(Op{Kind: SaveHardState, HardState: engines.HardState{Term: term, Vote: vote}}, Result{})
}

func (l *life) readsEntry(e Entry) *life {
	return l.call(Op{Kind: ReadEntry, From: e.Index}, Result{OK: true, Entries: []Entry{e}})
}

func (l *life) readsLast(index uint64) *life {
	return l.call(Op{Kind: ReadLastIndex}, Result{LastIndex: index})
}

func (l *life) readsDurable(index uint64) *life {
	return l.call(Op{Kind: ReadDurableIndex}, Result{DurableIndex: index})
}

func (l *life) readsHard(term, vote uint64) *life {
	return l.call(Op{Kind: ReadHardState}, Result{OK: true, HardState: engines.HardState{Term: term, Vote: vote}})
}

func (l *life) restart(kind Kind, r *Recovered) *life {
	l.call(Op{Kind: kind}, Result{Recovered: r})
	l.faulted = false
	return l
}

func entry(term, index uint64) Entry {
	return EntryOf(engines.Entry{Index: index, Term: term, Payload: fmt.Appendf(nil, "%d/%d", index, term)})
}

func batch(term, first, last uint64) []Entry {
	var out []Entry
	for i := first; i <= last; i++ {
		out = append(out, entry(term, i))
	}
	return out
}

// shows returns a recovery that read the log of batches and nothing else.
func shows(batches ...[]Entry) *Recovered {
	r := &Recovered{}
	for _, b := range batches {
		r.View.Entries = append(r.View.Entries, b...)
	}
	if n := len(r.View.Entries); n > 0 {
		r.View.LastIndex = r.View.Entries[n-1].Index
	}
	return r
}

func (r *Recovered) purged(index, term uint64) *Recovered {
	r.View.Boundary, r.View.HasBoundary = engines.LogID{Index: index, Term: term}, true
	r.View.LastIndex = max(r.View.LastIndex, index)
	return r
}

func (r *Recovered) votes(term, vote uint64) *Recovered {
	r.View.HardState, r.View.HasHardState = engines.HardState{Term: term, Vote: vote}, true
	return r
}

func (r *Recovered) ends(last uint64) *Recovered {
	r.View.LastIndex = last
	return r
}

func (r *Recovered) fails(p models.Phase) *Recovered {
	r.Failure = &models.Failure{Phase: p, Manner: "error", Text: "bad magic"}
	return r
}

// leaves says that a close of the recovery left something.
func (r *Recovered) leaves(left ...string) *Recovered {
	r.Left = left
	return r
}

// again sets what a second open showed.
func (r *Recovered) again(o *Recovered) *Recovered {
	r.Again = &o.View
	return r
}
