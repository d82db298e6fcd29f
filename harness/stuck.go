package harness

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/scenarios"
)

// stuckSeeds is how many orders of the readers beside a stuck sync are tried, but for one
// of a share.
const stuckSeeds = 2

// sticking returns the programs in which a sync is stuck beside readers: the first one of a
// step, of a share only one step of each kind.
func (s sweeping) sticking(sites []faultSite, met map[string]bool) (out []faulted) {
	if s.faults == FaultsSpace {
		return nil
	}
	last, seeds := -1, stuckSeeds
	if s.faults == FaultsShare {
		seeds = 1
	}
	for _, site := range sites {
		kind := fmt.Sprint("stuck ", s.base.Program[site.step].Kind)
		known := s.faults == FaultsShare && met[kind]
		if site.step == last || known || !site.call.IsSync() || !s.base.Program[site.step].Kind.Call {
			continue
		}
		last, met[kind] = site.step, true
		for seed := range seeds {
			out = append(out, s.stuck(site, seed))
		}
	}
	return out
}

// stuck returns the program up to a step whose sync is stuck, and that beside readers; then
// what shows how the engine goes on.
func (s sweeping) stuck(site faultSite, seed int) faulted {
	fails := scenarios.Step{Kind: scenarios.Fail, Fault: fault.Fault{Call: site.call, Nth: site.nth, Error: fault.Stuck, Times: 1}}
	block := scenarios.Step{Kind: scenarios.Concurrently, Readers: 2, Reads: 4, Seed: seed, Body: s.base.Program[site.step : site.step+1]}
	program := append(slices.Clone(s.base.Program[:site.step]), fails, block, scenarios.Step{Kind: scenarios.Release})
	program = append(program, s.goingOn()...)
	name := fmt.Sprintf("%s, step %d, %s, seed %d", s.base.Name, site.step+1, fails, seed)
	return faulted{scenarios.NamedProgram{Name: name, Program: program}, s.profile}
}
