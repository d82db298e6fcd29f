package harness

import (
	"context"
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject"
)

// CorruptionsSubject finds what an engine makes of corrupted bytes: the programs of c run, and
// after each one thing goes wrong with what is stored, once for each kind of corruption, record and
// place in it. The engine opens that and shows what it has. Nothing else is lost: all that was
// written is durable. Some programs run again, and that goes wrong while the engine is open; and some
// are opened on what a disk leaves whose flushes lie. No call fails and nothing overlaps, whatever c
// says.
//
// Canceling ctx, and its deadline, cut the map short. An error says that something else than the
// engine failed.
func CorruptionsSubject(ctx context.Context, f subject.Factory, c Config) (*evidence.CorruptionMap, error) {
	c.Faults, c.Generate.Sequential, c.NoShrink = FaultsNone, true, true
	c = c.resolved()
	m := &corruptionMapper{CorruptionMap: &evidence.CorruptionMap{Engine: f.Name}, byName: map[string]*evidence.CorruptedPlace{}}
	o, err := verifyBy(ctx, f, c, c.options(""), func(v *verification) (*evidence.Outcome, error) {
		return v.conclude(), m.all(v)
	})
	if err != nil {
		return nil, err
	}
	if m.Programs == 0 && m.Cut == "" {
		m.Cut = o.Cut // nothing was made that could be corrupted
	}
	m.Order()
	return m.CorruptionMap, nil
}

// corruptionMapper makes a map, program by program.
type corruptionMapper struct {
	*evidence.CorruptionMap
	byName map[string]*evidence.CorruptedPlace
}

// all corrupts what each program leaves. Programs are merged in their order, so that the
// first example of each cell is always the same.
func (m *corruptionMapper) all(v *verification) error {
	found := make([]*corrupted, len(v.programs))
	err := each(len(found), v.config.Workers, func(i int) (err error) {
		found[i], err = v.corrupt(i)
		return err
	})
	if err != nil {
		return err
	}
	for _, of := range found {
		m.add(of)
	}
	return nil
}

// add adds what came of one program.
func (m *corruptionMapper) add(of *corrupted) {
	if of.cut {
		m.Cut = cutByTime // or the engine hung too often, which its reactions say
	}
	if of.life == nil {
		return
	}
	m.Programs++
	m.Claimed = m.Claimed || slices.Contains(of.life.Contract().ClaimWords(), "corruption-detected")
	for _, p := range of.places {
		name := p.NameWithFile()
		if known := m.byName[name]; known != nil {
			known.Join(p)
			continue
		}
		m.byName[name] = p
		m.Places = append(m.Places, p)
	}
	m.AddLying(of.lying)
}

// corrupted is what came of one program.
type corrupted struct {
	life   *evidence.Life // nil if there was nothing to corrupt
	cut    bool
	places []*evidence.CorruptedPlace
	lying  evidence.ByReaction
}

// corrupt runs a program and corrupts what it leaves.
func (v *verification) corrupt(i int) (out *corrupted, err error) {
	x := v.newExploration(round{}, v.config.HangAfter)
	defer x.recoveries.Close()
	x.named, x.index, x.stacks = v.programs[i], i, true
	out = &corrupted{}
	err = x.inTime(func() {
		r := host.Must(x.recordProgram())
		if r.Failed != nil || len(r.Lives) == 0 || x.done() {
			return
		}
		out.life = r.Lives[len(r.Lives)-1]
		out.places, out.lying = x.corruptLife(out.life)
	})
	out.cut = x.cut
	if err != nil {
		err = fmt.Errorf("engine %s, program %s: %w", v.engine, x.named.Name, err)
	}
	return out, err
}

// What of a program's corruptions a map tries: all at rest, and of those that cost more a few.
const (
	liesMax  = 32
	harmsMax = 16
)

// corruptLife corrupts what a life leaves, and what is stored while the engine is open.
func (x *exploration) corruptLife(l *evidence.Life) (places []*evidence.CorruptedPlace, lying evidence.ByReaction) {
	of, places, all := x.damages(l)
	for _, d := range all {
		if x.done() {
			break
		}
		reaction, shown := of.Reaction(&d.Corruption, x.recoverDamaged(of, &d.Corruption))
		d.place.AtRest.Add(d.Kind, reaction, evidence.Reacted{Program: x.named.Name, What: d.What, Shown: shown})
	}
	running, harms := harms(l)
	for _, h := range spread(harms, harmsMax) {
		if x.done() {
			break
		}
		if r := x.harm(h); r.Reaction != "" {
			what := fmt.Sprintf("%s before call %d", h.What, h.before)
			h.place.Running.Add(h.Kind, r.Reaction, evidence.Reacted{Program: x.named.Name, What: what, Shown: r.shown})
		}
	}
	lying = evidence.ByReaction{}
	lied, lies := x.lies(l, liesMax)
	for _, what := range lies {
		if x.done() {
			break
		}
		reaction, shown, _ := x.recoverLied(lied, what)
		lying.Add(reaction, evidence.Reacted{Program: x.named.Name, What: what.What, Shown: shown})
	}
	return append(places, running...), lying
}
