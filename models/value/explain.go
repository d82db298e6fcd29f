package value

import (
	"fmt"

	"github.com/ackproof/ackproof/models"
)

func (m spec[S]) Explain(of models.SpecState, r *models.Recovered, c *models.Call) []models.Violation {
	s := of.(*state[S])
	newest := s.worlds[0][len(s.worlds[0])-1]
	calls := []int{newest.call}
	if newest.call == 0 {
		calls = nil
	}
	f := r.Failure
	view, ok := r.View.(*View[S])
	switch {
	case f != nil && f.Phase <= models.PhaseRead:
		return models.Broken(models.OpensAfterCrash, nil, "%s after the crash failed: %s", f.Phase, f)
	case f != nil:
		return models.Broken(models.LiveAfterRecovery, nil, "%s failed, after all had been read: %s", f.Phase, f)
	case ok && r.Again != nil && !r.ShowsAgain():
		return models.Broken(models.RecoveryIdempotent, nil, "the first open showed %s, yet the second showed %s", r.View, r.Again)
	case c.IsCleanReopen():
		return models.Broken(models.ReadsLinearizable, calls, "the value was %v, yet after a clean reopen it is %v", newest.value, view.Value)
	case s.forced == "":
		return models.Broken(models.Prefix, nil, "the value after the crash is %v, and no call ever left that", view.Value)
	}
	out := models.Broken(s.property, calls, "%s returned before the crash, and the value was %v, yet after the crash it is %v",
		s.forced, s.worlds[0][0].value, view.Value)
	if newest.masked {
		return models.Surfaced(out, newest.call)
	}
	return out
}

func (m spec[S]) Blame(of models.SpecState, c *models.Call, overlapped bool) []models.Violation {
	s := of.(*state[S])
	if r := c.Result.Recovered; r != nil && !m.Legal(s, r, c) {
		return m.Explain(s, r, c)
	}
	p := models.ReadsLinearizable
	if c.Result.Err != "" && s.recoveries > 0 {
		p = models.LiveAfterRecovery
	}
	why := fmt.Sprintf("the value was %s", s)
	if overlapped {
		why += ", which no order of the calls in flight explains"
	}
	return models.Broken(p, []int{c.ID}, "%s, yet %s", m.Describe(c), why)
}

func (m spec[S]) Describe(c *models.Call) string {
	switch {
	case c.Returned == models.Pending:
		return fmt.Sprintf("call %d %s is pending", c.ID, c.Op)
	case c.Result.Err != "":
		return fmt.Sprintf("call %d %s failed: %s", c.ID, c.Op, c.Result.Err)
	case c.Result.Recovered != nil && c.Result.Recovered.View != nil:
		return fmt.Sprintf("call %d %s showed %s", c.ID, c.Op, c.Result.Recovered.View)
	case c.Result.Answer != nil:
		return fmt.Sprintf("call %d %s returned %s", c.ID, c.Op, c.Op.AnswerText(c.Result.Answer))
	}
	return fmt.Sprintf("call %d %s returned", c.ID, c.Op)
}
