package crash

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// Check returns nil for a state that the space holds: a crash point of the journal,
// effects that were pending there, and an order among them that the profile allows.
// Otherwise it returns why not, as [ErrState].
func (s *Space) Check(c State) error {
	p, ok := s.pointAt(c.Point)
	if !ok {
		return fmt.Errorf("%w: %d is no crash point of this journal of %d events", ErrState, c.Point, len(s.journal.Events))
	}
	for i, id := range c.Except {
		switch {
		case id < 0 || id >= EffectID(p.count) || !s.isPending(p, id):
			return fmt.Errorf("%w: effect %d is not pending at %d", ErrState, id, c.Point)
		case i > 0 && id <= c.Except[i-1]:
			return fmt.Errorf("%w: effect %d is out of order", ErrState, id)
		}
	}
	lost := func(id EffectID) bool {
		_, named := slices.BinarySearch(c.Except, id)
		return named != c.Lost
	}
	for _, id := range s.pending(p, nil) {
		if need, ok := s.missingNeed(p, id, lost); ok && !lost(id) {
			return fmt.Errorf("%w: effect %d is kept though effect %d, which must precede it, is lost", ErrState, id, need)
		}
	}
	for _, t := range c.Torn {
		if err := s.checkTear(p, t, lost); err != nil {
			return err
		}
	}
	if !s.profile.Fill.Has(c.Fill) {
		return fmt.Errorf("%w: profile %s has no fill %s", ErrState, s.profile.Name, c.Fill)
	}
	return nil
}

func (s *Space) missingNeed(p point, id EffectID, lost func(EffectID) bool) (EffectID, bool) {
	e := s.effects[id]
	for _, need := range s.needs[e.needs.from:e.needs.to] {
		if s.isPending(p, need) && lost(need) {
			return need, true
		}
	}
	return 0, false
}

func (s *Space) checkTear(p point, t Tear, lost func(EffectID) bool) error {
	switch {
	case t.Damage == NoDamage && !s.profile.TearBytes:
		return fmt.Errorf("%w: profile %s tears no sector", ErrState, s.profile.Name)
	case t.Damage != NoDamage && !slices.Contains(s.profile.damages(), t.Damage):
		return fmt.Errorf("%w: profile %s leaves no sector %s", ErrState, s.profile.Name, damageNames[t.Damage])
	case t.Effect < 0 || t.Effect >= EffectID(p.count) || !s.isPending(p, t.Effect) || !lost(t.Effect):
		return fmt.Errorf("%w: torn effect %d is not among the lost", ErrState, t.Effect)
	case (t.Bytes == 0) != (t.Damage != NoDamage) || int64(max(t.Bytes, -t.Bytes)) >= s.unit || !s.canTear(t.Effect):
		return fmt.Errorf("%w: effect %d cannot be torn at %d bytes", ErrState, t.Effect, t.Bytes)
	}
	if need, ok := s.missingNeed(p, t.Effect, lost); ok {
		return fmt.Errorf("%w: effect %d is torn though effect %d, which must precede it, is lost", ErrState, t.Effect, need)
	}
	return nil
}

// Image returns what the crash state leaves. The state must be one of the
// space's: see [Space.Check]. The error is always nil.
func (s *Space) Image(c State) (*tree.Image, error) { return s.build(c), nil }

func (s *Space) build(c State) *tree.Image {
	p, ok := s.pointAt(c.Point)
	if !ok {
		panic(fmt.Sprintf("crash: %v is no state of this space", c))
	}
	var t *tree.Tree
	if c.Lost {
		t = p.forced.Thaw()
		for _, id := range c.Except {
			for _, ch := range s.changesOf(id) {
				ch.apply(t, s.unit)
			}
		}
	} else {
		t = p.all.Thaw()
		for _, id := range slices.Backward(c.Except) {
			for _, ch := range s.changesOf(id) {
				s.before(ch).apply(t, s.unit)
			}
		}
	}
	if len(c.Torn) > 0 || c.Fill != FillZero {
		s.damage(t, p, c)
	}
	t.DropPastSize()
	return tree.NewImage(t)
}
