package harness

import (
	"context"
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
)

// What sensitivity may cost. States bound it, so that a run comes to the same twice, and time
// where those take longer than others.
const (
	sabotageStatesPart = 10 // of the visited states
	sabotageStatesMin  = 4  // of each sabotage
	sabotageStatesMax  = 30
	sabotageTimePart   = 4 // of the time before: a fifth of the whole
	sabotageTimeMin    = 2 * time.Second
	// sabotagedProgramsMax is how many programs are sabotaged at most, and faultedMax how many
	// of those with a fault of one kind of call run again to have an error swallowed.
	sabotagedProgramsMax = 64
	faultedMax           = 2
)

// sensitivity sabotages what the engine did, and says whether the same search would have seen
// each: what "held" rests on. An engine that writes nothing, or nothing that is to stay, has
// nothing to sabotage.
func (v *verification) sensitivity() (evidence.Sensitivity, error) {
	if v.contract.DurabilityWord() == models.Volatile {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(v.exploring, max(time.Since(v.began)/sabotageTimePart, sabotageTimeMin))
	defer cancel()
	all, err := v.sabotages(ctx)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	states := min(max(v.visited/sabotageStatesPart/len(all), sabotageStatesMin), sabotageStatesMax)
	err = each(len(all), v.config.Workers, func(i int) error { return v.sabotage(ctx, all[i], states) })
	if err != nil {
		return nil, err
	}
	var out evidence.Sensitivity
	for _, s := range all {
		out = append(out, s.Sabotage)
	}
	return out, nil
}

// sabotages returns what there is to sabotage in programs whose calls do not overlap, and in some
// of those with a fault.
func (v *verification) sabotages(ctx context.Context) ([]*sabotage, error) {
	all := sabotages{}
	for i := range min(v.unfaulted(), sabotagedProgramsMax) {
		if v.programs[i].Program.Overlaps() {
			continue // who syncs for others differs from run to run
		}
		r := v.recordings[i]
		if r == nil {
			var err error
			if r, err = v.recordAgain(ctx, i); err != nil {
				return nil, err
			}
		}
		if r == nil {
			break
		}
		for _, l := range r.Lives {
			all.meet(l)
		}
	}
	tried := map[string]int{}
	for i := v.unfaulted(); i < len(v.programs); i++ {
		kind := swallows(v.programs[i].Program)
		if result := v.results[i]; kind == "" || tried[kind] == faultedMax || result == nil || result.tally.Faults.Surfaced == 0 {
			continue
		}
		tried[kind]++
		r, err := v.recordAgain(ctx, i)
		if err != nil {
			return nil, err
		}
		if r == nil {
			break
		}
		for _, l := range r.Lives {
			all.meetFaulted(l)
		}
	}
	return all.ordered(), nil
}

// recordAgain runs a program again, and returns nil if the time is up before.
func (v *verification) recordAgain(ctx context.Context, program int) (r *Recording, err error) {
	x := v.sabotaging(ctx)
	defer x.recoveries.Close()
	if program >= v.unfaulted() {
		x.config.Profile = v.faulted[program-v.unfaulted()].profile
	}
	x.named = v.programs[program]
	err = x.inTime(func() { r = host.Must(x.recordProgram()) })
	return r, err
}

// sabotaging returns an exploration that ends with the time that sensitivity has.
func (v *verification) sabotaging(ctx context.Context) *exploration {
	x := newExploration(ctx, v.host.Within(host.Limits{HangAfter: v.config.HangAfter, Done: ctx.Done()}), v.config, round{}, v.cache)
	x.engine, x.handover, x.store = v.engine, v.outcome.Handover, v.store
	return x
}

// sabotage judges a sabotage in some crash states, up to the first that shows it.
func (v *verification) sabotage(ctx context.Context, s *sabotage, states int) error {
	x := v.sabotaging(ctx)
	defer x.recoveries.Close()
	err := x.inTime(func() {
		for _, c := range s.chances {
			l := s.sabotaged(c)
			for _, state := range s.states(l, c) {
				if s.Broken != "" || s.States == states || x.done() {
					return
				}
				s.States++
				if f := x.recoverState(l, state); f != nil {
					s.Broken = f.Property()
				}
			}
		}
	})
	s.Cut = x.cut && s.Broken == ""
	return err
}
