package harness

import (
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
)

// harm is a corruption that comes while the engine is open, before a call.
type harm struct {
	damage
	before int
}

// harms returns what may go wrong with what is stored in a life: before one of its calls in the
// middle, before the last, and before all is read at the end. No opening comes after them: whether
// that may show less can only be said once nothing more is written.
func harms(l *evidence.Life) (places []*evidence.CorruptedPlace, out []harm) {
	calls := l.Calls
	for i, c := range l.Calls {
		if _, restarts := c.Op.(models.Restart); restarts {
			calls = l.Calls[i+1:]
		}
	}
	if l.Steps.Measures() {
		return nil, nil // it has a hundred lives, and each harm is a run of it
	}
	add := func(call int, before *journal.Journal) {
		image := faultfs.Resume(faultfs.Config{Unjournaled: true}, before).Image()
		here, damages := damagesOf(l, image, corrupt.Records(before, image))
		for _, p := range here {
			p.Records = 0 // they are counted at rest
		}
		for _, d := range damages {
			out = append(out, harm{d, call})
		}
		places = append(places, here...)
	}
	for _, c := range spread(calls, 2) {
		add(c.ID, l.Journal.Until(c.Invoked))
	}
	add(l.LastCall()+1, l.Journal)
	return places, out
}

// harm runs the program again while something goes wrong with what is stored, and opens the engine on
// what that leaves.
func (x *exploration) harm(h harm) harmReaction {
	from := host.Must(x.store.first(x.host.Kind(), x.config.Profile, x.named.Program))
	ran := host.Must(recordHarmed(x.host, x.stacks, from, x.named.Program, &evidence.Harm{Before: h.before, Corruption: h.Corruption}))
	out := host.Must(ran.react(x.recoveries))
	if out.hung {
		x.hangs++
	}
	return out
}
