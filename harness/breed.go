package harness

import (
	"fmt"

	"github.com/ackproof/ackproof/scenarios"
)

// bredPart is which part of the generated programs may be mutants beside them, where it is counted
// what recoveries run.
const bredPart = 2

// breeds reports whether programs are mutated: those of the harness, where one worker explores them, so
// that who reached a block first is not chance.
func (v *verification) breeds() bool {
	return v.coverage != nil && v.config.Only == nil && v.config.Workers == 1 && v.config.Programs > 0
}

// breed adds mutants of the programs that took a recovery to a block that none had come to, and
// explores them as a round does, before any further state of the others. What they reach has
// mutants in turn, until nothing new is reached or there are enough. It reports whether the run ended.
func (v *verification) breed(r round) (ended bool, err error) {
	left := v.config.Programs / bredPart
	parents := v.reaching(0)
	for left > 0 && len(parents) > 0 && !ended && err == nil {
		r.bredFrom = len(v.programs)
		for _, p := range parents[:min(left, len(parents))] {
			v.add(v.mutant(p, parents))
			left--
		}
		ended, err = v.explore(r)
		parents = v.reaching(r.bredFrom)
	}
	return ended, err
}

// reaching returns the programs from one on that reached a new block and can have mutants: faults
// and measurements are where their program has put them.
func (v *verification) reaching(first int) (out []scenarios.NamedProgram) {
	for i, r := range v.results[first:] {
		p := v.programs[first+i]
		if r != nil && r.reached && !p.Program.HasFaults() && !p.Program.Measures() {
			out = append(out, p)
		}
	}
	return out
}

// mutant returns the next mutant, of one parent and another that its number draws.
func (v *verification) mutant(p scenarios.NamedProgram, parents []scenarios.NamedProgram) scenarios.NamedProgram {
	name := fmt.Sprintf("mutant-%d", len(v.programs)+1)
	seed := uint64(v.config.Seed.For(name))
	q := parents[seed%uint64(len(parents))]
	program := v.language.Mutate(p.Program, q.Program, seed, v.config.Generate)
	if most := v.config.PayloadMaxBytes; most > 0 {
		program = program.Lighter(most)
	}
	return scenarios.NamedProgram{Name: name, Shows: "like " + p.Name, Program: program}
}

// add adds a program to those that are planned.
func (v *verification) add(p scenarios.NamedProgram) {
	v.programs = append(v.programs, p)
	v.planned++
	v.results, v.recordings = append(v.results, nil), append(v.recordings, nil)
}
