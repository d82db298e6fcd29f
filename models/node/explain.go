package node

import (
	"fmt"

	"github.com/ackproof/ackproof/models"
)

// Explain returns what is wrong with r, an illegal recovery of state: in the log, in the
// machine, and then in the two together. A failure is told once.
func (m spec) Explain(state models.SpecState, r *models.Recovered, c *models.Call) (out []models.Violation) {
	s := state.(*specState)
	for _, side := range sides {
		part := side.recovered(r)
		if side == machineSide && r.Failure != nil {
			part.Failure = nil
		}
		if (part.View != nil || part.Failure != nil) && !m.parts[side].Legal(s.parts[side], part, c) {
			out = append(out, m.parts[side].Explain(s.parts[side], part, c)...)
		}
	}
	if r.View != nil && m.isBehind(r.View) {
		out = append(out, s.behind(viewOf(r.View), c)...)
	}
	if len(out) == 0 {
		panic("node: explaining a legal recovery")
	}
	return out
}

// behind says which purge took away what the machine of v does not hold.
func (s *specState) behind(v *View, c *models.Call) []models.Violation {
	end, what, calls := purgedTo(&v.Log), "a purge", []int(nil)
	if p := s.purges.to(end); p != nil {
		what, calls = fmt.Sprintf("call %d %s", p.call, p.op), []int{p.call}
	}
	restart := "the crash"
	if c.Op == models.Reopen {
		restart = "the reopen"
	}
	return models.Broken(models.PurgeBehindSnapshot, calls, "%s survived %s, yet the machine stands at %d and %s: what entries %d-%d did is lost",
		what, restart, v.Machine.LastApplied.Index, snapshotText(&v.Machine), holds(v)+1, end)
}

// Describe returns the words for c and its result.
func (m spec) Describe(c *models.Call) string {
	if o, ok := c.Op.(*Op); ok {
		return m.parts[o.side()].Describe(o.side().call(c))
	}
	if r := c.Result.Recovered; r != nil && c.Result.Err == "" && c.Returned != models.Pending {
		return fmt.Sprintf("call %d %s showed %s", c.ID, c.Op, viewOf(r.View))
	}
	return m.parts[logSide].Describe(logSide.call(c))
}

// Blame returns why c cannot have had its result in state.
func (m spec) Blame(state models.SpecState, c *models.Call, overlapped bool) []models.Violation {
	s, side := state.(*specState), logSide
	if o, ok := c.Op.(*Op); ok {
		side = o.side()
	} else if r := c.Result.Recovered; r != nil && c.Result.Err == "" && !m.Legal(s, r, c) {
		out := m.Explain(s, r, c)
		if c.MasksFault() && r.Failure == nil {
			return models.Surfaced(out, c.ID)
		}
		return out
	}
	return m.parts[side].Blame(s.parts[side], side.call(c), overlapped)
}
