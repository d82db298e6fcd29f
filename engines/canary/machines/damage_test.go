package machines_test

import (
	"errors"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary/machines"
	"github.com/ackproof/ackproof/faultfs/crash"
)

// isOfDamage reports whether a canary does the wrong thing with what a disk damaged.
func isOfDamage(c machines.Canary) bool {
	return c.Property == "no-silent-corruption" || c.Property == "no-silent-truncation"
}

// What does the wrong thing with damage at rest does nothing wrong after any crash.
func TestDamagePlantsHoldAtCrashes(t *testing.T) {
	tried := 0
	for _, c := range machines.All() {
		if !isOfDamage(c) {
			continue
		}
		tried++
		found, states := newLife(t, c.Factory(), crash.StrictPosix(), allSteps).explore(t, crash.StrictPosix(), smallPlan, "")
		if len(found) > 0 || states < 100 {
			t.Errorf("%s: got %v in %d states, want nothing broken in 100 at least", c.Name, found, states)
		}
	}
	if tried < 3 {
		t.Errorf("got %d canaries of damage, want 3 at least", tried)
	}
}

// Whichever byte is damaged, the machine that the plants are in says so, or loses its last
// write: no more, as a crash may.
func TestTwinReportsDamage(t *testing.T) {
	for _, f := range twins() {
		fs := newFS(t)
		m, err := f.Open(engines.Env{FS: fs, Dir: dir})
		must(t, err)
		if !engines.MachineClaimsOf(m).CorruptionDetected {
			continue
		}
		must(t, m.Start(background))
		apply(t, m, chunk(1, put("a", "1")))
		apply(t, m, chunk(2, put("b", "2")))
		before := see(t, m)
		apply(t, m, chunk(3, put("c", "3")))
		whole := see(t, m)
		must(t, m.Close())
		infos, err := afero.ReadDir(fs, dir)
		must(t, err)
		path := dir + "/" + infos[0].Name()
		data, err := afero.ReadFile(fs, path)
		must(t, err)
		detected := 0
		for at := range data {
			damaged := append([]byte(nil), data...)
			damaged[at] ^= 1
			got, err := reopened(t, f, path, damaged)
			if errors.Is(err, engines.ErrCorrupt) {
				detected++
			} else if got != before && got != whole || err != nil {
				t.Errorf("%s, byte %d is damaged: got %+v, %v, want %v, or %+v or what there was", f.Name, at, got, err, engines.ErrCorrupt, before)
			}
		}
		if detected < len(data)/2 {
			t.Errorf("%s: got %d of %d damages reported", f.Name, detected, len(data))
		}
	}
}

// reopened returns what a machine shows whose one file has that content.
func reopened(t *testing.T, f engines.MachineFactory, path string, data []byte) (v view, err error) {
	t.Helper()
	fs := newFS(t)
	must(t, afero.WriteFile(fs, path, data, 0o644))
	m, err := f.Open(engines.Env{FS: fs, Dir: dir})
	if err != nil {
		return v, err
	}
	must(t, m.Start(background))
	return see(t, m), m.Close()
}
