package harness

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/scenarios"
)

// How many programs with a fault that follows on something else are drawn, of each program
// whose calls fail. There are the square of them, and nearly all show what one fault shows.
const (
	pairsMax        = 24 // of first faults, each with pairsOfOne second ones
	pairsOfOne      = 2
	sharedPairsMax  = 6
	recoveriesMax   = 96 // with a fault in the recovery from a power failure
	sharedRecovered = 24
)

// composed returns programs in which a fault follows on something else: on a power failure,
// in the recovery from it, and on another fault, of which singles are those of the program.
func (s sweeping) composed(b faultBase, singles []faulted, seed Seed) (out []faulted, err error) {
	most, pairs := recoveriesMax, pairsMax
	if s.faults == FaultsShare {
		most, pairs = sharedRecovered, sharedPairsMax
	}
	for _, loss := range s.losses(seed) {
		crash := scenarios.Step{Kind: scenarios.Crash, Loss: loss}
		crashed := s
		crashed.base = scenarios.NamedProgram{
			Name: fmt.Sprintf("%s, then %s", s.base.Name, crash), Program: append(slices.Clone(s.base.Program), crash),
		}
		recovering, err := crashed.following(b, len(s.base.Program))
		if err != nil {
			return nil, err
		}
		out = append(out, recovering...)
	}
	out = drawn(out, most, seed.For("recoveries"))
	for _, first := range drawn(slices.DeleteFunc(slices.Clone(singles), endures), pairs, seed.For("first faults")) {
		two := sweeping{s.faults, first.profile, first.NamedProgram, s.language}
		fails := slices.IndexFunc(first.Program, func(s scenarios.Step) bool { return s.Kind == scenarios.Fail })
		second, err := two.following(b, fails+1)
		if err != nil {
			return nil, err
		}
		out = append(out, drawn(second, pairsOfOne, seed.For(first.Name))...)
	}
	return out, nil
}

// faultBase is what programs with faults are made on.
type faultBase struct {
	host  host.Host
	store *store
}

// sites returns the calls that the engine makes in a program, and how much its files grow.
func (b faultBase) sites(s sweeping) ([]faultSite, []growth, error) {
	life, err := b.store.first(b.host.Kind(), s.profile, s.base.Program)
	if err != nil {
		return nil, nil, err
	}
	return faultSites(b.host, life, s.base.Program)
}

// losses returns what the power failures lose in whose recovery calls fail.
func (s sweeping) losses(seed Seed) []scenarios.Loss {
	sample := scenarios.Loss{Manner: scenarios.LoseSample, Seed: int(seed.For("loss") % 1000)}
	if s.faults == FaultsShare {
		return []scenarios.Loss{sample}
	}
	return []scenarios.Loss{{Manner: scenarios.LoseNothing}, {Manner: scenarios.LoseEverything}, sample}
}

// following returns the programs in which a call of a step, or of one after it, fails once,
// or finds the disk full from there on.
func (s sweeping) following(b faultBase, from int) (out []faulted, err error) {
	sites, _, err := b.sites(s)
	for _, site := range sites {
		if site.step < from {
			continue
		}
		for _, f := range []fault.Fault{{Error: fault.EIO, Times: 1}, {Error: fault.ENOSPC, Times: fault.Forever}} {
			f.Call, f.Nth = site.call, site.nth
			if f.Check() == nil && site.call.Can(f.Error) && s.faults.tries(f.Error) {
				out = append(out, s.with(site.step, scenarios.Step{Kind: scenarios.Fail, Fault: f}, s.profile))
			}
		}
	}
	return out, err
}

// endures reports whether a program has another fault than one that fails a call once.
func endures(f faulted) bool {
	return !slices.ContainsFunc(f.Program, func(s scenarios.Step) bool {
		return s.Kind == scenarios.Fail && s.Fault.Times == 1 && s.Fault.Error != fault.Stuck
	})
}

// drawn returns at most a number of programs, in their order.
func drawn(all []faulted, most int, seed Seed) []faulted {
	if len(all) <= most {
		return all
	}
	chosen := rand.New(rand.NewPCG(uint64(seed), 0)).Perm(len(all))[:most]
	slices.Sort(chosen)
	out := make([]faulted, most)
	for i, c := range chosen {
		out[i] = all[c]
	}
	return out
}
