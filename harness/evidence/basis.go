package evidence

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/internal/plain"
)

// Basis says in one sentence what the verdict rests on: what was looked at, what is assumed
// of the disk, and what was not looked at.
func (o *Outcome) Basis() string {
	t := o.Tally
	counts := []string{plain.Count(t.Points, "crash point")}
	if t.Effects > 0 {
		counts = append(counts, fmt.Sprintf("%d of %s lost at least once", t.EffectsLost, plain.Count(t.Effects, "effect")))
	}
	if t.Faults.Tried > 0 {
		counts = append(counts, fmt.Sprintf("%d of %s fired", t.Faults.Fired, plain.Count(t.Faults.Tried, "fault")))
	}
	if len(o.Sensitivity) > 0 {
		counts = append(counts, o.Sensitivity.String())
	}
	if o.Coverage != nil {
		ran, neverRan := o.Coverage.Count()
		counts = append(counts, fmt.Sprintf("%d of %s of its recovery run", ran, plain.Count(ran+neverRan, "block")))
	}
	out := ""
	if o.Handover != nil {
		out = o.Handover.String() + "; "
	}
	out += "rests on " + strings.Join(counts, ", ")
	if o.Assumes != "" {
		out += "; assumes " + o.Assumes
	}
	if unseen := o.unseen(); len(unseen) > 0 {
		out += "; not looked at: " + strings.Join(unseen, ", ")
	}
	return out
}

// unseen returns what was not looked at.
func (o *Outcome) unseen() []string {
	out := append([]string{}, o.NotPlanned...)
	for _, s := range o.Tally.ByStage {
		if s.Visited < s.Total {
			return append(out, "further states at the crash points")
		}
	}
	return out
}
