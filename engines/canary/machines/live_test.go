package machines_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary/machines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
)

// Bugs that show without a crash: each in the planted machine, none in its twin.
func TestLive(t *testing.T) {
	shown := 0
	for _, c := range machines.All() {
		check := live[c.Name]
		if check == nil {
			continue
		}
		shown++
		for f, want := range map[*engines.MachineFactory]bool{new(c.Factory()): true, new(c.Twin()): false} {
			fs := newFS(t)
			m, err := f.Open(engines.Env{FS: fs, Dir: dir})
			must(t, err)
			must(t, m.Start(t.Context()))
			if got := check(t, m, fs); got != want {
				t.Errorf("%s: %s: broken is %v, want %v", c.Name, f.Name, got, want)
			}
			must(t, m.Close())
		}
	}
	if shown != len(live) {
		t.Errorf("%d canaries were shown, want %d", shown, len(live))
	}
}

func repeatsChangeState(t *testing.T, m engines.StateMachine, _ afero.Fs) bool {
	entries := chunk(1, put("a", "1"), put("a", "2"), put("a", "3"))
	apply(t, m, entries)
	before := see(t, m)
	apply(t, m, entries[:1])
	return see(t, m) != before
}

// leavesGoroutine reports whether a stop ends less than the start after it begins.
func leavesGoroutine(t *testing.T, m engines.StateMachine, _ afero.Fs) bool {
	before := sweepers()
	must(t, m.Stop(t.Context()))
	must(t, m.Start(t.Context()))
	return sweepers() > before
}

func sweepers() int {
	stacks := make([]byte, 1<<20)
	return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), "created by "+sweeperFrom)
}

const sweeperFrom = "github.com/ackproof/ackproof/engines/canary/machines.(*plain).Start"

// betweenKeys applies a chunk when it is asked for the nth time whether it is done.
type betweenKeys struct {
	context.Context
	left  int
	apply func()
}

func (b *betweenKeys) Err() error {
	if b.left--; b.left == 0 {
		b.apply()
	}
	return b.Context.Err()
}

// readsTwoStates has every chunk write two keys alike, with the index that they stand at.
func readsTwoStates(t *testing.T, m engines.StateMachine, _ afero.Fs) (broken bool) {
	keys := [][]byte{[]byte("x"), []byte("y")}
	next := func() {
		index := m.LastApplied().Index + 2
		apply(t, m, chunk(index-1, put("x", fmt.Sprint(index)), put("y", fmt.Sprint(index))))
	}
	next()
	for nth := 1; nth <= 4; nth++ {
		values, applied, err := m.GetMulti(&betweenKeys{t.Context(), nth, next}, keys)
		must(t, err)
		want := fmt.Sprint(applied)
		broken = broken || string(values[0]) != want || string(values[1]) != want
	}
	return broken
}

func takesDamage(t *testing.T, m engines.StateMachine, fs afero.Fs) (broken bool) {
	apply(t, m, chunk(1, put("a", "1"), put("b", "2")))
	metadata := generate(t, m, "/snapshot")
	data, err := afero.ReadFile(fs, "/snapshot")
	must(t, err)
	before := see(t, m)
	for at := range data {
		damaged := append([]byte(nil), data...)
		damaged[at] ^= 1
		for _, bad := range [][]byte{damaged, data[:at]} {
			must(t, afero.WriteFile(fs, "/bad", bad, 0o644))
			err := m.ApplySnapshotFromFile(t.Context(), metadata, "/bad")
			broken = broken || !errors.Is(err, engines.ErrCorrupt) || see(t, m) != before
		}
	}
	return broken
}

func takesOlder(t *testing.T, m engines.StateMachine, _ afero.Fs) bool {
	apply(t, m, chunk(1, put("a", "1")))
	metadata := generate(t, m, "/snapshot")
	apply(t, m, chunk(2, put("a", "2")))
	before := see(t, m)
	err := m.ApplySnapshotFromFile(t.Context(), metadata, "/snapshot")
	return !errors.Is(err, engines.ErrStale) || see(t, m) != before
}

// What moves on in memory while a machine is stopped is durable once it is stopped again.
func TestTwinsStopAgain(t *testing.T) {
	want := engines.SnapshotMetadata{LastIncluded: engines.LogID{Index: 1, Term: 1}, Checksum: engines.Checksum{7}}
	for _, f := range twins() {
		d := faultfs.NewDisk(faultfs.Config{Image: expectedOf(t).image, NoStacks: true})
		m, err := f.Open(engines.Env{FS: d, Dir: dir})
		must(t, err)
		must(t, m.Stop(t.Context()))
		m.UpdateSnapshotMetadata(want)
		must(t, m.Stop(t.Context()))
		returned, states := d.Return(1), 0
		space := crash.NewSpace(d.Journal(), crash.StrictPosix())
		for c := range space.Walk(crash.DefaultPlan()) {
			if c.Point() < returned {
				continue
			}
			states++
			image, err := space.Image(c.State())
			must(t, err)
			after, err := f.Open(engines.Env{FS: faultfs.NewDisk(faultfs.Config{Image: image, Unjournaled: true}), Dir: dir})
			must(t, err)
			if got, ok := after.SnapshotMetadata(); !ok || got != want {
				t.Errorf("%s: got metadata %v, %v, want %v", f.Name, got, ok, want)
			}
			must(t, after.Close())
		}
		if states == 0 {
			t.Errorf("%s: no crash state after the second stop", f.Name)
		}
	}
}
