package raftlog

import (
	"cmp"
	"slices"

	"github.com/ackproof/ackproof/models"
)

// Step returns the state after c, or false if no engine that keeps the contract
// can have given c's result in s. In a state of which too much is not known, any can.
func (m spec) Step(state models.SpecState, c *models.Call) (models.SpecState, bool) {
	next, ok := m.step(state.(*specState), c)
	return next, ok
}

func (m spec) step(s *specState, c *models.Call) (*specState, bool) {
	switch {
	case s.doubt.isCrowded():
		return s, true
	case c.IsExcused():
		return m.perhaps(s, c), true
	}
	next, ok := m.call(s, c)
	if !ok {
		return next, false
	}
	var puts models.PropertySet
	if c.MasksFault() {
		puts = puts.With(models.ErrorSurfaced)
	}
	if c.BesideStuck && c.Returned != models.Pending {
		puts = puts.With(models.ReadersNotBlocked)
	}
	if next.tested|puts == next.tested {
		return next, true
	}
	tested := *next
	tested.tested |= puts
	return &tested, true
}

func (m spec) call(s *specState, c *models.Call) (*specState, bool) {
	switch opOf(c).Kind {
	case Persist, Replace, Truncate, Purge, Reset:
		return m.write(s, c)
	case SaveHardState:
		return m.save(s, c)
	case Flush, FlushMeta:
		return m.flush(s, c)
	case ending:
		return m.close(s, c)
	case reopen, crash:
		return m.restart(s, c)
	}
	return m.read(s, c)
}

func (m spec) write(s *specState, c *models.Call) (*specState, bool) {
	if s.doubt != nil || c.Returned == models.Pending && c.MayBeRefused() {
		return m.writeInDoubt(s, c)
	}
	edit, answer := m.plan(s.log.log, opOf(c))
	switch {
	case c.Returned == models.Pending && answer == mustRefuse:
		return s, true
	case c.Refused():
		return s, answer != mustAccept
	case answer == mustRefuse:
		return s, false
	case edit.nothing:
		// Nothing to make durable: an engine may return without a sync.
		return s, true
	}
	next := *s
	next.log = m.after(s.log, s.log.log, c, edit, s.hard.returnedBefore(c.Invoked))
	m.acknowledge(&next, c)
	return &next, true
}

func (m spec) save(s *specState, c *models.Call) (*specState, bool) {
	if c.Refused() {
		return s, false
	}
	next := *s
	next.hard = s.hard.next(c)
	if c.Returned != models.Pending && m.makesDurable(opOf(c)) {
		next.raiseHard(next.hard, forceBy(c))
	}
	return &next, true
}

// flush forces what had returned when the flush began. A call that overlaps it
// may have taken effect already, yet nobody was promised that it is covered.
func (m spec) flush(s *specState, c *models.Call) (*specState, bool) {
	switch {
	case c.Refused():
		return s, false
	case c.Returned == models.Pending || m.Volatile:
		return s, true
	}
	next := *s
	if opOf(c).Kind == Flush {
		next.raise(s.log.returnedBefore(c.Invoked), forceBy(c).withPurges())
	} else {
		next.raiseHard(s.hard.returnedBefore(c.Invoked), forceBy(c))
	}
	return &next, true
}

// close forces everything, if it is claimed to. No call is open when it begins.
func (m spec) close(s *specState, c *models.Call) (*specState, bool) {
	switch {
	case c.Refused():
		return s, false
	case c.Returned == models.Pending || m.Volatile || !m.CloseDurable:
		return s, true
	}
	next := *s
	f, hard := forceBy(c).withPurges(), s.hard.settled()
	if hard.seq > s.hardFloor.seq {
		next.tested = next.tested.With(models.CloseDurable)
	}
	next.raise(s.log, f)
	next.raiseHard(hard, f)
	return &next, true
}

func (m spec) restart(s *specState, c *models.Call) (*specState, bool) {
	r := c.Result.Recovered
	switch {
	case c.Returned == models.Pending:
		// Nothing was shown, and a crash meanwhile leaves what one before did.
		return s, true
	case r == nil || c.Result.Err != "" || !m.Legal(s, r, c):
		return s, false
	}
	return m.Adopt(s, r, c).(*specState), true
}

// Line sorts pending calls of which at most one writes the log: that one before the hard
// states.
func (spec) Line(calls []models.Call) bool {
	writes := 0
	for i := range calls {
		if opOf(&calls[i]).Kind <= Reset {
			writes++
		}
	}
	if writes > 1 {
		return false
	}
	slices.SortStableFunc(calls, func(a, b models.Call) int { return cmp.Compare(opOf(&a).Kind, opOf(&b).Kind) })
	return true
}
