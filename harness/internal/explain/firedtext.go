package explain

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/models"
)

// sentence says what became of a fault.
func (f *firedIn) sentence(x *evidence.FiredFault) string {
	out := x.What
	if len(x.Frames) > 0 {
		out += " at " + evidence.FrameText(x.Frames[0])
	}
	if f.number < f.lives {
		out += fmt.Sprintf(", in life %d", f.number)
	}
	out += f.outcome(x) + "." + times(x)
	if x.Forgotten > 0 {
		out += fmt.Sprintf(" The engine was told and forgot it: %s was acknowledged after it.", f.life.CallText(x.Forgotten))
	}
	switch c := callOf(f.life, x.Missing); {
	case c == nil || x.Missing == x.Forgotten:
	case x.Missing == x.Call:
		out += fmt.Sprintf(" What call %d acknowledged is missing.", x.Missing)
	case c.Result.Recovered != nil:
		out += fmt.Sprintf(" What is missing was shown after it, by %s.", f.life.CallText(x.Missing))
	default:
		out += fmt.Sprintf(" What is missing was acknowledged after it, by %s.", f.life.CallText(x.Missing))
	}
	return out
}

// times says whether the fault fails once or goes on.
func times(x *evidence.FiredFault) string {
	by, err := fault.Parse(x.Fault)
	switch {
	case x.Again > 0:
		return fmt.Sprintf(" So did %s after it.", plain.Count(x.Again, "such call"))
	case err != nil:
	case by.Times == fault.Forever:
		return " So would every such call after it."
	case by.Times == 1:
		return " It failed once."
	}
	return ""
}

// outcome says what became of the engine's call that the fault fired in.
func (f *firedIn) outcome(x *evidence.FiredFault) string {
	if x.Call == 0 {
		return ", in no single call"
	}
	c := f.during(x.Event)
	in := ", in " + f.life.CallText(x.Call)
	switch {
	case x.Dropped:
		return in + ", which succeeded all the same"
	case c == nil:
		return in
	case !f.returned(c):
		return in + ", which had not returned"
	}
	return in + ", which failed: " + strings.TrimRight(refusal(c), ".")
}

// refusal returns how a call failed, in the engine's words.
func refusal(c *models.Call) string {
	if r := c.Result.Recovered; c.Result.Err == "" && r != nil && r.Failure != nil {
		return r.Failure.String()
	}
	return c.Result.Err
}
