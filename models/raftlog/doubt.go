package raftlog

import (
	"slices"

	"github.com/ackproof/ackproof/internal/digest"
)

// logsMax bounds the logs that there may be at one moment, as calls were refused that
// may have happened. Beyond it the answer is Unknown.
const logsMax = 64

// doubt is what calls may have left that were refused for a fault, or cancelled: each
// happened, in part as the claims allow, or not, or its effect shows up later. It is
// immutable; nil is none.
type doubt struct {
	// logs are what the log may be instead of the newest version. What is done to the
	// log is done to each of them, and one that this cannot be done to is past.
	logs []*version
	// past are what the log may have been: a crash may leave them until something
	// later is durable.
	past []*version
	id   digest.Sequence
	// crowded is set once there were more logs than logsMax.
	crowded bool
}

func (d *doubt) isCrowded() bool { return d != nil && d.crowded }

func (d *doubt) same(o *doubt) bool {
	return d == o || d != nil && o != nil && d.id == o.id && len(d.past) == len(o.past)
}

// left returns what a crash may leave, or a clean reopen, which knows no past.
func (d *doubt) left(clean bool) []*version {
	switch {
	case d == nil:
		return nil
	case clean:
		return d.logs
	}
	return slices.Concat(d.logs, d.past)
}

// next returns d after call id, with which logs began and older ones became past.
func (d *doubt) next(id int, logs, older []*version) *doubt {
	var out doubt
	if d != nil {
		out = *d
	}
	out.id = out.id.With(uint64(id))
	out.logs, out.past = logs, slices.Concat(out.past, older)
	out.crowded = len(logs) >= logsMax
	return &out
}

// ended returns d after call id, which ended the life.
func (d *doubt) ended(id int) *doubt {
	if d == nil {
		return nil
	}
	return d.next(id, nil, d.logs)
}

// since returns what is left of d once version seq is durable.
func (d *doubt) since(seq int) *doubt {
	if d == nil || d.crowded {
		return d
	}
	out := *d
	out.past = slices.DeleteFunc(slices.Clone(d.past), func(v *version) bool { return v.seq < seq })
	if len(out.logs)+len(out.past) == 0 {
		return nil
	}
	return &out
}

// covers reports whether l equals o, and a crash may leave of l what it may of o.
func (l logValue) covers(o logValue) bool {
	return l.last() == o.last() && l.mark.covers(o.mark) && l.top.covers(o.top)
}

// covers reports whether k begins a log where o does, and where o would if undone.
func (k *mark) covers(o *mark) bool {
	for ; k != o; k, o = k.prev, o.prev {
		if k == nil || o == nil || k.first != o.first || k.boundary != o.boundary || k.has != o.has ||
			k.seq < o.seq && o.prev != nil {
			return false
		}
	}
	return true
}

func (n *node) covers(o *node) bool {
	for ; n != o; n, o = n.parent, o.parent {
		if n == nil || o == nil || n.entry != o.entry || n.hard.seq > o.hard.seq || n.maker.atomic != o.maker.atomic ||
			n.isWithParent() != o.isWithParent() {
			return false
		}
	}
	return true
}

// isWithParent reports whether one call wrote n and the entry before it.
func (n *node) isWithParent() bool { return n.parent != nil && n.maker.call == n.parent.maker.call }
