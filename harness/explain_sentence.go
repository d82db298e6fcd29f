package harness

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/models"
)

// promises are the properties in words.
var promises = map[models.Property]string{
	models.AckedDurable:       "entries survive any crash once the call that wrote them has returned",
	models.MutationDurable:    "truncate, purge and reset survive once they have returned",
	models.FlushedDurable:     "what had returned before a flush began survives once the flush has returned",
	models.Prefix:             "what comes back is a version that the log went through",
	models.AtomicBatch:        "a batch comes back whole or not at all",
	models.AtomicReplace:      "replacing a range leaves the log before it or the log after it",
	models.NoHole:             "indexes follow each other without a gap",
	models.NoSplice:           "discarded entries do not come back behind newer ones",
	models.PurgeBoundary:      "the position before the first entry is known, with its term",
	models.HardStateAtomic:    "term and vote come back as they were saved together",
	models.HardStateDurable:   "a hard state survives once its save, or else its flush, has returned",
	models.TermOrder:          "an entry does not come back without the hard states saved before it was written",
	models.OpensAfterCrash:    "after a mere crash the engine opens and shows what it has",
	models.RecoveryIdempotent: "opening again shows the same again",
	models.RecoveredDurable:   "what a recovery has shown survives the next crash",
	models.LiveAfterRecovery:  "after a recovery the engine takes an append, and closes",
	models.ReadsLinearizable:  "each call answers as if all took effect one after the other",
}

// sentence tells the promise, the verdict on it, and at which events the calls
// returned and the crash came.
func (x *explainer) sentence() string {
	v := x.Verdict.Violations[0]
	out := fmt.Sprintf("%s (%s) does not hold: %s.", v.Property, promises[v.Property], v.Sentence)
	crash := "it takes no crash to see it"
	if !x.Live {
		crash = x.crashText()
	}
	if calls := x.returned(v.Calls); len(calls) > 0 {
		crash = join(calls) + "; " + crash
	}
	return out + " " + capital(crash) + "."
}

// returned says when each of the calls returned.
func (x *explainer) returned(calls []int) []string {
	var out []string
	for _, id := range calls {
		c := x.call(id)
		switch {
		case c == nil:
			out = append(out, fmt.Sprintf("call %d belongs to a life before this one", id))
		case c.Returned == models.Pending:
			out = append(out, fmt.Sprintf("call %d was invoked at event %d and never returned", id, c.Invoked))
		case !x.Live && c.Returned >= x.State.Point:
			out = append(out, fmt.Sprintf("call %d was under way since event %d", id, c.Invoked))
		default:
			out = append(out, fmt.Sprintf("call %d returned at event %d", id, c.Returned))
		}
	}
	return out
}

// crashText says when the crash came and what it lost.
func (x *explainer) crashText() string {
	events := x.Life.Journal.Events
	out := "the crash came before anything happened"
	if x.State.Point > 0 {
		out = fmt.Sprintf("the crash came after event %d (%s)", x.State.Point-1, events[x.State.Point-1])
	}
	if calls := x.underWay(); len(calls) == 1 {
		out += ", in the midst of " + callText(calls[0])
	}
	if x.Life.inRecovery(x.State.Point) {
		out += ", while the engine recovered from the crash before"
	}
	out += ", and lost " + x.lostText()
	if x.State.Fill != crash.FillZero {
		out += fmt.Sprintf(", with fill %s in place of lost bytes", x.State.Fill)
	}
	return out
}

func (x *explainer) lostText() string {
	const namedMax = 3
	var parts []string
	for i, id := range x.lost {
		if i == namedMax {
			parts = append(parts, fmt.Sprintf("%d more", len(x.lost)-namedMax))
			break
		}
		e := x.space.Effect(id)
		part := fmt.Sprintf("%s of event %d", e.What, e.Event)
		for _, t := range x.State.Torn {
			if t.Effect == id {
				part = fmt.Sprintf("all but %d bytes of %s", t.Bytes, part)
			}
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return join(parts)
}

// join returns "a, b and c".
func join(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
