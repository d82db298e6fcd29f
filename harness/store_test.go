package harness_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// onStore are programs that begin on a store that was made.
func onStore() []scenarios.NamedProgram {
	return slices.DeleteFunc(raftlog.Language.Named(), func(p scenarios.NamedProgram) bool {
		return p.Program.FirstOpen() || p.Name == "flushed_and_read_meanwhile"
	})
}

// TestCreationBug: what an engine does wrong while it makes its store is found by the
// first open, and by no program that begins later.
func TestCreationBug(t *testing.T) {
	c := harness.Config{Profile: crash.StrictPosix(), Only: []scenarios.NamedProgram{raftlog.Language.First()}, NoShrink: true}
	if o := verify(t, formatted(), c); !o.Has(models.OpensAfterCrash) {
		t.Errorf("the first open: %s", o.Summary())
	}
	c.Only, c.Quick = onStore(), testing.Short()
	if o := verify(t, formatted(), c); o.Verdict != evidence.Held || o.Tally.Programs != len(c.Only) {
		t.Errorf("on a store: %s\n%v", o.Summary(), o.Findings)
	}
}

// forgetful is a file system that does not sync the directories that are opened
// through it.
type forgetful struct{ afero.Fs }

func (f forgetful) Open(name string) (afero.File, error) {
	d, err := f.Fs.Open(name)
	return unsyncedFile{d}, err
}

// planted returns the canary's engine.
func planted(name string) engines.Factory {
	all := canary.All()
	return all[slices.IndexFunc(all, func(c canary.Canary) bool { return c.Name == name })].Factory()
}

// TestCreationBugHidesNothing: an engine with two bugs, one in making its store, the
// other in its writes, shows each where it belongs.
func TestCreationBugHidesNothing(t *testing.T) {
	unsynced := planted("no-sync-on-persist")
	both := engines.Factory{Name: "both", Open: func(env engines.Env) (engines.StorageEngine, error) {
		if err := checkFormat(forgetful{env.FS}, env.Dir); err != nil {
			return nil, err
		}
		return unsynced.Open(env)
	}}
	first := scenarios.NamedProgram{Name: "first", Program: raftlog.MustParse("first-open\nsave-hard-state\npersist 1")}
	onStore := scenarios.NamedProgram{Name: "on-store", Program: raftlog.MustParse("persist 2 size=100\nreopen\npersist 1")}
	for _, test := range []struct {
		program scenarios.NamedProgram
		found   map[models.Property]string // and the program that it is shrunk to
	}{
		{first, map[models.Property]string{models.OpensAfterCrash: "first-open\nsave-hard-state\n", models.AckedDurable: "persist 1\n"}},
		{onStore, map[models.Property]string{models.AckedDurable: "persist 1\n"}},
	} {
		o := verify(t, both, harness.Config{Profile: crash.StrictPosix(), Only: []scenarios.NamedProgram{test.program}, SecondLives: -1})
		found := map[models.Property]string{}
		for _, f := range o.Findings {
			_, found[f.Property()], _ = strings.Cut(f.Program.String(), "\n")
		}
		if !maps.Equal(found, test.found) {
			t.Errorf("%s: got %q, want %q", test.program.Name, found, test.found)
		}
	}
}

// unclosable returns the file engine whose Close fails.
func unclosable() engines.Factory {
	file := filelog.Factory(small)
	return engines.Factory{Name: "unclosable", Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := file.Open(env)
		return badClose{e}, err
	}}
}

type badClose struct{ engines.StorageEngine }

func (e badClose) Close() error {
	return errors.Join(e.StorageEngine.Close(), errors.New("cannot close"))
}

// refusing returns the file engine, which does not open where refuses says so: used
// reports whether it opened there before.
func refusing(refuses func(env engines.Env, used bool) bool) engines.Factory {
	file := filelog.Factory(small)
	return engines.Factory{Name: "refusing", Open: func(env engines.Env) (engines.StorageEngine, error) {
		used, err := afero.Exists(env.FS, filepath.Join(env.Dir, "used"))
		if err != nil || refuses(env, used) {
			return nil, errors.Join(err, errors.New("a store that is not mine"))
		}
		if err := afero.WriteFile(env.FS, filepath.Join(env.Dir, "used"), nil, 0o644); err != nil {
			return nil, err
		}
		return file.Open(env)
	}}
}

// TestNoStore: an engine that does not close its new store, or does not open it
// again, is refuted though nothing is lost, whatever the programs.
func TestNoStore(t *testing.T) {
	reopened := refusing(func(_ engines.Env, used bool) bool { return used })
	made := map[afero.Fs]bool{}
	elsewhere := refusing(func(env engines.Env, used bool) bool {
		if !used {
			made[env.FS] = true
		}
		return used && !made[env.FS]
	})
	for _, test := range []struct {
		name, program string
		factory       engines.Factory
	}{
		{"close fails", "first-open\nreopen\n", unclosable()},
		{"second open fails", "first-open\n", reopened},
		{"open fails on another disk", "", elsewhere},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := verify(t, test.factory, harness.Config{Only: onStore(), Workers: 1})
			i := slices.IndexFunc(o.Findings, func(f *evidence.Case) bool {
				return f.Property() == models.OpensAfterCrash && len(f.Lost()) == 0
			})
			if o.Verdict != evidence.Refuted || i < 0 {
				t.Fatalf("%s: want it not to open though nothing is lost", o.Summary())
			}
			f := o.Findings[i]
			_, program, _ := strings.Cut(f.Program.String(), "\n")
			if !f.Confirmed || program != test.program {
				t.Errorf("got %s of %s, confirmed %v, want it with nothing lost and\n%s", f.Program, f.Sentence(), f.Confirmed, test.program)
			}
			if text := reports.FindingText(f); strings.Contains(text, "(no steps: ") != (test.program == "") {
				t.Errorf("got\n%s", text)
			}
			replayBundle(t, f, test.factory)
		})
	}
}

// TestFirstOpenFails: an engine that does not open at all was not set up right, which
// says nothing of its promises.
func TestFirstOpenFails(t *testing.T) {
	never := refusing(func(engines.Env, bool) bool { return true })
	for _, only := range [][]scenarios.NamedProgram{onStore(), {raftlog.Language.First()}} {
		_, err := harness.Verify(t.Context(), never, harness.Config{Only: only})
		if err == nil || !strings.Contains(err.Error(), "does not open on an empty disk: ") {
			t.Errorf("got error %v", err)
		}
	}
}

// unsupported returns the file engine whose appends fail as calls do that the file
// system does not have.
func unsupported() engines.Factory {
	file := filelog.Factory(small)
	return engines.Factory{Name: "unsupported", Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := file.Open(env)
		return unsupportedEngine{e}, err
	}}
}

type unsupportedEngine struct{ engines.StorageEngine }

func (e unsupportedEngine) LogStore() engines.LogStore {
	return unsupportedLog{&logOf{e.StorageEngine.LogStore()}}
}

type unsupportedLog struct{ *logOf }

func (unsupportedLog) PersistEntries(context.Context, []engines.Entry) error {
	return fmt.Errorf("set an attribute: %w", syscall.EOPNOTSUPP)
}

// TestBlankRecoveryFails: an engine that cannot do on an empty disk what each recovery
// does is refuted by nothing, and the error names call and errno.
func TestBlankRecoveryFails(t *testing.T) {
	_, err := harness.Verify(t.Context(), unsupported(), harness.Config{Only: onStore()})
	if err == nil || !strings.Contains(err.Error(), "to write something more and read it back fails: set an attribute: operation not supported") {
		t.Errorf("got error %v", err)
	}
}

// TestBundleWithoutStep: a bundle from before there was the step first-open began on an
// empty directory without saying so, and replays there.
func TestBundleWithoutStep(t *testing.T) {
	stale := planted("stale-range")
	program := raftlog.MustParse("first-open\npersist 1\nread-range 1 9\npersist 1\nread-range 1 9")
	o := verify(t, stale, harness.Config{Only: []scenarios.NamedProgram{{Name: "stale", Program: program}}, Depth: -1, NoShrink: true})
	i := slices.IndexFunc(o.Findings, func(c *evidence.Case) bool { return c.Property() == models.ReadsLinearizable })
	if i < 0 {
		t.Fatal(o.Summary())
	}
	stored := o.Findings[i].Record()
	stored.Live = true
	stored.Program = program.Without(0).String()
	stored.Lives[0].Steps = stored.Program
	old, err := stored.Case()
	if err != nil {
		t.Fatal(err)
	}
	replayBundle(t, old, stale)
	refuses := refusing(func(_ engines.Env, used bool) bool { return used })
	if now, err := harness.Replay(refuses, old); err != nil || now.Verdict.Outcome != models.Pass {
		t.Errorf("on an engine that opens empty directories only: got %v, %v, want it to run", now, err)
	}
}
