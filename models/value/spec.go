package value

import (
	"fmt"
	"math"
	"slices"

	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// worldsMax bounds the histories that there may be.
const worldsMax = 64

// version is a value that the subject went through.
type version[S comparable] struct {
	value S
	// call is what made it, which returned at that time; 0 for what was there before.
	call, returned int
	op             string
	masked         bool
}

// world is one history: the values that a crash may leave, the newest last.
type world[S comparable] []version[S]

func (w world[S]) now() S { return w[len(w)-1].value }

// state is the histories that there may be. It is immutable.
type state[S comparable] struct {
	worlds  []world[S]
	crowded bool
	// forced is the newest call that made something durable, and by which property.
	forced     string
	property   models.Property
	recoveries int
	tested     models.PropertySet
}

func (s *state[S]) Same(other models.SpecState) bool {
	o := other.(*state[S])
	return s.crowded == o.crowded && slices.EqualFunc(s.worlds, o.worlds, func(a, b world[S]) bool { return slices.Equal(a, b) })
}

func (s *state[S]) Hash() uint64 {
	h := uint64(len(s.worlds))
	for _, w := range s.worlds {
		h = digest.Fold(h, uint64(len(w))<<32+uint64(w[len(w)-1].call))
	}
	return h
}

func (s *state[S]) IsCrowded() bool { return s.crowded }

// Held returns the same always: there is one value.
func (s *state[S]) Held() models.Size { return models.Size{Items: 1} }

func (s *state[S]) String() string { return fmt.Sprint(s.worlds[0].now()) }

// with returns s with these worlds, each once.
func (s *state[S]) with(worlds []world[S]) *state[S] {
	next := *s
	next.worlds = nil
	for _, w := range worlds {
		if !slices.ContainsFunc(next.worlds, func(o world[S]) bool { return slices.Equal(w, o) }) {
			next.worlds = append(next.worlds, w)
		}
	}
	if len(next.worlds) > worldsMax {
		next.worlds, next.crowded = next.worlds[:1], true
	}
	return &next
}

func (m spec[S]) Fresh() models.SpecState {
	return &state[S]{worlds: []world[S]{{{}}}}
}

func (m spec[S]) Step(of models.SpecState, c *models.Call) (models.SpecState, bool) {
	s := of.(*state[S])
	perhaps := c.IsExcused() || c.Returned == models.Pending
	switch {
	case s.crowded:
		return s, true
	case c.Opens():
		return m.restart(s, c)
	case c.Op == models.Close:
		return s, !c.Refused() || perhaps
	case c.Op.Reads():
		return s, perhaps || !c.Refused() && slices.ContainsFunc(s.worlds, func(w world[S]) bool { return isRead(c, w.now()) })
	case c.Refused() && !perhaps:
		return s, false
	case c.Op.Forces():
		return m.flush(s, c, perhaps), true
	}
	return m.write(s, c, perhaps), true
}

// isRead reports whether c was shown the value.
func isRead[S comparable](c *models.Call, value S) bool {
	got, ok := c.Result.Answer.(*Answer[S])
	return ok && got.Value == value
}

func (m spec[S]) write(s *state[S], c *models.Call, perhaps bool) *state[S] {
	v := version[S]{call: c.ID, returned: c.Returned, op: c.Op.String(), masked: c.MasksFault()}
	if perhaps {
		v.returned = math.MaxInt
	}
	var after []world[S]
	for _, w := range s.worlds {
		v.value = m.Calls[c.Op.Word()](w.now())
		next := append(slices.Clip(w), v)
		if !perhaps && !m.Buffered {
			next = next[len(next)-1:]
		}
		after = append(after, next)
	}
	if perhaps {
		return s.with(append(slices.Clone(s.worlds), after...))
	}
	out := s.with(after)
	if !m.Buffered {
		out.force(c, models.AckedDurable)
	}
	return out
}

// force notes that c made what there is durable.
func (s *state[S]) force(c *models.Call, p models.Property) {
	s.forced, s.property = fmt.Sprintf("call %d %s", c.ID, c.Op), p
	s.tested = s.tested.With(p)
	if c.MasksFault() {
		s.tested = s.tested.With(models.ErrorSurfaced)
	}
}

// flush makes durable what had returned before c was invoked.
func (m spec[S]) flush(s *state[S], c *models.Call, perhaps bool) *state[S] {
	if perhaps {
		return s
	}
	var after []world[S]
	for _, w := range s.worlds {
		floor := 0
		for i, v := range w {
			if v.returned < c.Invoked {
				floor = i
			}
		}
		after = append(after, w[floor:])
	}
	out := s.with(after)
	out.force(c, models.FlushedDurable)
	return out
}

func (m spec[S]) restart(s *state[S], c *models.Call) (*state[S], bool) {
	r := c.Result.Recovered
	switch {
	case c.IsExcused() || c.Returned == models.Pending:
		return s, true
	case r == nil || c.Result.Err != "" || !m.Legal(s, r, c):
		return s, false
	}
	return m.Adopt(s, r, c).(*state[S]), true
}

func (m spec[S]) Legal(of models.SpecState, r *models.Recovered, c *models.Call) bool {
	view, ok := r.View.(*View[S])
	if r.Failure != nil || !ok || r.Again != nil && !r.ShowsAgain() {
		return false
	}
	return slices.ContainsFunc(of.(*state[S]).worlds, func(w world[S]) bool {
		if c.IsCleanReopen() {
			return w.now() == view.Value
		}
		return slices.ContainsFunc(w, func(v version[S]) bool { return v.value == view.Value })
	})
}

func (m spec[S]) Adopt(of models.SpecState, r *models.Recovered, c *models.Call) models.SpecState {
	s := of.(*state[S])
	out := s.with([]world[S]{{{value: r.View.(*View[S]).Value, call: c.ID}}})
	out.forced, out.property = "an earlier recovery", models.RecoveredDurable
	if c.ID > 0 {
		out.forced = fmt.Sprintf("the recovery of call %d", c.ID)
	}
	out.recoveries++
	out.tested = out.tested.With(models.RecoveredDurable)
	return out
}

func (m spec[S]) Exercised(of models.SpecState) models.PropertySet {
	return of.(*state[S]).tested.With(models.Prefix, models.OpensAfterCrash, models.RecoveryIdempotent,
		models.LiveAfterRecovery, models.ReadsLinearizable)
}

func (m spec[S]) View(of models.SpecState, _ models.View) models.View {
	return &View[S]{of.(*state[S]).worlds[0].now()}
}

// Line reports whether there is at most one call: then there is no other order.
func (m spec[S]) Line(calls []models.Call) bool { return len(calls) <= 1 }
