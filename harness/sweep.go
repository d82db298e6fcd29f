package harness

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/scenarios"
)

// triesFaults reports whether programs with faults are to be explored.
func (v *verification) triesFaults() bool {
	return v.store != nil && v.config.Faults != FaultsNone
}

// addFaulted adds the programs with a fault each to those of the run: none if the time is
// up before they are made.
func (v *verification) addFaulted() error {
	x := v.newExploration(round{faulted: true}, v.patience())
	defer x.recoveries.Close()
	if v.config.Faults != FaultsSpace {
		v.outcome.NotTried = x.host.NotTried()
	}
	err := x.inTime(func() {
		v.faulted = host.Must(v.sweep(x.host))
	})
	for _, f := range v.faulted {
		v.programs = append(v.programs, f.NamedProgram)
	}
	v.planned += len(v.faulted)
	v.results = append(v.results, make([]*explored, len(v.faulted))...)
	v.recordings = append(v.recordings, make([]*Recording, len(v.faulted))...)
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
	return r.bredFrom, v.unfaulted()
}

// sweep returns programs in which each call that the engine makes fails, one at a time, and
// some in which a fault follows on a power failure or on another fault.
func (v *verification) sweep(h host.Host) (out []faulted, err error) {
	met := map[string]bool{}
	b := faultBase{h, v.store}
	for _, base := range v.config.sweptPrograms(v.language) {
		s := sweeping{v.config.Faults, v.config.Profile, base, v.language}
		singles, err := s.singles(b, met)
		if err != nil {
			return nil, err
		}
		composed, err := s.composed(b, singles, v.config.Seed.For(base.Name))
		if err != nil {
			return nil, err
		}
		out = append(append(out, singles...), composed...)
	}
	return v.config.shareOf(out), nil
}

// singles returns the programs with one fault each. Of a share, those that were met are left
// out.
func (s sweeping) singles(b faultBase, met map[string]bool) (out []faulted, err error) {
	sites, grown, err := b.sites(s)
	if err != nil {
		return nil, err
	}
	for _, site := range sites {
		kind := fmt.Sprint(s.base.Program[site.step].Kind, site.call, site.nth)
		if s.faults == FaultsShare && met[kind] {
			continue
		}
		met[kind] = true
		out = append(out, s.failing(site)...)
	}
	for _, g := range grown {
		out = append(out, s.filling(g)...)
	}
	if b.host.Cancels() {
		out = append(out, s.cancels(sites, met)...)
	}
	if b.host.Sticks() {
		out = append(out, s.sticking(sites, met)...)
	}
	return out, nil
}

// shareOf returns what is tried of the faults of a share: each of some number, from one on
// that the seed draws.
func (c Config) shareOf(all []faulted) (out []faulted) {
	if c.Faults != FaultsShare {
		return all
	}
	for i := int(uint64(c.Seed.For("faults")) % uint64(c.FaultsEvery)); i < len(all); i += c.FaultsEvery {
		out = append(out, all[i])
	}
	return out
}

// sweptPrograms returns the programs whose calls fail: light ones that begin on a store,
// have no faults or power failures of their own, nor repeat anything, and whose calls do not
// overlap. Generated ones make the same calls in other orders, and are left out.
func (c Config) sweptPrograms(l scenarios.Language) []scenarios.NamedProgram {
	c.Programs = 0
	if c.Faults == FaultsShare && c.Only == nil {
		c.Only = []scenarios.NamedProgram{l.EveryCall()}
	}
	return slices.DeleteFunc(c.programs(l), func(p scenarios.NamedProgram) bool {
		entries, bytes := p.Program.Written()
		heavy := bytes+entryBytes*entries > heavyBytes
		return heavy || p.Program.FirstOpen() || p.Program.HasFaults() || p.Program.Overlaps() || p.Program.CrashesOrRepeats()
	})
}
