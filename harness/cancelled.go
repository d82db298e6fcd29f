package harness

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/scenarios"
)

// cancelsMax bounds after how many of a step's calls its context ends, each in a program of
// its own.
const cancelsMax = 8

// cancels returns the programs in which the context of a step ends: of a share, one step of
// each kind, and those that were met before are left out.
func (s sweeping) cancels(sites []faultSite, met map[string]bool) (out []faulted) {
	for step, base := range s.base.Program {
		kind := fmt.Sprint("cancel ", base.Kind)
		if s.faults == FaultsShare && met[kind] {
			continue
		}
		programs := s.cancelling(step, slices.DeleteFunc(slices.Clone(sites), func(f faultSite) bool { return f.step != step }))
		met[kind] = met[kind] || len(programs) > 0
		out = append(out, programs...)
	}
	return out
}

// cancelling returns the programs in which the context of a step ends, whose calls of the
// file system are those of sites.
func (s sweeping) cancelling(step int, sites []faultSite) (out []faulted) {
	if s.faults == FaultsSpace || !s.base.Program[step].Kind.Call {
		return nil
	}
	for _, after := range s.cancelPoints(sites) {
		out = append(out, s.cancelled(step, after))
	}
	return out
}

// cancelPoints returns after which of a step's calls its context ends: of a share the first
// write and the first sync, or the first of all where there is neither.
func (s sweeping) cancelPoints(sites []faultSite) (after []int) {
	var wrote, synced int
	for _, site := range sites {
		after = append(after, site.at)
		switch {
		case site.call == fault.Write && site.nth == 1:
			wrote = site.at
		case site.call.IsSync() && (synced == 0 || site.at < synced):
			synced = site.at
		}
	}
	slices.Sort(after)
	after = slices.DeleteFunc(slices.Compact(after), func(at int) bool { return at == 0 })
	if s.faults != FaultsShare {
		return after[:min(len(after), cancelsMax)]
	}
	if wrote+synced > 0 {
		after = slices.DeleteFunc(after, func(at int) bool { return at != wrote && at != synced })
	}
	return after[:min(len(after), 2)]
}

// cancelled returns the program up to a step whose context ends, and what shows how the
// engine goes on. What is not known to have been written is written again, and once more
// after a crash: that changes nothing.
func (s sweeping) cancelled(step, after int) faulted {
	call := s.base.Program[step]
	call.CancelAfter = after
	program := append(slices.Clone(s.base.Program[:step]), call)
	if call.Kind.Again != nil {
		again := call.Kind.Again(call)
		power := scenarios.Step{Kind: scenarios.Crash, Loss: scenarios.Loss{Manner: scenarios.LoseEverything}}
		program = append(program, again, s.language.Flush, power, again)
	} else {
		program = append(program, s.base.Program[step])
	}
	program = append(program, s.goingOn()...)
	name := fmt.Sprintf("%s, step %d, %s", s.base.Name, step+1, call)
	return faulted{scenarios.NamedProgram{Name: name, Program: program}, s.profile}
}
