package models

// after returns the newest version that e, by c, makes of log. It follows v. Entries that
// are replaced one by one make a version each.
func (m spec) after(v *version, log logValue, c *Call, e edit, hard *hardVersion) *version {
	partial := m.splits(log, c, e)
	if !e.keepsTail || !partial {
		return v.next(log, c, e, hard, partial)
	}
	for i := range e.entries {
		one := e
		one.entries = e.entries[i : i+1]
		v = v.next(log, c, one, hard, true)
		log, e.kept = v.log, one.entries[0].Index
	}
	return v
}

// splits reports whether a crash may leave a part of e, by c, of log.
func (m spec) splits(log logValue, c *Call, e edit) bool {
	return c.Op.writesEntries() && m.allowsPartial(&c.Op, e.kept < log.last() && !log.empty())
}

// next returns the version that e, by c, makes of log. It follows v.
func (v *version) next(log logValue, c *Call, e edit, hard *hardVersion, partial bool) *version {
	n := &version{
		prev: v, seq: v.seq + 1, id: v.id.with(uint64(c.ID)), call: c.ID, op: &c.Op,
		returned: returnTime(c), masked: c.masksFault(), kept: e.kept, counts: v.counts,
		atomic: c.Op.writesEntries() && !partial, parts: partial && !e.keepsTail, hasTail: e.keepsTail,
	}
	n.log = e.apply(log, n, hard)
	n.counts.entries += len(e.entries)
	rewrites := c.Op.Kind != Purge && e.kept < log.last()
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

func returnTime(c *Call) int {
	if c.Returned == Pending {
		return never
	}
	return c.Returned
}

// next returns the version that c, which saves, makes of h.
func (h *hardVersion) next(c *Call) *hardVersion {
	return &hardVersion{
		prev: h, seq: h.seq + 1, id: h.id.with(uint64(c.ID)), value: c.Op.HardState, has: true,
		call: c.ID, op: &c.Op, returned: returnTime(c), masked: c.masksFault(),
	}
}

// forceBy returns the force of c, which succeeded.
func forceBy(c *Call) force { return force{call: c.ID, op: &c.Op, masked: c.masksFault()} }

func (f force) withPurges() force {
	f.purges = true
	return f
}

// acknowledge makes the newest version of s durable, if c makes it so by returning.
func (m spec) acknowledge(s *specState, c *Call) {
	if c.Returned == Pending || !m.makesDurable(&c.Op) {
		return
	}
	f := forceBy(c)
	f.purges = m.MutationsDurable
	s.raise(s.log, f)
}
