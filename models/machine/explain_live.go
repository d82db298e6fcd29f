package machine

import (
	"fmt"

	"github.com/ackproof/ackproof/models"
)

// Blame explains why c cannot have had its result in state.
func (m spec) Blame(state models.SpecState, c *models.Call, overlapped bool) []models.Violation {
	s, op := state.(*specState), opOf(c)
	id := cause{call: c.ID}.cite()
	switch r := c.Result.Recovered; {
	case c.IsBlocked() && m.ReadersNotBlocked:
		return models.Broken(models.ReadersNotBlocked, id, "%s did not return before an fsync was let go that was stuck: it waited for that", causeOf(c))
	case op.Kind != reopen && op.Kind != crash:
		return m.blameLive(s, c, overlapped)
	case r == nil || m.Legal(s, r, c):
		return models.Broken(models.OpensAfterCrash, id, "%s showed nothing: %s", causeOf(c), c.Result.Err)
	case c.MasksFault() && r.Failure == nil:
		return models.Surfaced(m.Explain(s, r, c), c.ID)
	default:
		return m.Explain(s, r, c)
	}
}

func (m spec) blameLive(s *specState, c *models.Call, overlapped bool) []models.Violation {
	op, w, p := opOf(c), s.worlds[0], models.ReadsLinearizable
	_, verdict := m.plan(w, c)
	what := m.Describe(c)
	switch {
	case c.Result.Err != "":
		what = fmt.Sprintf("%s was refused: %s", causeOf(c), c.Result.Err)
		if s.recoveries > 0 {
			p = models.LiveAfterRecovery
		}
	case op.Reads():
		return w.blameRead(c, what, overlapped)
	case verdict == mustRefuse:
		what = causeOf(c).String() + " was accepted"
		if op.Kind == Restore {
			p = models.SnapshotRefused
		}
	case op.Kind == Apply && len(op.Entries) > 0 && op.Entries[0].Index <= w.now.applied.Index:
		p = models.ExactlyOnce
	}
	return models.Broken(p, causeOf(c).cite(), "%s, though the state was %s", what, w.now.state)
}

// blameRead explains an answer that is not what w holds.
func (w *world) blameRead(c *models.Call, what string, overlapped bool) []models.Violation {
	op, got, now := opOf(c), AnswerOf(c), w.now
	if overlapped {
		return models.Broken(models.ReadsLinearizable, causeOf(c).cite(), "%s, which no order of the calls in flight explains", what)
	}
	for _, v := range w.refused {
		if v.state.reads(op, got) || (state{}).reads(op, got) {
			return models.Broken(models.SnapshotRefused, append(v.cite(), c.ID), "%s was refused, which changes nothing, yet %s", v, what)
		}
	}
	for a := range now.reapplied() {
		if a.reads(op, got) {
			return a.broken("before "+causeOf(c).String(), now.state.data.differs(a.state.data))
		}
	}
	out := models.Broken(models.ReadsLinearizable, causeOf(c).cite(), "%s, yet the state was %s", what, now.state)
	if c.Faulted {
		return models.Surfaced(out, c.ID)
	}
	for v := now; v.prev != nil; v = v.prev {
		if v.prev.state.reads(op, got) {
			return surfaced(out, v.cause, nil)
		}
	}
	return out
}
