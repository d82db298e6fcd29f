package node

import "github.com/ackproof/ackproof/models"

// call returns what c is to the side; nil if it concerns the other one alone. A restart
// concerns both.
func (s side) call(c *models.Call) *models.Call {
	out := *c
	if o, ok := c.Op.(*Op); ok {
		if o.side() != s {
			return nil
		}
		a, _ := c.Result.Answer.(*Answer)
		out.Op, out.Result.Answer = o.part(), a.of(s)
	}
	out.Result.Recovered = s.recovered(c.Result.Recovered)
	return &out
}

// recovered returns what of r is the side's; a failure is of both.
func (s side) recovered(r *models.Recovered) *models.Recovered {
	if r == nil {
		return nil
	}
	out := &models.Recovered{View: s.view(r.View), Failure: r.Failure, Again: s.view(r.Again)}
	switch p, ok := r.Probe.(*Probe); {
	case ok && s == logSide:
		out.Probe = &p.Log
	case ok:
		out.Probe = &p.Machine
	}
	return out
}

// view returns what of v is the side's, nil for nil.
func (s side) view(v models.View) models.View {
	switch v, ok := v.(*View); {
	case ok && s == logSide:
		return &v.Log
	case ok:
		return &v.Machine
	}
	return nil
}
