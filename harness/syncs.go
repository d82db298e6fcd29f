package harness

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

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
	f, err := c.opened(f)
	if err != nil {
		return nil, err
	}
	m := &syncMapper{SyncMap: &evidence.SyncMap{Engine: f.Name}, byName: map[string]*evidence.SyncPlace{}, caches: map[string]*cache{}, frames: map[line]bool{}}
	c.Faults = FaultsNone
	if err := m.under(ctx, f, c, profiles); err != nil {
		return nil, err
	}
	m.order()
	m.NeverReached, m.NotRead = neverReached(m.Places, m.frames)
	return m.SyncMap, nil
}

// syncMapper makes a map, profile by profile.
type syncMapper struct {
	*evidence.SyncMap
	byName map[string]*evidence.SyncPlace
	// caches are those of runs on the same disks, by the disks' names: what an engine recovers
	// from an image depends on no profile.
	caches map[string]*cache
	// frames are the lines of the engine that are on the stack of a sync, under any profile.
	frames map[line]bool
}

// openingKills returns how many kills there are in each opening where syncs are judged: what one
// process made and did not sync, the next must, and which point it takes differs from sync
// to sync. A map of one next life of each life has fewer.
func (c Config) openingKills() int {
	if c.SecondLives == 1 {
		return openingKillsPart
	}
	return openingKillsMax
}

// asItIs prepares the exploring of the engine as it is: once, as what is met is counted.
func (m *syncMapper) asItIs(v *verification, places *syncPlaces) {
	v.amend, v.openingKills = places.amend, v.config.openingKills()
	disks := strings.Join(evidence.Disks(v.config.Profile), "\n")
	if m.caches[disks] == nil {
		m.caches[disks] = v.cache
	}
	v.cache = m.caches[disks]
}

// under judges the places under each of the profiles. The engine stays until all have been,
// as what is needless under all of them is then left out together.
func (m *syncMapper) under(ctx context.Context, f subject.Factory, config Config, profiles []crash.Profile) error {
	if len(profiles) == 0 {
		m.complete()
		return nil
	}
	config.Profile = profiles[0]
	c := config.resolved()
	m.Profiles = append(m.Profiles, c.Profile.Name)
	asItIs := c
	asItIs.NoShrink, asItIs.Found = true, nil
	o, err := verifyBy(ctx, f, asItIs, asItIs.options(""), func(v *verification) (*evidence.Outcome, error) {
		places := &syncPlaces{byName: map[string]*metSyncs{}, frames: m.frames}
		m.asItIs(v, places)
		if err := v.runPlanned(); err != nil {
			return nil, err
		}
		m.Commits += places.commits
		if err := m.judge(v, c, places); err != nil {
			return nil, err
		}
		if err := m.under(ctx, f, config, profiles[1:]); err != nil {
			return nil, err
		}
		if err := m.leaveOutTogether(v, c, places); err != nil {
			return nil, err
		}
		return v.conclude(), nil
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

// judge judges each place under the newest profile, some at a time: most fall within the first
// programs, and would leave processors idle.
func (m *syncMapper) judge(v *verification, c Config, places *syncPlaces) error {
	names := slices.Sorted(maps.Keys(places.byName))
	verdicts := make([]evidence.SyncUnder, len(names))
	err := each(len(names), c.Workers, func(i int) (err error) {
		verdicts[i], err = v.withoutSyncs(c, places, m.broke(names[i]), names[i])
		return err
	})
	if err != nil {
		return err
	}
	for i, name := range names {
		m.add(name, places.byName[name], verdicts[i])
	}
	return nil
}

// broke returns the names of the programs that needed a place under the profiles before.
func (m *syncMapper) broke(name string) map[string]bool {
	out := map[string]bool{}
	if place := m.byName[name]; place != nil {
		for _, u := range place.Under {
			if u.Case != nil {
				out[u.Case.Found] = true
			}
		}
	}
	return out
}

// add adds a verdict under the newest profile.
func (m *syncMapper) add(name string, met *metSyncs, under evidence.SyncUnder) {
	place := m.byName[name]
	if place == nil {
		place = met.SyncPlace
		m.byName[name] = place
		m.Places = append(m.Places, place)
	} else {
		place.Syncs, place.Opening = place.Syncs+met.Syncs, place.Opening+met.Opening
		place.DataSyncs, place.DataOnly = place.DataSyncs+met.DataSyncs, place.DataOnly+met.DataOnly
	}
	place.Under = append(place.Under, under)
}

// complete adds to each place the profiles under which no run came to it, as happens to syncs of
// overlapping calls: there nothing is known of it.
func (m *syncMapper) complete() {
	for _, p := range m.Places {
		for i, profile := range m.Profiles {
			if i == len(p.Under) || p.Under[i].Profile != profile {
				p.Under = slices.Insert(p.Under, i, evidence.SyncUnder{Profile: profile, Unreached: true})
			}
		}
	}
}

// leaveOutTogether judges all needless places together under a profile, and where that breaks a
// promise each two of them.
func (m *syncMapper) leaveOutTogether(v *verification, c Config, places *syncPlaces) error {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(places.byName)) {
		if m.byName[name].Need() == evidence.SyncNeedless {
			names = append(names, name)
		}
	}
	if len(names) < 2 {
		return nil
	}
	all, err := v.withoutSyncs(c, places, nil, names...)
	if err != nil {
		return err
	}
	m.Together = slices.Insert(m.Together, 0, all) // the last profile comes first here
	if all.Broken == "" {
		return nil
	}
	for i, a := range names {
		for _, b := range names[:i] {
			both, err := v.withoutSyncs(c, places, nil, a, b)
			if err != nil {
				return err
			}
			if both.Broken != "" {
				m.addPair(m.byName[b], m.byName[a], both)
			}
		}
	}
	return nil
}

func (m *syncMapper) addPair(a, b *evidence.SyncPlace, under evidence.SyncUnder) {
	i := slices.IndexFunc(m.Pairs, func(p evidence.SyncPair) bool { return p.A == a && p.B == b })
	if i < 0 {
		i = len(m.Pairs)
		m.Pairs = append(m.Pairs, evidence.SyncPair{A: a, B: b})
	}
	m.Pairs[i].Under = slices.Insert(m.Pairs[i].Under, 0, under)
}

// order orders the places by file and line.
func (m *syncMapper) order() {
	slices.SortStableFunc(m.Places, evidence.CompareSyncPlaces)
}

// withoutSyncs explores, once all was explored as it is, the programs that sync at some
// places as if the syncs there forced nothing, those named early before others.
func (v *verification) withoutSyncs(c Config, met *syncPlaces, early map[string]bool, places ...string) (evidence.SyncUnder, error) {
	left, programs := elision{}, map[int]bool{}
	for _, name := range places {
		left[name] = true
		maps.Copy(programs, met.byName[name].programs)
	}
	c.Until, c.UntilAll, c.Known = UntilRefuted, nil, slices.Clone(c.Known)
	for _, f := range v.findings.all {
		c.Known = append(c.Known, evidence.Known{Cause: f.Cause(), Comment: "as it is"})
	}
	w := newVerification(v.ctx, subject.Factory{Name: v.engine, Kind: v.kind}, c)
	defer w.stopExploring()
	w.host, w.store, w.contract, w.language, w.cache = v.host, v.store, v.contract, v.language, v.cache
	w.amend, w.openingKills = left.amend, c.openingKills()
	for _, i := range v.inOrder(programs, early) {
		w.programs, w.recordings = append(w.programs, v.programs[i]), append(w.recordings, v.recordings[i])
	}
	w.planned = len(w.programs)
	if err := w.runPlanned(); err != nil {
		return evidence.SyncUnder{}, fmt.Errorf("without the syncs of %s: %w", strings.Join(places, ", "), err)
	}
	return syncUnder(w.conclude()), nil
}

// inOrder returns the numbers of programs, those named early first, and then the smallest: what
// breaks in them is easiest to understand.
func (v *verification) inOrder(programs map[int]bool, early map[string]bool) []int {
	out := slices.Sorted(maps.Keys(programs))
	slices.SortStableFunc(out, func(a, b int) int {
		a1, b1 := v.programs[a], v.programs[b]
		switch {
		case early[a1.Name] == early[b1.Name]:
			return cmp.Compare(len(a1.Program), len(b1.Program))
		case early[a1.Name]:
			return -1
		}
		return 1
	})
	return out
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
