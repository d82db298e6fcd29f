package models

// step returns the state after c, or false if no engine that keeps the contract
// can have given c's result in s. In a state of which too much is not known, any can.
func (m spec) step(s *specState, c *Call) (*specState, bool) {
	switch {
	case s.doubt.isCrowded():
		return s, true
	case c.isExcused():
		return m.perhaps(s, c), true
	}
	next, ok := m.call(s, c)
	if !ok {
		return next, false
	}
	var puts PropertySet
	if c.masksFault() {
		puts = puts.With(ErrorSurfaced)
	}
	if c.BesideStuck && c.Returned != Pending {
		puts = puts.With(ReadersNotBlocked)
	}
	if next.tested|puts == next.tested {
		return next, true
	}
	tested := *next
	tested.tested |= puts
	return &tested, true
}

func (m spec) call(s *specState, c *Call) (*specState, bool) {
	switch c.Op.Kind {
	case Persist, Replace, Truncate, Purge, Reset:
		return m.write(s, c)
	case SaveHardState:
		return m.save(s, c)
	case Flush, FlushMeta:
		return m.flush(s, c)
	case Close:
		return m.close(s, c)
	case Reopen, Crash:
		return m.restart(s, c)
	}
	return m.read(s, c)
}

func (m spec) write(s *specState, c *Call) (*specState, bool) {
	if s.doubt != nil || c.Returned == Pending && c.mayBeRefused() {
		return m.writeInDoubt(s, c)
	}
	edit, answer := m.plan(s.log.log, &c.Op)
	switch {
	case c.Returned == Pending && answer == mustRefuse:
		return s, true
	case c.refused():
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

func (m spec) save(s *specState, c *Call) (*specState, bool) {
	if c.refused() {
		return s, false
	}
	next := *s
	next.hard = s.hard.next(c)
	if c.Returned != Pending && m.makesDurable(&c.Op) {
		next.raiseHard(next.hard, forceBy(c))
	}
	return &next, true
}

// flush forces what had returned when the flush began. A call that overlaps it
// may have taken effect already, yet nobody was promised that it is covered.
func (m spec) flush(s *specState, c *Call) (*specState, bool) {
	switch {
	case c.refused():
		return s, false
	case c.Returned == Pending || m.Volatile:
		return s, true
	}
	next := *s
	if c.Op.Kind == Flush {
		next.raise(s.log.returnedBefore(c.Invoked), forceBy(c).withPurges())
	} else {
		next.raiseHard(s.hard.returnedBefore(c.Invoked), forceBy(c))
	}
	return &next, true
}

// close forces everything, if it is claimed to. No call is open when it begins.
func (m spec) close(s *specState, c *Call) (*specState, bool) {
	switch {
	case c.refused():
		return s, false
	case c.Returned == Pending || m.Volatile || !m.CloseDurable:
		return s, true
	}
	next := *s
	f, hard := forceBy(c).withPurges(), s.hard.settled()
	if hard.seq > s.hardFloor.seq {
		next.tested = next.tested.With(CloseDurable)
	}
	next.raise(s.log, f)
	next.raiseHard(hard, f)
	return &next, true
}

func (m spec) restart(s *specState, c *Call) (*specState, bool) {
	r := c.Result.Recovered
	switch {
	case c.Returned == Pending:
		// Nothing was shown, and a crash meanwhile leaves what one before did.
		return s, true
	case r == nil || c.Result.Err != "" || !m.legal(s, r, c):
		return s, false
	}
	return m.adopt(s, r, c), true
}
