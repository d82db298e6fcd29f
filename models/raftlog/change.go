package raftlog

import "github.com/ackproof/ackproof/models"

// after returns the newest version that e, by c, makes of log. It follows v. Entries that
// are replaced one by one make a version each.
func (m spec) after(v *version, log logValue, c *models.Call, e edit, hard *hardVersion) *version {
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
func (m spec) splits(log logValue, c *models.Call, e edit) bool {
	return opOf(c).writesEntries() && m.allowsPartial(opOf(c), e.kept < log.last() && !log.empty())
}

// next returns the version that e, by c, makes of log. It follows v.
func (v *version) next(log logValue, c *models.Call, e edit, hard *hardVersion, partial bool) *version {
	n := &version{
		prev: v, seq: v.seq + 1, id: v.id.With(uint64(c.ID)), call: c.ID, op: opOf(c),
		returned: returnTime(c), masked: c.MasksFault(), kept: e.kept, counts: v.counts,
		atomic: opOf(c).writesEntries() && !partial, parts: partial && !e.keepsTail, hasTail: e.keepsTail,
	}
	n.log = e.apply(log, n, hard)
	n.counts.entries += len(e.entries)
	rewrites := opOf(c).Kind != Purge && e.kept < log.last()
	switch {
	case opOf(c).Kind == Purge:
		n.counts.purges++
	case opOf(c).Kind == Replace && opOf(c).writesEntries():
		n.counts.replaces++
	case opOf(c).Kind == Persist && n.atomic && (len(e.entries) > 1 || rewrites):
		n.counts.batches++
	}
	if rewrites {
		n.counts.rewrites++
	}
	return n
}

func returnTime(c *models.Call) int {
	if c.Returned == models.Pending {
		return never
	}
	return c.Returned
}

// next returns the version that c, which saves, makes of h.
func (h *hardVersion) next(c *models.Call) *hardVersion {
	return &hardVersion{
		prev: h, seq: h.seq + 1, id: h.id.With(uint64(c.ID)), value: opOf(c).HardState, has: true,
		call: c.ID, op: opOf(c), returned: returnTime(c), masked: c.MasksFault(),
	}
}

// forceBy returns the force of c, which succeeded.
func forceBy(c *models.Call) force { return force{call: c.ID, op: opOf(c), masked: c.MasksFault()} }

func (f force) withPurges() force {
	f.purges = true
	return f
}

// acknowledge makes the newest version of s durable, if c makes it so by returning.
func (m spec) acknowledge(s *specState, c *models.Call) {
	if c.Returned == models.Pending || !m.makesDurable(opOf(c)) {
		return
	}
	f := forceBy(c)
	f.purges = m.MutationsDurable
	s.raise(s.log, f)
}
