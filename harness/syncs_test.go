package harness_test

import (
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// leavesOutFile is a file that leaves out the syncs of one place.
type leavesOutFile struct {
	afero.File
	place string
}

func (f leavesOutFile) Sync() error {
	if calledAt() == f.place {
		return nil
	}
	return f.File.Sync()
}

// calledAt returns the place that calls a method.
func calledAt() string {
	const this, method = 2, 1
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(this+method, callers)])
	var stack []journal.Frame
	for {
		f, more := frames.Next()
		stack = append(stack, journal.Frame{Function: f.Function, File: f.File, Line: f.Line})
		if !more {
			return evidence.SyncPlaceAt(stack).Name()
		}
	}
}

// mutant returns the engine without the syncs of a place.
func mutant(f engines.Factory, place string) engines.Factory {
	return engines.Factory{Name: f.Name + "-mutant", Open: func(env engines.Env) (engines.StorageEngine, error) {
		env.FS = wrapping{env.FS, func(_ string, f afero.File) afero.File { return leavesOutFile{f, place} }}
		return f.Open(env)
	}}
}

// TestSyncsOfMutants: what the map says of each place is what a run says of an engine that really
// leaves those syncs out.
func TestSyncsOfMutants(t *testing.T) {
	c := harness.Config{Quick: true, Programs: -1, SecondLives: 2, NoShrink: true, Generate: scenarios.Config{Sequential: true}}
	profiles := []crash.Profile{crash.StrictPosix(), crash.Ext4Ordered()}
	all := []engines.Factory{filelog.BufferedFactory(small), filelog.Factory(small)}
	tried, want := 0, 40
	if testing.Short() {
		profiles, all, want = profiles[:1], all[:1], 10
		c.Only = raftlog.Language.Named()[:8]
	}
	for _, f := range all {
		m, err := harness.Syncs(t.Context(), f, c, profiles...)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range m.Places {
			for i, u := range p.Under {
				c.Profile, c.Until = profiles[i], harness.UntilRefuted
				o, err := harness.VerifyWithOpeningKills(t.Context(), mutant(f, p.Name()), c)
				if err != nil {
					t.Fatal(err)
				}
				tried++
				if refuted := o.Verdict == evidence.Refuted; refuted != (u.Broken != "") || u.Cut != "" {
					t.Errorf("%s, %s under %s: the map says %q (%s), the mutant's run: %s", f.Name, p.Name(), u.Profile, u.Broken, u.Cut, o.Summary())
				}
			}
		}
		for _, p := range m.Places {
			t.Logf("%s: %s: %s", f.Name, p.Name(), p.Need())
		}
	}
	t.Logf("%d mutants", tried)
	if tried < want {
		t.Errorf("got %d mutants, want %d or more", tried, want)
	}
}

// twiceFile is a file that syncs twice.
type twiceFile struct{ afero.File }

func (f twiceFile) Sync() error {
	if err := f.File.Sync(); err != nil {
		return err
	}
	return f.File.Sync()
}

// TestSyncsOfPairs: of two syncs of the same file each is needless, and one of them is needed.
func TestSyncsOfPairs(t *testing.T) {
	f := syncsTwice(filelog.Factory(small))
	c := harness.Config{Quick: true, NoShrink: true, Only: []scenarios.NamedProgram{{Name: "write", Program: raftlog.MustParse("persist 1")}}}
	m, err := harness.Syncs(t.Context(), f, c, crash.StrictPosix(), crash.Ext4Ordered())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Places {
		if p.Need() != evidence.SyncNeedless {
			t.Errorf("got %s %s, want each needless by itself", p.Name(), p.Need())
		}
	}
	if len(m.Together) != 2 || m.Together[0].Profile != "strict-posix" || m.Together[0].Broken == "" || m.Together[1].Broken == "" {
		t.Errorf("got %+v, want a promise to fall without both under each profile", m.Together)
	}
	found := 0
	for _, p := range m.Pairs {
		if p.A.Frames[0].Line == p.B.Frames[0].Line || p.A.Frames[1] != p.B.Frames[1] {
			t.Errorf("got the pair %s and %s, want two lines of one sync", p.A.Name(), p.B.Name())
		}
		found += len(p.Under)
	}
	if found < 2 {
		t.Errorf("got %+v, want a pair under each profile", m.Pairs)
	}
}

// TestSyncsOfOneProfileOnly: of a place that no run came to under some profile, nothing is known.
func TestSyncsOfOneProfileOnly(t *testing.T) {
	held := func(profile string) evidence.SyncUnder {
		return evidence.SyncUnder{Profile: profile, Visited: 9, Lives: 1}
	}
	m := &evidence.SyncMap{Profiles: []string{"strict-posix", "ext4-ordered", "xfs"}}
	for _, under := range [][]evidence.SyncUnder{
		{held("strict-posix"), held("ext4-ordered"), held("xfs")}, {held("ext4-ordered")}, {held("strict-posix"), held("xfs")},
	} {
		m.Places = append(m.Places, &evidence.SyncPlace{Under: under})
	}
	harness.CompleteSyncMap(m)
	for i, want := range []evidence.SyncNeed{evidence.SyncNeedless, evidence.SyncUnknown, evidence.SyncUnknown} {
		p := m.Places[i]
		if p.Need() != want {
			t.Errorf("place %d: got %s, want %s: %v", i, p.Need(), want, p.Under)
		}
		for j, profile := range m.Profiles {
			if p.Under[j].Profile != profile {
				t.Errorf("place %d: got %v, want the profiles in the map's order", i, p.Under)
			}
		}
	}
}

// TestSyncsAreCountedOnce: each sync of a program is counted once under each profile, and so is
// each commit, which the time of a place's syncs is told by.
func TestSyncsAreCountedOnce(t *testing.T) {
	c := harness.Config{
		Depth: -1, NoShrink: true, Generate: scenarios.Config{Sequential: true},
		Only: []scenarios.NamedProgram{{Name: "three", Program: raftlog.MustParse("persist 1\npersist 1\npersist 1")}},
	}
	m, err := harness.Syncs(t.Context(), filelog.Factory(small), c, crash.StrictPosix(), crash.Ext4Ordered())
	if err != nil {
		t.Fatal(err)
	}
	const want = 2 * 3
	if m.Commits != want {
		t.Errorf("got %d commits, want %d", m.Commits, want)
	}
	i := slices.IndexFunc(m.Places, func(p *evidence.SyncPlace) bool {
		return strings.Contains(p.Name(), "(*logStore).commit") && p.Opening == 0
	})
	if i < 0 || m.Places[i].Syncs != want {
		t.Errorf("got the places %v, want one with a sync for each commit", m.Places)
	}
}

// TestSyncsNeverReached: a program that writes one entry comes to no sync of the hard state that
// is not part of an opening.
func TestSyncsNeverReached(t *testing.T) {
	c := harness.Config{Depth: -1, NoShrink: true, Only: []scenarios.NamedProgram{{Name: "one", Program: raftlog.MustParse("persist 1")}}}
	m, err := harness.Syncs(t.Context(), filelog.Factory(small), c, crash.Ext4Ordered())
	if err != nil || m.NotRead != "" {
		t.Fatal(err, m.NotRead)
	}
	names := ""
	for _, f := range m.NeverReached {
		names += evidence.FrameText(f) + "\n"
	}
	if !strings.Contains(names, "filelog.(*hardStore).SaveHardState hardstate.go:") || strings.Contains(names, "logStore).sync") {
		t.Errorf("got these as never reached:\n%swant SaveHardState, and not the sync of the log", names)
	}
}
