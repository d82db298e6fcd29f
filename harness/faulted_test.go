package harness

import (
	"errors"
	"os"
	"path"
	"slices"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// recordWith records a program on an engine after some faults were armed, where it has
// begun on an empty directory.
func recordWith(t *testing.T, f engines.Factory, p crash.Profile, program string, faults ...string) (*Recording, host.Host) {
	t.Helper()
	h, err := host.New(logstore.Of(f), Config{Profile: p}.resolved().options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	steps := raftlog.MustParse("first-open\n" + program)
	r := newRecording(h, true, firstOpen(h.Kind(), p, steps))
	defer r.close()
	err = r.begin()
	for _, text := range faults {
		armed, bad := fault.Parse(text)
		if err = errors.Join(err, bad); err == nil {
			err = r.machine.Arm(armed)
		}
	}
	for i := 0; err == nil && i < len(steps); i++ {
		err = r.step(steps[i])
	}
	if err != nil && !errors.Is(err, errStop) {
		t.Fatal(err)
	}
	r.endLife()
	return &r.out, h
}

// firedIn returns how many faults fired in a life.
func firedIn(l *evidence.Life) (fired int) {
	for _, e := range l.Journal.Events {
		if e.IsFault() {
			fired++
		}
	}
	return fired
}

// TestOpeningFails: an engine may fail to open where a fault fires meanwhile, and must open
// where none does; faults are kept over closing, kills and power failures until then.
func TestOpeningFails(t *testing.T) {
	for _, between := range []string{"reopen", "kill", "crash lose=nothing"} {
		for _, faults := range []string{"open 1 path=*.mark", "open 2 path=*.mark times=2", "open 1 path=*.mark times=all"} {
			out, _ := recordWith(t, marked(false), crash.StrictPosix(), "persist 2\n"+between+"\npersist 1\n"+between+"\nread-range 1 3", faults)
			if out.Failed != nil {
				t.Fatalf("%s, %s: %v", between, faults, out.Failed.Verdict.Violations)
			}
			fired := 0
			for _, l := range out.Lives {
				fired += firedIn(l)
			}
			want := map[string]int{"open 1 path=*.mark": 1, "open 2 path=*.mark times=2": 2, "open 1 path=*.mark times=all": openingsMax}[faults]
			if fired != want {
				t.Errorf("%s, %s: fired %d times, want %d", between, faults, fired, want)
			}
		}
	}
}

// TestOpensNeverAgain: an engine that a fault in an opening keeps from ever opening again is
// refuted, and that comes again when it is replayed.
func TestOpensNeverAgain(t *testing.T) {
	for _, between := range []string{"reopen", "kill", "crash lose=nothing"} {
		out, h := recordWith(t, marked(true), crash.StrictPosix(), "persist 2\n"+between+"\npersist 1", "open 1 path=*.mark")
		if out.Failed == nil || !out.Failed.Live || out.Failed.Property() != models.OpensAfterCrash {
			t.Fatalf("%s: got %+v, want that it does not open", between, out.Failed)
		}
		if firedIn(out.Failed.Life) != 1 {
			t.Errorf("%s: the fault did not fire", between)
		}
		if between != "crash lose=nothing" {
			continue // the fault was armed by hand, and the life does not arm it again
		}
		again, err := replayLive(h, out.Failed.Life)
		if err != nil || !evidence.IsFirst(again.Verdict, models.OpensAfterCrash) {
			t.Errorf("%s: replayed: got %+v, %v", between, again, err)
		}
	}
}

// marked returns the file engine, which opens a file of its own first. One that gives up
// leaves a file where that failed, and never opens again.
func marked(givesUp bool) engines.Factory {
	whole := filelog.Factory(filelog.Options{})
	return engines.Factory{Name: "marked", Open: func(env engines.Env) (engines.StorageEngine, error) {
		name, gone := path.Join(env.Dir, "a.mark"), path.Join(env.Dir, "gone")
		if there, _ := afero.Exists(env.FS, gone); there {
			return nil, errors.New("gave up")
		}
		f, err := env.FS.OpenFile(name, os.O_RDWR, 0)
		if os.IsNotExist(err) {
			f, err = env.FS.Create(name)
		}
		if err != nil {
			if givesUp {
				err = errors.Join(err, afero.WriteFile(env.FS, gone, nil, 0o644))
			}
			return nil, err
		}
		if err := errors.Join(f.Sync(), f.Close(), syncDirectory(env)); err != nil {
			return nil, err
		}
		return whole.Open(env)
	}}
}

func syncDirectory(env engines.Env) error {
	d, err := env.FS.Open(env.Dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// TestFailedSyncLeaves: what is read after a failed fsync changes where the profile says so.
func TestFailedSyncLeaves(t *testing.T) {
	for _, p := range append(crash.Btrfs().Aftermaths(), crash.Ext4Ordered().Aftermaths()...) {
		out, _ := recordWith(t, filelog.Factory(filelog.Options{}), p, "persist 2 size=100", "fsync 1")
		events := out.Lives[0].Journal.Events
		failed := slices.IndexFunc(events, func(e journal.Event) bool { return e.Kind == journal.EventSyncFail })
		if failed < 0 || events[failed+1].IsMark() == p.SyncFailure.ChangesReads() {
			t.Errorf("%s: want that what is read changes: %v\n%v", p.Name, p.SyncFailure.ChangesReads(), events)
		}
	}
}
