package harness_test

import (
	"errors"
	"os"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// lookedAt returns the slotted engine, which can be opened read-only too: it shows then
// what an open shows, and tidies nothing.
func lookedAt(name string, tidy func(*slotted) error) engines.Factory {
	f := slottedOn(name, tidy)
	f.OpenReadOnly = func(env engines.Env) (engines.StorageEngine, error) {
		if there, err := afero.Exists(env.FS, env.Dir+"/log"); err != nil || !there {
			return nil, errors.Join(err, errors.New("there is no log"))
		}
		return openSlotted(env)
	}
	return f
}

func clearsAll(e *slotted) error { return e.clear(len(e.entries), 32) }

// truncatesNew empties a file that was made in vain, which may be the log by its other name.
func truncatesNew(e *slotted) error {
	f, err := e.fs.OpenFile(e.name+".new", os.O_WRONLY|os.O_TRUNC, 0)
	if errors.Is(err, os.ErrNotExist) {
		return clearsAll(e)
	}
	return errors.Join(err, f.Close(), clearsAll(e))
}

func one(program string) []scenarios.NamedProgram {
	return []scenarios.NamedProgram{{Name: "one", Program: raftlog.MustParse(program)}}
}

// TestLitterIsRecoveredInFull: an engine that destroys its log by the name of a file that
// it made in vain shows the log when it is opened read-only. A rename that was split leaves
// both names.
func TestLitterIsRecoveredInFull(t *testing.T) {
	c := harness.Config{Profile: crash.StrictPosix(), Only: one("persist 2\npersist 1 back=1"), Depth: -1, NoShrink: true}
	for c.Seed = 1; c.Seed < 4; c.Seed++ {
		if o := verify(t, lookedAt("truncates-new", truncatesNew), c); o.Verdict != evidence.Refuted {
			t.Errorf("seed %d: %s", c.Seed, o.Summary())
		}
	}
	if o := verify(t, lookedAt("sound", clearsAll), c); o.Verdict != evidence.Held {
		t.Errorf("%s\n%v", o.Summary(), o.Findings)
	}
}

// scribbles writes five sectors far behind the end that mean nothing, and leaves them
// unsynced.
func scribbles(f engines.Factory) engines.Factory {
	open := f.Open
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		s, err := open(env)
		if err != nil {
			return nil, err
		}
		e := s.(*slotted)
		for i := range int64(5) {
			if _, failed := e.file.WriteAt([]byte("scribble"), 40*slotBytes+i*512); failed != nil {
				err = failed
			}
		}
		return s, err
	}
	return f
}

// TestOpeningsAreRecoveredInFull: from the images of an open the engine recovers in full,
// though a later crash, which is visited before, leaves the same.
func TestOpeningsAreRecoveredInFull(t *testing.T) {
	c := harness.Config{Only: one("first-open\nread-last-index"), Depth: -1}
	if o := verify(t, scribbles(lookedAt("sound", clearsAll)), c); o.Tally.ReadOnly != 0 || o.Tally.Distinct < 32 {
		t.Errorf("%s: want no image that is only opened read-only", o.Summary())
	}
}

// TestTriageSamples: an engine that cannot recover where it finds a whole entry behind the
// end of its log shows nothing of that when it is opened read-only, in images with no name
// too many. Some of them are recovered from in full all the same; which, the seed says.
func TestTriageSamples(t *testing.T) {
	fails := func(e *slotted) error {
		if _, whole := e.read(len(e.entries) + 1); whole {
			return errors.New("an entry behind the end")
		}
		return clearsAll(e)
	}
	c := harness.Config{Only: one("persist 8\npersist 8"), Depth: -1, NoShrink: true, Workers: 1}
	counts := map[int]bool{}
	for c.Seed = 1; c.Seed < 6; c.Seed++ {
		if o := verify(t, lookedAt("fails-unseen", fails), c); !o.Has(models.OpensAfterCrash) {
			t.Errorf("seed %d: %s", c.Seed, o.Summary())
		}
		o := verify(t, lookedAt("sound", clearsAll), c)
		if o.Verdict != evidence.Held || o.Tally.ReadOnly*10 < o.Tally.Distinct*5 || o.Tally.ReadOnly == o.Tally.Distinct {
			t.Errorf("%s: want most images, not all, opened read-only\n%v", o.Summary(), o.Findings)
		}
		counts[o.Tally.Distinct-o.Tally.ReadOnly] = true
	}
	if len(counts) < 2 {
		t.Errorf("with five seeds as many images were recovered from in full: want other ones for each seed")
	}
}

// TestTriageTakesNoFailure: an image that shows what one showed from which the engine
// failed to recover says nothing by that.
func TestTriageTakesNoFailure(t *testing.T) {
	view := &logmodel.View{}
	sound, failed := models.Recovered{View: view}, models.Recovered{View: view, Failure: &models.Failure{Phase: models.PhaseProbe, Manner: engines.MannerError}}
	if !harness.IsTakenFor(&sound) {
		t.Error("a recovery is not taken for that of another image which shows the same")
	}
	if harness.IsTakenFor(&failed) {
		t.Error("a failed recovery is taken for that of another image which shows the same")
	}
}
