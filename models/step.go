package models

// step returns the state after c, or false if no engine that keeps the contract
// can have given c's result in s.
func (m spec) step(s *specState, c *Call) (*specState, bool) {
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
	next.log = m.after(s.log, c, edit, s.hard.returnedBefore(c.Invoked))
	if c.Returned != Pending && m.makesDurable(&c.Op) {
		next.raise(next.log, force{call: c.ID, op: &c.Op, purges: m.MutationsDurable})
	}
	return &next, true
}

// after returns the newest version that c makes of v. Entries that are replaced one
// by one make a version each.
func (m spec) after(v *version, c *Call, e edit, hard *hardVersion) *version {
	partial := c.Op.writesEntries() && m.allowsPartial(&c.Op, e.kept < v.log.last() && !v.log.empty())
	if !e.keepsTail || !partial {
		return v.next(c, e, hard, partial)
	}
	for i := range e.entries {
		one := e
		one.entries = e.entries[i : i+1]
		v = v.next(c, one, hard, true)
		e.kept = one.entries[0].Index
	}
	return v
}

// next returns the version that e, by c, makes of v.
func (v *version) next(c *Call, e edit, hard *hardVersion, partial bool) *version {
	n := &version{
		prev: v, seq: v.seq + 1, id: v.id.with(uint64(c.ID)), call: c.ID, op: &c.Op,
		returned: returnTime(c), kept: e.kept, counts: v.counts,
		atomic: c.Op.writesEntries() && !partial, parts: partial && !e.keepsTail, hasTail: e.keepsTail,
	}
	n.log = e.apply(v.log, n, hard)
	n.counts.entries += len(e.entries)
	rewrites := c.Op.Kind != Purge && e.kept < v.log.last()
	switch {
	case c.Op.Kind == Purge:
		n.counts.purges++
	case c.Op.Kind == Replace && c.Op.writesEntries():
		n.counts.replaces++
	case c.Op.Kind == Persist && n.atomic && (len(e.entries) > 1 || rewrites):
		n.counts.batches++
	}
	if rewrites {
		n.counts.rewrites++
	}
	return n
}

func (c *Call) refused() bool { return c.Returned != Pending && c.Result.Err != "" }

func returnTime(c *Call) int {
	if c.Returned == Pending {
		return never
	}
	return c.Returned
}

func (m spec) save(s *specState, c *Call) (*specState, bool) {
	if c.refused() {
		return s, false
	}
	next := *s
	next.hard = &hardVersion{
		prev: s.hard, seq: s.hard.seq + 1, id: s.hard.id.with(uint64(c.ID)),
		value: c.Op.HardState, has: true, call: c.ID, op: &c.Op, returned: returnTime(c),
	}
	if c.Returned != Pending && m.makesDurable(&c.Op) {
		next.raiseHard(next.hard, force{call: c.ID, op: &c.Op})
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
		next.raise(s.log.returnedBefore(c.Invoked), force{call: c.ID, op: &c.Op, purges: true})
	} else {
		next.raiseHard(s.hard.returnedBefore(c.Invoked), force{call: c.ID, op: &c.Op})
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
	f := force{call: c.ID, op: &c.Op, purges: true}
	if s.hard.seq > s.hardFloor.seq {
		next.tested = next.tested.With(CloseDurable)
	}
	next.raise(s.log, f)
	next.raiseHard(s.hard, f)
	return &next, true
}

func (m spec) restart(s *specState, c *Call) (*specState, bool) {
	r := c.Result.Recovered
	switch {
	case c.Returned == Pending:
		// Nothing was shown, and a crash meanwhile leaves what one before did.
		return s, true
	case r == nil || c.Result.Err != "" || !m.legal(s, r, c.Op.Kind):
		return s, false
	}
	return m.adopt(s, r, c), true
}
