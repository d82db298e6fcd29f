package harness_test

import (
	"errors"
	"os"
	"path"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/pebblelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// formatted returns the file engine with a file in a directory of its own that
// tells its format. The first opening makes both and syncs them; a later one finds
// them and does not.
func formatted() engines.Factory { return withFormat(filelog.Factory(small)) }

func withFormat(f engines.Factory) engines.Factory {
	return engines.Factory{Name: "formatted", Open: func(env engines.Env) (engines.StorageEngine, error) {
		if err := checkFormat(env.FS, env.Dir); err != nil {
			return nil, err
		}
		return f.Open(env)
	}}
}

func checkFormat(fs afero.Fs, dir string) error {
	meta := path.Join(dir, "meta")
	format := path.Join(meta, "format")
	if _, err := fs.Stat(format); err == nil {
		return nil
	}
	if used, err := afero.Exists(fs, path.Join(dir, "hardstate")); err != nil || used {
		return errors.Join(err, errors.New("a store of no format"))
	}
	f, err := create(fs, meta, format)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close(), syncDir(fs, meta), syncDir(fs, dir))
	}
	return err
}

func create(fs afero.Fs, dir, name string) (afero.File, error) {
	if err := fs.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return fs.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o644)
}

func syncDir(fs afero.Fs, dir string) error {
	d, err := fs.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// TestKillInOpening: an engine that was killed between making a file and syncing
// its directory finds the file when it opens again, and takes its name for
// durable. A power failure takes the name, and the engine never opens again.
func TestKillInOpening(t *testing.T) {
	c := harness.Config{Profile: crash.StrictPosix(), Only: []scenarios.NamedProgram{raftlog.Language.First()}, NoShrink: true}
	o := verify(t, formatted(), c)
	for _, finding := range o.Findings {
		life := finding.Life
		if finding.Property() == models.OpensAfterCrash && life.ResumedAt > 0 && life.ResumedAt <= life.OpenedAt {
			return
		}
	}
	t.Errorf("%s\n%v\nwant that it does not open, after a kill in its first opening", o.Summary(), o.Findings)
}

// TestKillsInOpenings: an opening that makes a store is killed at many points, and one of a
// store that is there at one, another in each program.
func TestKillsInOpenings(t *testing.T) {
	first, life := pebbleLife(t, "first-open\npersist 1\npersist 1\npersist 1")
	for _, c := range []struct{ lives, opening, others int }{{6, 16, 3}, {2, 8, 1}, {1, 4, 0}, {0, 0, 0}} {
		opening, others := inOpening(life, harness.KillTimes(life, first, 0, c.lives))
		if len(opening) != c.opening || others != c.others {
			t.Errorf("%d next lives: got %d kills in the opening and %d others, want %d and %d", c.lives, len(opening), others, c.opening, c.others)
		}
	}
	later, life := pebbleLife(t, "persist 1\npersist 1\npersist 1")
	const programs, pointsMin = 40, 5
	at := map[int]bool{}
	for index := range programs {
		opening, others := inOpening(life, harness.KillTimes(life, later, index, 6))
		if len(opening) != 1 || others != 2 {
			t.Fatalf("program %d: got kills at %v in the opening and %d others, want 1 and 2", index, opening, others)
		}
		at[opening[0]] = true
	}
	all, _ := inOpening(life, life.Crashes().Points())
	for _, time := range all {
		if pends := len(life.Crashes().Lost(crash.State{Point: time, Lost: true})) > 0; pends != at[time] {
			t.Errorf("a kill at event %d of the opening, where something is pending (%v): %v", time, pends, at[time])
		}
	}
	if len(at) < pointsMin {
		t.Errorf("got %d points of the opening, want %d or more", len(at), pointsMin)
	}
}

// pebbleLife runs a program on Pebble and returns the life that it makes.
func pebbleLife(t *testing.T, program string) (scenarios.Program, *evidence.Life) {
	t.Helper()
	p := raftlog.MustParse(program)
	r, err := harness.Record(pebblelog.Factory(onPebblefs, pebblelog.Small), harness.Config{Profile: crash.StrictPosix()}, p)
	if err != nil {
		t.Fatal(err)
	}
	return p, r.Lives[0]
}

// inOpening returns which times are in a life's opening, and how many are not.
func inOpening(l *evidence.Life, times []int) (opening []int, others int) {
	for _, time := range times {
		if time <= l.OpenedAt {
			opening = append(opening, time)
		} else {
			others++
		}
	}
	return opening, others
}
