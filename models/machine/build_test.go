package machine

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// life builds a sequential history, a call at a time, with the answers of a toy.
type life struct {
	h       models.History
	toy     toy
	tick    int
	faulted bool
}

func begin() *life { return &life{toy: newToy()} }

// op runs op. It is refused where the toy refuses.
func (l *life) op(op *Op) *life {
	l.tick += 10
	c := models.Call{ID: len(l.h) + 1, Op: op, Invoked: l.tick, Returned: l.tick + 5, AfterFault: l.faulted}
	next, a, refused := l.toy.step(op, c.ID)
	l.toy, c.Result.Answer = next, &a
	if refused {
		c.Result = models.Result{Err: "refused"}
	}
	l.h = append(l.h, c)
	return l
}

// apply applies commands from entry first on: "a=1", "-a", "a:1>2", "a:>2" where there is
// no value, and "" for none.
func (l *life) apply(first uint64, commands ...string) *life {
	op := &Op{Kind: Apply}
	for i, text := range commands {
		op.Entries = append(op.Entries, entry(1, first+uint64(i), text))
	}
	return l.op(op)
}

func (l *life) do(kinds ...Kind) *life {
	for _, k := range kinds {
		l.op(&Op{Kind: k})
	}
	return l
}

func (l *life) position(k Kind, index uint64) *life {
	return l.op(&Op{Kind: k, Position: at(index)})
}

func (l *life) metadata(k Kind, index uint64, sum byte) *life {
	return l.op(&Op{Kind: k, Metadata: metadataOf(index, sum)})
}

func (l *life) generate(name string) *life {
	return l.op(&Op{Kind: Generate, Name: name, Position: l.toy.applied})
}

func (l *life) restore(name string, harm Harm) *life {
	f := l.toy.files[name]
	return l.op(&Op{Kind: Restore, Name: name, Harm: harm, Metadata: engines.SnapshotMetadata{LastIncluded: f.applied, Checksum: f.sum}})
}

func (l *life) last() *models.Call { return &l.h[len(l.h)-1] }

// hang makes the last call pending.
func (l *life) hang() *life {
	c := l.last()
	c.Returned, c.Result = models.Pending, models.Result{}
	return l
}

// faults has a fault fire in the last call, which succeeded all the same.
func (l *life) faults() *life {
	l.last().Faulted, l.faulted = true, true
	return l
}

// fails has a fault fire in the last call of l, which is refused and left what it did
// before it.
func (l *life) fails(run func(*life)) *life {
	toy := l.toy.clone()
	run(l)
	l.toy = toy
	l.last().Result = models.Result{Err: "input/output error"}
	return l.faults()
}

// cancelled ends the context of the last call of l, which is refused and left what it did
// before it. The calls after it may not be refused.
func (l *life) cancelled(run func(*life)) *life {
	l.fails(run)
	l.last().Faulted, l.last().Cancelled, l.faulted = false, true, false
	return l
}

func (l *life) restart(r models.Restart, shown *models.Recovered) *life {
	l.tick += 10
	l.h = append(l.h, models.Call{ID: len(l.h) + 1, Op: r, Invoked: l.tick, Returned: l.tick + 5, Result: models.Result{Recovered: shown}})
	v := shown.View.(*View)
	files := l.toy.files
	l.toy, l.faulted = newToy(), false
	l.toy.files, l.toy.applied = files, v.LastApplied
	for _, p := range v.Pairs {
		l.toy.pairs[p.Key] = p.Value
	}
	if v.HasMetadata {
		l.toy.meta = &v.Metadata
	}
	return l
}

func (l *life) close() *life {
	l.tick += 10
	l.h = append(l.h, models.Call{ID: len(l.h) + 1, Op: models.Close, Invoked: l.tick, Returned: l.tick + 5})
	return l
}

// answers replaces what the last call returned.
func (l *life) answers(a Answer) *life {
	l.last().Result.Answer = &a
	return l
}

func at(index uint64) (id engines.LogID) {
	if index > 0 {
		id = engines.LogID{Index: index, Term: 1}
	}
	return id
}

func metadataOf(index uint64, sum byte) engines.SnapshotMetadata {
	return engines.SnapshotMetadata{LastIncluded: at(index), Checksum: engines.Checksum{sum}}
}

func entry(term, index uint64, text string) Entry {
	c := engines.Command{}
	key, value, isPut := strings.Cut(text, "=")
	if isPut {
		c = engines.Command{Kind: engines.CommandPut, Key: []byte(key), Value: []byte(value)}
	} else if strings.HasPrefix(text, "-") {
		c = engines.Command{Kind: engines.CommandDelete, Key: []byte(text[1:])}
	} else if key, swap, ok := strings.Cut(text, ":"); ok {
		expected, value, _ := strings.Cut(swap, ">")
		c = engines.Command{Kind: engines.CommandCompareAndSwap, Key: []byte(key), Value: []byte(value)}
		if expected != "" {
			c.Expected = []byte(expected)
		}
	}
	return EntryOf(engines.Entry{Index: index, Term: term, Payload: c.Payload()})
}

// shown is a recovery that is being written.
type shown struct{ models.Recovered }

// shows returns a recovery that read pairs, "a=1 b=2", and stood at index.
func shows(pairs string, index uint64) *shown {
	v := &View{LastApplied: at(index), Term: at(index).Term}
	for _, text := range strings.Fields(pairs) {
		key, value, _ := strings.Cut(text, "=")
		v.Pairs = append(v.Pairs, Pair{key, ValueOf([]byte(value))})
	}
	return &shown{models.Recovered{View: v}}
}

func (s *shown) view() *View { return s.View.(*View) }

func (s *shown) snapshot(index uint64, sum byte) *shown {
	s.view().Metadata, s.view().HasMetadata = metadataOf(index, sum), true
	return s
}

func (s *shown) file(name string, sum byte) *shown {
	s.view().Files = append(s.view().Files, File{name, engines.Checksum{sum}})
	return s
}

func (s *shown) term(term uint64) *shown {
	s.view().Term = term
	return s
}

func (s *shown) fails(p models.Phase) *shown {
	s.Failure = &models.Failure{Phase: p, Manner: "error", Text: "bad magic"}
	return s
}

// leaves says that a close of the recovery left something.
func (s *shown) leaves(left ...string) *shown {
	s.Left = left
	return s
}

func (s *shown) again(o *shown) *shown {
	s.Again = o.View
	return s
}

func text(h models.History) string {
	var b strings.Builder
	for i := range h {
		fmt.Fprintf(&b, "%s; ", spec{}.Describe(&h[i]))
	}
	return b.String()
}
