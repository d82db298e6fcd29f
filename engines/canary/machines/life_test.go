package machines_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/memmachine"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
)

// step is one call in the life of a machine.
type step struct {
	do func(engines.StateMachine) error
	// keeps is the promise that what was done by now survives; "" is none.
	keeps string
	// whole is the promise that a crash leaves all of the call or nothing.
	whole string
	// generates says that it writes a snapshot to ownPath.
	generates bool
	// closes says that it is the last one of a process.
	closes bool
}

const (
	ownPath   = "/snapshots/own"
	otherPath = "/snapshots/other"
)

// steps returns what a machine with these claims is to do. The other snapshot is there.
func steps(claims engines.MachineClaims, other engines.SnapshotMetadata) []step {
	var own engines.SnapshotMetadata
	applies := func(first uint64, commands ...engines.Command) step {
		s := step{whole: "apply-atomic", do: func(m engines.StateMachine) error {
			_, err := m.ApplyChunk(background, chunk(first, commands...))
			return err
		}}
		if claims.ApplyDurable {
			s.keeps = "acked-durable"
		}
		return s
	}
	return []step{
		applies(1, put("a", strings.Repeat("1", 600)), put("b", "1"), put("c", "1")),
		applies(4, put("b", "2"), engines.Command{Kind: engines.CommandDelete, Key: []byte("c")}),
		{keeps: "flushed-durable", do: func(m engines.StateMachine) error { return m.Flush(background) }},
		{generates: true, do: func(m engines.StateMachine) error {
			sum, err := m.GenerateSnapshotData(background, ownPath, m.LastApplied())
			own = engines.SnapshotMetadata{LastIncluded: m.LastApplied(), Checksum: sum}
			return err
		}},
		{keeps: "snapshot-metadata-durable", do: func(m engines.StateMachine) error { return m.PersistSnapshotMetadata(background, own) }},
		{do: func(m engines.StateMachine) error {
			m.UpdateLastApplied(engines.LogID{Index: 6, Term: 1})
			return nil
		}},
		{keeps: "applied-durable", do: func(m engines.StateMachine) error {
			return m.PersistLastApplied(background, engines.LogID{Index: 7, Term: 1})
		}},
		{keeps: "restore-durable", whole: "snapshot-atomic", do: func(m engines.StateMachine) error {
			return m.ApplySnapshotFromFile(background, other, otherPath)
		}},
		applies(20, put("never", "again"), put("d", "1"), put("e", strings.Repeat("2", 700))),
		{keeps: "close-durable", do: func(m engines.StateMachine) error { return m.Stop(background) }},
		{do: func(m engines.StateMachine) error { return m.Start(background) }},
		applies(23, put("d", "2"), put("e", "2")),
		{keeps: "mutation-durable", do: func(m engines.StateMachine) error { return m.Reset(background) }},
		applies(1, put("f", "1"), put("g", "1")),
		{keeps: "close-durable", closes: true, do: engines.StateMachine.Close},
	}
}

// expected is what all lives begin with, and what a machine in memory shows in them.
type expected struct {
	// image has the machine's directory and the snapshot of another machine at otherPath,
	// which other names. own names the one that is made at ownPath.
	image      *faultfs.Image
	other, own engines.SnapshotMetadata
	// versions[i] is what is to be seen before step i.
	versions []view
}

var (
	expectedOnce sync.Once
	expectedMade expected
)

// expectedOf returns what is expected of every life. It is made once, as it takes long.
func expectedOf(t *testing.T) expected {
	t.Helper()
	expectedOnce.Do(func() { expectedMade = newExpected(t) })
	return expectedMade
}

func newExpected(t *testing.T) (e expected) {
	t.Helper()
	disk := faultfs.NewDisk(faultfs.Config{Unjournaled: true})
	must(t, disk.Mkdir(dir, 0o755))
	other := memmachine.New(disk)
	must(t, other.Start(background))
	other.UpdateLastApplied(engines.LogID{Index: 17, Term: 1})
	apply(t, other, chunk(18, put("a", "other"), put("x", strings.Repeat("x", 500)), put("y", "other")))
	e.other = generate(t, other, otherPath)
	e.image = disk.Image()

	m := memmachine.New(disk)
	must(t, m.Start(background))
	e.versions = []view{see(t, m)}
	for i, s := range steps(engines.MachineClaims{}, e.other) {
		if !s.closes {
			must(t, s.do(m))
		}
		if s.generates {
			e.own = generate(t, m, ownPath)
		}
		v, err := viewOf(m)
		if err != nil { // it is stopped
			v = e.versions[i]
		}
		e.versions = append(e.versions, v)
	}
	return e
}

// life is what a machine did, and what is expected of it.
type life struct {
	factory engines.MachineFactory
	disk    *faultfs.Disk
	steps   []step
	// versions[i] is what is to be seen before step i, and returned[i] the time at which
	// it returned.
	versions []view
	returned []int
	// own names the snapshot at ownPath.
	own engines.SnapshotMetadata
	// since is when the step began in which a fault fired, or the process was killed: what
	// comes before is as in a life without that.
	since int
	// silent says that a fault fired and no call said so.
	silent bool
}

// allSteps lets a life go on to its end.
const allSteps = math.MaxInt

// newLife has a machine of f do as many steps on a disk of a file system, with faults. If
// these are not all, or where a call fails, the process is killed, and what the next one
// shows is to be durable.
func newLife(t *testing.T, f engines.MachineFactory, profile crash.Profile, stepsMax int, faults ...fault.Fault) *life {
	t.Helper()
	e := expectedOf(t)
	l := &life{factory: f, own: e.own, versions: e.versions[:1:1], disk: faultfs.NewDisk(faultfs.Config{
		Image: e.image, NoStacks: true, Faults: faults, SyncFailure: profile.SyncFailure, SyncReport: profile.SyncReport,
	})}
	err := l.live(t, e, stepsMax)
	if err != nil {
		l.reopen(t)
	}
	l.silent = err == nil && l.fired()
	return l
}

var errKilled = errors.New("killed")

// fired reports whether the life has a fault that fired.
func (l *life) fired() bool {
	counts := l.disk.Faults()
	return len(counts) > 0 && counts[0].Fired > 0
}

// live does the steps until one fails, and returns its error, or errKilled after stepsMax.
func (l *life) live(t *testing.T, e expected, stepsMax int) error {
	t.Helper()
	m, err := l.factory.Open(engines.Env{FS: l.disk, Dir: dir})
	if err != nil {
		return err
	}
	must(t, m.Start(background))
	for i, s := range steps(engines.MachineClaimsOf(m), e.other) {
		if i == stepsMax {
			l.since = l.disk.Invoke(i + 1)
			return errKilled
		}
		l.steps, l.versions = append(l.steps, s), append(l.versions, e.versions[i+1])
		began := l.disk.Invoke(i + 1)
		err = s.do(m)
		if l.since == 0 && l.fired() {
			l.since = began
		}
		if err != nil {
			l.returned = append(l.returned, never)
			if m.Flush(background) == nil { // it goes on, and what it shows is durable
				l.add(step{keeps: "flushed-durable"}, see(t, m))
			}
			return err
		}
		l.returned = append(l.returned, l.disk.Return(i+1))
	}
	return nil
}

// add adds a step that has returned, after which the machine showed v.
func (l *life) add(s step, v view) {
	l.steps, l.versions = append(l.steps, s), append(l.versions, v)
	l.returned = append(l.returned, l.disk.Return(len(l.steps)))
}

// reopen kills the process and opens the machine in the next one, as one step.
func (l *life) reopen(t *testing.T) {
	t.Helper()
	l.disk = l.disk.Kill()
	m, err := l.factory.Open(engines.Env{FS: l.disk, Dir: dir})
	must(t, err)
	must(t, m.Start(background))
	kept, _ := l.until(l.disk.Invoke(len(l.steps) + 1))
	if v := see(t, m); !slices.Contains(l.versions[kept:], v) {
		t.Errorf("%s: the next process shows %+v, want one of %+v", l.factory.Name, v, l.versions[kept:])
	}
	l.add(step{keeps: "recovered-durable"}, see(t, m))
}
