package harness

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/scenarios"
)

// Faults says which faults a run tries.
type Faults string

const (
	// FaultsNone tries none, as the zero value does.
	FaultsNone Faults = "none"
	// FaultsShare has each kind of file-system call that an engine makes in a kind of step
	// fail in the ways that matter most, in one program.
	FaultsShare Faults = "share"
	// FaultsIO has every call of all programs fail in every way, but for lack of space.
	FaultsIO Faults = "io"
	// FaultsSpace has every call of them fail that needs space, and fills the disk at every
	// step.
	FaultsSpace Faults = "space"
	// FaultsAll tries all of that.
	FaultsAll Faults = "all"
)

// CheckFaults returns why a text is no Faults, nil if it is one.
func CheckFaults(f Faults) error {
	if all := []Faults{"", FaultsNone, FaultsShare, FaultsIO, FaultsSpace, FaultsAll}; !slices.Contains(all, f) {
		return fmt.Errorf("faults %q: want none, share, io, space or all", f)
	}
	return nil
}

// faulted is a program with one fault, under a profile that says what a failed fsync leaves.
type faulted struct {
	scenarios.NamedProgram
	profile crash.Profile
}

// addFaulted adds the programs with a fault each to those of the run.
func (v *verification) addFaulted() (err error) {
	if v.store == nil || v.config.Faults == FaultsNone {
		return nil
	}
	v.faulted, err = v.sweep()
	for _, f := range v.faulted {
		v.programs = append(v.programs, f.NamedProgram)
	}
	v.planned += len(v.faulted)
	return err
}

// unfaulted returns how many programs have no fault: they come first.
func (v *verification) unfaulted() int { return len(v.programs) - len(v.faulted) }

// programsOf returns the programs of a round, the numbers of the first and of the one
// behind the last.
func (v *verification) programsOf(r round) (first, end int) {
	if r.faulted {
		return v.unfaulted(), len(v.programs)
	}
	return 0, v.unfaulted()
}

// sweep returns programs in which each call that the engine makes fails, one at a time.
func (v *verification) sweep() (out []faulted, err error) {
	defer host.Guard(&err)
	met := map[string]bool{}
	for _, base := range v.config.sweptPrograms() {
		life, err := v.store.first(v.config.Profile, base.Program)
		if err != nil {
			return nil, err
		}
		sites, grown, err := faultSites(v.host, life, base.Program)
		if err != nil {
			return nil, err
		}
		s := sweeping{v.config, base}
		for _, site := range sites {
			kind := fmt.Sprint(base.Program[site.step].Kind, site.call, site.nth)
			if v.config.Faults == FaultsShare && met[kind] {
				continue
			}
			met[kind] = true
			out = append(out, s.failing(site)...)
		}
		for _, g := range grown {
			out = append(out, s.filling(g)...)
		}
	}
	return out, nil
}

// sweptPrograms returns the programs whose calls fail: light ones that begin on a store,
// have no faults or power failures of their own, and whose calls do not overlap.
func (c Config) sweptPrograms() []scenarios.NamedProgram {
	if c.Faults == FaultsShare && c.Only == nil {
		c.Only = []scenarios.NamedProgram{scenarios.EveryCall()}
	}
	return slices.DeleteFunc(c.programs(), func(p scenarios.NamedProgram) bool {
		entries, bytes := p.Program.Written()
		heavy := bytes+entryBytes*entries > heavyBytes
		return heavy || p.Program.FirstOpen() || p.Program.HasFaults() || p.Program.Overlaps() || slices.ContainsFunc(p.Program, crashes)
	})
}

func crashes(s scenarios.Step) bool { return s.Kind == scenarios.Crash }

// sweeping makes programs with faults out of one without.
type sweeping struct {
	config Config
	base   scenarios.NamedProgram
}

// failing returns the programs in which the call at a site fails, in each way that it can.
func (s sweeping) failing(site faultSite) (out []faulted) {
	for _, f := range s.config.faultsOf(site.call) {
		f.Nth = site.nth
		step := scenarios.Step{Kind: scenarios.Fail, Fault: f}
		profiles := []crash.Profile{s.config.Profile}
		if site.call.IsSync() && f.Error == fault.EIO && !f.Lands {
			profiles = s.config.Profile.Aftermaths()
		}
		for _, p := range profiles {
			out = append(out, s.with(site.step, step, p))
		}
	}
	return out
}

// faultsOf returns the ways in which a call fails, but for which one it is.
func (c Config) faultsOf(call fault.Call) (out []fault.Fault) {
	for _, e := range fault.Errors() {
		full := e == fault.ENOSPC || e == fault.EDQUOT
		if !call.Can(e) || full && c.Faults == FaultsIO || !full && c.Faults == FaultsSpace {
			continue
		}
		once := fault.Fault{Call: call, Nth: 1, Error: e, Times: 1}
		always, lands := once, once
		always.Times, lands.Lands = fault.Forever, true
		switch {
		case c.Faults != FaultsShare:
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
	if s.config.Faults == FaultsIO {
		return nil
	}
	free := []int{0, g.bytes / 2, g.bytes - 1}
	slices.Sort(free)
	for _, n := range slices.Compact(free) {
		out = append(out, s.with(g.step, scenarios.Step{Kind: scenarios.Space, FreeBytes: n}, s.config.Profile))
	}
	return out
}

// with returns the program up to a step, with a fault before that, and what shows how the
// engine goes on: the same call again, others, and an opening.
func (s sweeping) with(step int, fails scenarios.Step, p crash.Profile) faulted {
	program := append(slices.Clone(s.base.Program[:step]), fails, s.base.Program[step])
	if again := s.base.Program[step]; again.Kind.IsCall() {
		program = append(program, again)
	}
	flush, append1, reopen := scenarios.Step{Kind: scenarios.Flush}, scenarios.Step{Kind: scenarios.Persist, Count: 1}, scenarios.Step{Kind: scenarios.Reopen}
	program = append(program, append1, flush)
	if fails.Kind == scenarios.Space {
		program = append(program, scenarios.Step{Kind: scenarios.Space, All: true})
	}
	program = append(program, reopen, append1)
	name := fmt.Sprintf("%s, step %d, %s", s.base.Name, step+1, fails)
	if p != s.config.Profile {
		name += " under " + p.Name
	}
	return faulted{scenarios.NamedProgram{Name: name, Program: program}, p}
}

// countFault counts what became of the fault of a program.
func (x *exploration) countFault(r *Recording) {
	var fired, surfaced bool
	for _, l := range r.Lives {
		f, s := l.Fired()
		fired, surfaced = fired || f, surfaced || s
	}
	t := &x.tally.Faults
	t.Tried++
	switch {
	case surfaced:
		t.Fired, t.Surfaced = t.Fired+1, t.Surfaced+1
	case fired:
		t.Fired, t.Masked = t.Fired+1, t.Masked+1
	}
}
