package harness

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject"
)

// SyncsSubject finds what each place at which an engine syncs is for: the engine is
// explored as c says under each profile, and then once more for each place, as if what is
// synced there were not. What the engine breaks then, and does not as it is, needs the place.
// All lives count, those after crashes and kills too.
//
// No call of the file system fails meanwhile, whatever c says. Findings are made small
// unless c says otherwise. Canceling ctx, and its deadline, cut the map short; what is not known
// then says so. An error says that something else than the engine failed.
func SyncsSubject(ctx context.Context, f subject.Factory, c Config, profiles ...crash.Profile) (*evidence.SyncMap, error) {
	m := &syncMapper{SyncMap: &evidence.SyncMap{Engine: f.Name}, byName: map[string]*evidence.SyncPlace{}}
	c.Faults = FaultsNone
	for _, p := range profiles {
		c.Profile = p
		if err := m.addProfile(ctx, f, c.resolved()); err != nil {
			return nil, err
		}
	}
	m.order()
	return m.SyncMap, nil
}

// syncMapper makes a map, profile by profile.
type syncMapper struct {
	*evidence.SyncMap
	byName map[string]*evidence.SyncPlace
}

func (m *syncMapper) addProfile(ctx context.Context, f subject.Factory, c Config) error {
	m.Profiles = append(m.Profiles, c.Profile.Name)
	asItIs := c
	asItIs.NoShrink, asItIs.Found = true, nil
	o, err := verifyBy(ctx, f, asItIs, asItIs.options(""), func(v *verification) error {
		places := &syncPlaces{byName: map[string]*metSyncs{}}
		v.amend = places.amend
		if err := v.run(); err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(places.byName)) {
			under, err := v.withoutSyncs(c, name, places.byName[name].programs)
			if err != nil {
				return fmt.Errorf("without the syncs of %s: %w", name, err)
			}
			m.add(name, places.byName[name], under)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if o.Verdict == evidence.Refuted {
		m.Broken = append(m.Broken, c.Profile.Name)
	}
	if o.Cut != "" && m.Cut == "" {
		m.Cut = o.Cut
	}
	return nil
}

// add adds a verdict under the newest profile.
func (m *syncMapper) add(name string, met *metSyncs, under evidence.SyncUnder) {
	place := m.byName[name]
	if place == nil {
		place = met.SyncPlace
		m.byName[name] = place
		m.Places = append(m.Places, place)
	} else {
		place.Syncs += met.Syncs
	}
	place.Under = append(place.Under, under)
}

// order orders the places by file and line.
func (m *syncMapper) order() {
	slices.SortStableFunc(m.Places, evidence.CompareSyncPlaces)
}

// withoutSyncs explores, once all was explored as it is, the programs as if the syncs of a
// place forced nothing.
func (v *verification) withoutSyncs(c Config, place string, programs map[int]bool) (evidence.SyncUnder, error) {
	c.Until, c.UntilAll, c.Known = UntilRefuted, nil, slices.Clone(c.Known)
	for _, f := range v.findings.all {
		c.Known = append(c.Known, evidence.Known{Cause: f.Cause(), Comment: "as it is"})
	}
	w := newVerification(v.ctx, subject.Factory{Name: v.engine, Kind: v.kind}, c)
	defer w.stopExploring()
	w.host, w.store, w.contract, w.language, w.cache = v.host, v.store, v.contract, v.language, v.cache
	w.amend = elision{place: true}.amend
	for _, i := range slices.Sorted(maps.Keys(programs)) {
		w.programs, w.recordings = append(w.programs, v.programs[i]), append(w.recordings, v.recordings[i])
	}
	w.planned = len(w.programs)
	if err := w.run(); err != nil {
		return evidence.SyncUnder{}, err
	}
	return syncUnder(w.conclude()), nil
}

// syncUnder returns what an outcome without a place's syncs says of it.
func syncUnder(o *evidence.Outcome) evidence.SyncUnder {
	out := evidence.SyncUnder{Profile: o.Profile, Visited: o.Tally.Visited, Lives: o.Tally.Lives}
	for _, f := range o.Findings {
		if f.Known == nil && f.Confirmed {
			out.Broken, out.Case = f.Property(), f
			return out
		}
	}
	if o.Verdict != evidence.Held {
		out.Cut = o.Cut
		if out.Cut == "" {
			out.Cut = string(o.Verdict)
		}
	}
	return out
}
