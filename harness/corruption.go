package harness

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject"
)

// CorruptionsSubject finds what an engine makes of corrupted bytes: the programs of c run, and
// after each one thing goes wrong with what is stored, once for each kind of corruption, record and
// place in it. The engine opens that and shows what it has. Nothing else is lost: all that was
// written is durable. Nothing fails and nothing overlaps, whatever c says.
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
	errs := make([]error, len(v.programs))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(found)); i = next.Add(1) - 1 {
				found[i], errs[i] = v.corrupt(int(i))
			}
		})
	}
	workers.Wait()
	if err := errors.Join(errs...); err != nil {
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
		name := p.File + " " + p.Name()
		if known := m.byName[name]; known != nil {
			known.Join(p)
			continue
		}
		m.byName[name] = p
		m.Places = append(m.Places, p)
	}
}

// corrupted is what came of one program.
type corrupted struct {
	life   *evidence.Life // nil if there was nothing to corrupt
	cut    bool
	places []*evidence.CorruptedPlace
}

// recordsMax is how many records of each place of a program are corrupted: they are spread, and
// the last is among them.
const recordsMax = 4

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
		out.places = x.corruptLife(out.life)
	})
	out.cut = x.cut
	if err != nil {
		err = fmt.Errorf("engine %s, program %s: %w", v.engine, x.named.Name, err)
	}
	return out, err
}

// corruptLife corrupts what a life leaves if nothing of it is lost.
func (x *exploration) corruptLife(l *evidence.Life) (places []*evidence.CorruptedPlace) {
	image := host.Must(l.Image(crash.State{Point: len(l.Journal.Events)}))
	whole := x.recoveries.Recover(image)
	if whole.Failure != nil {
		return nil // which a run tells
	}
	of := l.Corruptible(image, whole.View)
	byName, records := map[string]*evidence.CorruptedPlace{}, map[string][]corrupt.Record{}
	for _, r := range of.Records {
		place := l.SyncPlaceOf(r.Event)
		name := place.File + " " + place.Name()
		if byName[name] == nil {
			byName[name] = &evidence.CorruptedPlace{SyncPlace: place, By: map[corrupt.Kind]map[evidence.Reaction]*evidence.Reacted{}}
			places = append(places, byName[name])
		}
		records[name] = append(records[name], r)
	}
	for _, p := range places {
		here := records[p.File+" "+p.Name()]
		for i, r := range here {
			if !slices.ContainsFunc(spread(here, recordsMax), func(s corrupt.Record) bool { return s.Event == r.Event }) {
				continue
			}
			p.Records++
			var other *corrupt.Record
			if i > 0 {
				other = &here[i-1] // what was written later would have gone over it
			}
			x.corruptRecord(p, of, r, other)
		}
	}
	return places
}

// corruptRecord corrupts one record. Other is an earlier one that a misdirected write hits, nil for none.
func (x *exploration) corruptRecord(p *evidence.CorruptedPlace, of *evidence.Corruptible, r corrupt.Record, other *corrupt.Record) {
	for _, c := range corrupt.All(of.Image, of.Records, r, other) {
		if x.done() {
			return
		}
		recovered := x.recoveries.Recover(host.Must(c.Of(of.Image)))
		if recovered.Hung() {
			x.hangs++
		}
		reaction, shown := of.Reaction(&c, recovered)
		p.Add(c.Kind, reaction, evidence.Reacted{Program: x.named.Name, What: c.What, Shown: shown})
	}
}
