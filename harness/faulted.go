package harness

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/scenarios"
)

// faulted is a program with one fault, under a profile that says what a failed fsync leaves.
type faulted struct {
	scenarios.NamedProgram
	profile crash.Profile
}

// sweeping makes programs with faults out of one without.
type sweeping struct {
	faults  Faults
	profile crash.Profile
	base    scenarios.NamedProgram
	// language is what its programs are written in.
	language scenarios.Language
}

// failing returns the programs in which the call at a site fails, in each way that it can.
func (s sweeping) failing(site faultSite) (out []faulted) {
	for _, f := range s.faults.of(site.call) {
		f.Nth = site.nth
		step := scenarios.Step{Kind: scenarios.Fail, Fault: f}
		profiles := []crash.Profile{s.profile}
		if site.call.IsSync() && f.Error == fault.EIO && !f.Lands {
			profiles = s.profile.Aftermaths()
		}
		for _, p := range profiles {
			out = append(out, s.with(site.step, step, p))
		}
	}
	return out
}

// tries reports whether calls fail with an error: one that has to do with space, or not.
func (which Faults) tries(e fault.Error) bool {
	full := e == fault.ENOSPC || e == fault.EDQUOT
	return !(full && which == FaultsIO || !full && which == FaultsSpace)
}

// of returns the ways in which a call fails, but for which one it is.
func (which Faults) of(call fault.Call) (out []fault.Fault) {
	for _, e := range fault.Errors() {
		if !call.Can(e) || !which.tries(e) {
			continue
		}
		once := fault.Fault{Call: call, Nth: 1, Error: e, Times: 1}
		always, lands := once, once
		always.Times, lands.Lands = fault.Forever, true
		switch {
		case which != FaultsShare:
			out = append(out, once, always, lands)
		case e == fault.EIO:
			out = append(out, once, lands)
		case e == fault.ENOSPC:
			out = append(out, always)
		case e == fault.ShortWrite || e == fault.EINTR:
			out = append(out, once)
		}
	}
	return slices.DeleteFunc(out, func(f fault.Fault) bool { return f.Check() != nil || f.Lands && !changes(f.Call) })
}

// changes reports whether a call changes something that it may have changed when it fails.
func changes(c fault.Call) bool {
	return c != fault.Open && c != fault.Read && c != fault.ReadDir && c != fault.Close
}

// filling returns the programs in which the disk is full at some byte of a step.
func (s sweeping) filling(g growth) (out []faulted) {
	if s.faults == FaultsIO {
		return nil
	}
	for _, n := range s.faults.fills(g) {
		out = append(out, s.with(g.step, scenarios.Step{Kind: scenarios.Space, FreeBytes: n}, s.profile))
	}
	return out
}

// fillsMax is at how many bytes of a step the disk is full at most.
const fillsMax = 64

// fills returns at how many bytes of a step the disk is full: of a share at none, half, and
// all but one; else around the end of each call that adds some, and in its midst. If those
// are more than fillsMax, they are taken evenly.
func (which Faults) fills(g growth) (free []int) {
	free = []int{0, g.bytes() / 2, g.bytes() - 1}
	if which != FaultsShare {
		before := 0
		for _, after := range g.after {
			free = append(free, before, before+1, (before+after)/2, after-1)
			before = after
		}
	}
	slices.Sort(free)
	free = slices.Compact(free)
	free = slices.DeleteFunc(free, func(n int) bool { return n >= g.bytes() })
	for i := 0; len(free) > fillsMax && i < fillsMax; i++ {
		free[i] = free[i*len(free)/fillsMax]
	}
	return free[:min(len(free), fillsMax)]
}

// with returns the program up to a step, with a fault before that, and what shows how the
// engine goes on: the same call again, others, and an opening.
func (s sweeping) with(step int, fails scenarios.Step, p crash.Profile) faulted {
	program := append(slices.Clone(s.base.Program[:step]), fails, s.base.Program[step])
	program = append(program, s.language.Able()...)
	if again := s.base.Program[step]; again.Kind.Call {
		program = append(program, again)
	}
	var ends []scenarios.Step
	if fails.Kind == scenarios.Space {
		ends = append(ends, scenarios.Step{Kind: scenarios.Space, All: true})
	}
	program = append(program, s.goingOn(ends...)...)
	name := fmt.Sprintf("%s, step %d, %s", s.base.Name, step+1, fails)
	if p != s.profile {
		name += " under " + p.Name
	}
	return faulted{scenarios.NamedProgram{Name: name, Program: program}, p}
}

// goingOn returns the steps that show how an engine goes on after a fault: a write, a flush,
// what ends the fault, an opening, and a write.
func (s sweeping) goingOn(ends ...scenarios.Step) []scenarios.Step {
	out := slices.Concat([]scenarios.Step{s.language.Write, s.language.Flush}, s.language.Able(), ends)
	return append(out, scenarios.Step{Kind: scenarios.Reopen}, s.language.Write)
}
