package evidence

import (
	"cmp"
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/internal/digest"
)

// Class names a class of crash states, whatever life they are of: those that crash after an
// event of one site, and after faults of the same sites, and lose effects of the same sites in
// one manner: whole, in part, or torn. A site is a [Place] without what is not needed to tell two
// apart: the kind of an event and who called or, where that is not known, the file and the
// call. Equal names are of one class, but for the digest's collisions.
type Class digest.Digest

// Classifier tells the classes of a life's crash states. It is for one goroutine.
type Classifier struct {
	life    *Life
	sources map[source]uint64
	events  map[crash.EffectID]int // of effects
	// moments are what a crash at a time adds to a class, 0 where that is not known yet, and
	// pending the effects that one at the time point may lose.
	moments []uint64
	pending []pendingEffect
	point   int
	words   []uint64 // of the state that is looked at
}

// pendingEffect is an effect that may be lost, its event, and the event's site.
type pendingEffect struct {
	id    crash.EffectID
	event int
	site  uint64
}

// source is all that the site of an event depends on.
type source struct {
	kind        journal.EventKind
	stack, call int
	path        string
}

// Classifier returns what tells the classes of the life's crash states.
func (l *Life) Classifier() *Classifier {
	return &Classifier{life: l, sources: map[source]uint64{}, events: map[crash.EffectID]int{}, moments: make([]uint64, len(l.Journal.Events)+1), point: -1}
}

// Of returns the class of a state, which a stage chose, and of how many sites it loses effects.
func (c *Classifier) Of(stage crash.Stage, s crash.State) (_ Class, sites int) {
	c.enter(s.Point)
	c.words = c.words[:0]
	lost := c.life.Crashes().Lost(s)
	for i := 0; i < len(c.pending); {
		of := c.pending[i]
		var some, all uint64 = 0, 1
		for ; i < len(c.pending) && c.pending[i].event == of.event; i++ {
			if len(lost) > 0 && lost[0] == c.pending[i].id {
				lost, some = lost[1:], 1
			} else {
				all = 0
			}
		}
		if site := of.site + all; some == 1 && !slices.Contains(c.words, site) {
			c.words = append(c.words, site)
		}
	}
	slices.Sort(c.words)
	sites = len(c.words)
	c.words = append(c.words, c.moment(s.Point), mannerOfLoss(stage, s))
	return Class(digest.HashWords(c.words...)), sites
}

// mannerOfLoss returns a number for how a state, which a stage chose, loses what it does: whole or
// in part, what is read in its place, and what is left of sectors that are torn.
func mannerOfLoss(stage crash.Stage, s crash.State) uint64 {
	const tornBits = 8
	out := uint64(s.Fill) << 1
	if stage == crash.StagePartial {
		out |= 1
	}
	for _, t := range s.Torn {
		left := t.Damage << 1
		if t.Bytes < 0 {
			left |= 1 // the end, not the beginning
		}
		out |= 1 << (tornBits + left)
	}
	return out
}

// enter makes the pending effects those of a crash at a time.
func (c *Classifier) enter(point int) {
	if c.point == point {
		return
	}
	c.point, c.pending = point, c.pending[:0]
	states := c.life.Crashes()
	for _, id := range states.Lost(crash.State{Point: point, Lost: true}) {
		event, known := c.events[id]
		if !known {
			event = states.Effect(id).Event
			c.events[id] = event
		}
		c.pending = append(c.pending, pendingEffect{id, event, c.site(event)})
	}
}

// moment returns what a crash at a time adds to a class: the site of the event before it, and
// the faults until then.
func (c *Classifier) moment(time int) uint64 {
	if c.moments[time] == 0 {
		var words []uint64
		for i, e := range c.life.Journal.Events[:time] {
			if e.IsFault() {
				words = append(words, c.site(i), uint64(e.Failed), digest.HashBytes([]byte(e.Error.String()), 0, 0).Lo)
			}
		}
		if time > 0 {
			words = append(words, c.site(time-1))
		}
		c.moments[time] = digest.HashWords(words...).Lo
	}
	return c.moments[time]
}

// site returns a number for where an event came from, never 0.
func (c *Classifier) site(event int) uint64 {
	e := c.life.Journal.Events[event]
	from := source{kind: e.Kind, stack: e.Stack}
	if e.Stack == 0 {
		from.path, from.call = e.Path, e.Call
	}
	if c.sources[from] == 0 {
		p := Place{Event: e.Kind.String(), By: functions(c.life.FramesAt(event))}
		if p.By == "" {
			p.File, p.Op = role(e.Path), c.life.opOf(e.Call)
		}
		c.sources[from] = cmp.Or(digest.HashBytes([]byte(p.String()), 0, 0).Lo, 1)
	}
	return c.sources[from]
}
